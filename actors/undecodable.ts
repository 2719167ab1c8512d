/**
 * Messages that hold an instance which their target's thread cannot make: it has no such extension,
 * or the extension's `decode` failed. The bytes are sound, so the lane stays open.
 *
 *     cast    a dead letter `undecodable`
 *     call    the same, and the caller gets the error
 *     inspect whoever asked gets the error
 *     spawn   the actor's module is loaded first, since it may bring the extension; then as a call
 *     reply   the call here fails with the error
 *     log     another line of the log takes its place
 */

import {
  BadRecord,
  type ExtensionFailed,
  ExtensionMissing,
  isUnreadable,
} from "../runtime/errors.ts";
import { type RecordView, viewOf } from "../runtime/record.ts";
import type { Host } from "./host.ts";
import type { ActorRef } from "./ref.ts";
import { CALL, CAST, INSPECT, REPLY, SPAWN } from "./wire.ts";

type Unreadable = ExtensionMissing | ExtensionFailed;

/** Where the record lies. */
export interface Place {
  readonly view: RecordView;
  readonly at: number;
  readonly end: number;
}

/** A record that has just come. False if no sender wrote it, whatever the instance. */
export function undecodableRecord(
  host: Host,
  from: number,
  place: Place,
  error: Unreadable,
): boolean {
  try {
    return account(host, from, place, error);
  } catch (bad) {
    // Its head is read once more, and may have been written over meanwhile.
    if (bad instanceof BadRecord) return false;
    throw bad;
  }
}

function account(host: Host, from: number, { view, at, end }: Place, error: Unreadable): boolean {
  const { words } = view;
  const head = words[at + 1] ?? 0;
  switch (head & 255) {
    case CAST:
      return letter(host, view, at, "cast", error);
    case CALL:
      if (!letter(host, view, at, "call", error)) return false;
      host.answers.fail(host.incoming.request(from, view, at, end, head), error);
      return true;
    case INSPECT:
      host.answers.fail(host.incoming.request(from, view, at, end, head), error);
      return true;
    case SPAWN:
      spawnLater(host, from, { view, at, end }, error);
      return true;
    case REPLY: {
      const request = host.calls.find(words[at + 2] ?? -1, words[at + 3] ?? -1);
      if (request === undefined) host.counts.lateReplies += 1;
      else host.answers.settle(request, false, error);
      return true;
    }
    default:
      host.log.warn({ from, error }, "a line for the log could not be read");
      return true;
  }
}

function letter(
  host: Host,
  { words }: RecordView,
  at: number,
  type: "cast" | "call",
  error: Unreadable,
): boolean {
  const slot = words[at + 2] ?? 0;
  if (!host.thread.directory.inRange(slot)) return false;
  const incarnation = (words[at + 3] ?? 0) >>> 0;
  const handler = ((words[at + 1] ?? 0) >>> 8) & 255;
  host.letter("undecodable", type, words[at + 4] ?? 0, () => ({
    ...host.describeTarget(slot, incarnation, handler),
    cause: error.message,
  }));
  return true;
}

function spawnLater(host: Host, from: number, { view, at, end }: Place, error: Unreadable): void {
  const head = view.words[at + 1] ?? 0;
  const request = host.incoming.request(from, view, at, end, head);
  if (!(error instanceof ExtensionMissing)) return void host.answers.fail(request, error);
  // The record's place belongs to the sender again when this returns.
  const copy = viewOf(new ArrayBuffer((end - at) * 4));
  copy.bytes.set(view.bytes.subarray(at * 4, end * 4));
  const place = { view: copy, at: 0, end: end - at };
  host.spawner.orderedLater(view.words[at + 2] ?? 0, request, () =>
    host.incoming.order(place, request),
  );
}

/**
 * A copy for a target on this thread failed: if in `decode`, the message goes as it would on
 * another thread, and is a dead letter; else throws the error.
 */
export function undecodableCopy(
  host: Host,
  ref: ActorRef,
  type: "cast" | "call",
  { handler, from }: { handler: number; from: number },
  error: unknown,
): void {
  if (!isUnreadable(error)) throw error;
  host.counts.sent += 1;
  host.letter("undecodable", type, from, () => ({
    target: ref.toString(),
    handler: ref.facts.handlers[handler] ?? "?",
    cause: error.message,
  }));
}
