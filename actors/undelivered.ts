/**
 * Records that came back: their thread ended, or closed the lane, before it took them. Casts become
 * dead letters, calls fail with `handled: "no"`, signals lapse; who was to be born there waits for
 * the thread's next life.
 */

import { FRAGMENT, FRAGMENT_HEADER_BYTES } from "../runtime/layout.ts";
import type { RecordView } from "../runtime/record.ts";
import { ActorDown } from "./errors.ts";
import { lost } from "./exit.ts";
import type { Host } from "./host.ts";
import { CALL, CAST, INSPECT, isSurviving, READY, SPAWN } from "./wire.ts";

/**
 * @param taken counted as a dead letter there: the thread had it, but no turn of it has begun
 * @param gone that thread has died, and does not refuse the lane
 */
export function undelivered(
  host: Host,
  to: number,
  view: RecordView,
  at: number,
  taken: boolean,
  gone: boolean,
): void {
  const { words } = view;
  const start = at;
  let head = words[at + 1] ?? 0;
  if ((head & 255) === FRAGMENT) {
    // The first part begins with the whole record's head; the others say nothing new.
    if (words[at + 3] !== 0) return;
    at += FRAGMENT_HEADER_BYTES >> 2;
    head = words[at + 1] ?? 0;
  }
  const kind = head & 255;
  const slot = words[at + 2] ?? 0;
  const incarnation = (words[at + 3] ?? 0) >>> 0;
  const handler = (head >>> 8) & 255;
  const from = words[at + 4] ?? 0;
  if (gone && !host.away.closed && isSurviving(words[start + 1] ?? 0)) {
    // What that thread had taken, or could have, is for whoever takes over; this nobody has seen.
    if (taken || host.away.takeBack(view, at)) return;
  }
  const letter = (type: "cast" | "call"): void => {
    if (taken) return;
    host.letter("lost", type, from, () => host.describeTarget(slot, incarnation, handler));
  };
  if (kind === CAST) return letter("cast");
  if (kind !== CALL && kind !== READY && kind !== SPAWN && kind !== INSPECT) return;
  if (kind === CALL) letter("call");
  const request = host.calls.find(words[at + 5] ?? -1, words[at + 6] ?? -1);
  if (request === undefined) return;
  if (kind === SPAWN) return host.spawner.orders.cameBack(to, slot, request);
  // Asked again, once the death of that thread is told: answers.ts.
  if (kind === READY && gone && host.thread.directory.survives(slot, incarnation)) return;
  const down = new ActorDown(String(request.target), lost(`thread ${to} ended`), "no");
  host.answers.settle(request, false, down);
}
