/** A record that was kept over the death of a thread, as the message that it is. */

import type { Way } from "../runtime/backlog-layout.ts";
import { BadRecord, isUnreadable } from "../runtime/errors.ts";
import type { RecordView } from "../runtime/record.ts";
import { senderSlot } from "./address.ts";
import type { Cell } from "./cell.ts";
import { afterContext, readContext } from "./context.ts";
import type { HeldCast } from "./held.ts";
import type { Host } from "./host.ts";
import { CAST as CAST_KIND, REQUEST, TRACED, tagOf } from "./mailbox.ts";
import { CORRUPT } from "./payload.ts";
import type { Request } from "./request.ts";
import { accepts } from "./sending.ts";
import { Traced } from "./trace.ts";
import { ARGUMENTS_MASK, CALL, CALL_PAYLOAD, CAST_PAYLOAD, CONTEXT, URGENT } from "./wire.ts";

/** Where a record lies. */
export interface Place {
  readonly view: RecordView;
  readonly at: number;
  readonly bytes: number;
}

export interface Replayed {
  readonly tag: number;
  readonly from: number;
  readonly arg: unknown;
  readonly urgent: boolean;
}

/** The call in a record, with its caller's thread and life; undefined for a cast. Never throws. */
export function requestIn(host: Host, { view, at, bytes }: Place, way: Way): Request | undefined {
  const head = view.words[at + 1] ?? 0;
  const end = at + (bytes >> 2);
  if ((head & 255) !== CALL || end - at < CALL_PAYLOAD) return undefined;
  const request = fieldsIn(host, { view, at, bytes }, way.from, head);
  request.generation = way.generation;
  request.waits &&= host.thread.directory.inRange(senderSlot(request.from));
  return request;
}

/** Without its trace context where that cannot be read: its caller is to learn of it. */
function fieldsIn(host: Host, { view, at, bytes }: Place, from: number, head: number): Request {
  const { incoming } = host;
  const end = at + (bytes >> 2);
  try {
    return incoming.request(from, view, at, end, head);
  } catch (error) {
    if (!(error instanceof BadRecord)) throw error;
    return incoming.request(from, view, at, end, head & ~(CONTEXT << 24));
  }
}

/**
 * A cast or call as its sender made it.
 * @throws BadRecord if no sender wrote it, and what `decode` of an extension throws
 */
export function messageIn(host: Host, { view, at, bytes }: Place, isCall: boolean): HeldCast {
  const { words } = view;
  const end = at + (bytes >> 2);
  const head = words[at + 1] ?? 0;
  const bits = head >>> 24;
  const start = at + (isCall ? CALL_PAYLOAD : CAST_PAYLOAD);
  const context = (bits & CONTEXT) === 0 ? undefined : readContext(view, start, end);
  const arg = host.payload.read(view, afterContext(start, context), end, (head >>> 16) & 255);
  if (arg === CORRUPT) throw new BadRecord(bytes, WRITTEN_OVER);
  const [handler, argc, from] = [(head >>> 8) & 255, bits & ARGUMENTS_MASK, words[at + 4] ?? 0];
  return { handler, argc, arg, from, urgent: (bits & URGENT) !== 0, context };
}

const WRITTEN_OVER = "it was written over";

/**
 * The message as it enters the mailbox; undefined if it cannot be read, and then it is accounted
 * for.
 */
export function replayed(host: Host, cell: Cell, place: Place, way: Way): Replayed | undefined {
  const { bytes } = place;
  const request = requestIn(host, place, way);
  try {
    const told = messageIn(host, place, request !== undefined);
    const { handler, argc, arg, from, context } = told;
    if (handler >= cell.behaviour.handlers.length) throw new BadRecord(bytes, WRITTEN_OVER);
    const urgent = told.urgent && accepts(cell, handler);
    if (request === undefined) {
      const kind = host.trace === undefined ? CAST_KIND : TRACED;
      const given = host.trace === undefined ? arg : new Traced(context, arg);
      return { tag: tagOf(handler, argc, kind, bytes), from, arg: given, urgent };
    }
    request.arg = arg;
    if (request.cancellable) host.inbound.add(request);
    return { tag: tagOf(handler, 0, REQUEST, bytes), from, arg: request, urgent };
  } catch (error) {
    if (!(error instanceof BadRecord) && !isUnreadable(error)) throw error;
    const { words } = place.view;
    const type = request === undefined ? "cast" : "call";
    host.letter("undecodable", type, words[place.at + 4] ?? 0, () => ({
      target: cell.toString(),
      handler: cell.kind.blueprint.names[handlerIn(words, place.at)] ?? "?",
      cause: error.message,
    }));
    if (request !== undefined) host.answers.fail(request, error);
    return undefined;
  }
}

/** The handler's number in the record at word `at`. */
export function handlerIn(words: Int32Array, at: number): number {
  return ((words[at + 1] ?? 0) >>> 8) & 255;
}
