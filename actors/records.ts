/**
 * Casts and calls as records (wire.ts), written into a lane (outgoing.ts) or into the backlog of a
 * mailbox that survives (survival.ts). The payload has been measured before.
 */

import { alignRecord } from "../runtime/layout.ts";
import type { RecordView } from "../runtime/record.ts";
import type { Address } from "./address.ts";
import { contextBytes, writeContext } from "./context.ts";
import type { Payload } from "./payload.ts";
import type { Request } from "./request.ts";
import { wordsOf, writeTerms } from "./terms.ts";
import {
  CALL_PAYLOAD,
  CANCELLABLE,
  CAST,
  CAST_PAYLOAD,
  CONTEXT,
  SURVIVES,
  URGENT,
  WAITS,
} from "./wire.ts";

export function castBytes(payload: Payload, context: string | undefined): number {
  return alignRecord(CAST_PAYLOAD * 4 + contextBytes(context) + payload.bytes);
}

/** All but the first word, the size. */
export function writeCast(
  payload: Payload,
  view: RecordView,
  at: number,
  to: Address,
  handler: number,
  argc: number,
  from: number,
  flags: number,
  context: string | undefined,
): void {
  const { words } = view;
  const count = Math.min(argc, 2) | flags;
  words[at + 1] = CAST | (handler << 8) | (payload.tag << 16) | (count << 24);
  words[at + 2] = to.slot;
  words[at + 3] = to.incarnation;
  words[at + 4] = from;
  const body = at + CAST_PAYLOAD;
  payload.write(view, context === undefined ? body : writeContext(view, body, context));
}

export function requestBytes(payload: Payload, { context }: Request, terms?: Uint8Array): number {
  const before = terms === undefined ? 0 : 4 * wordsOf(terms.length);
  return alignRecord(CALL_PAYLOAD * 4 + contextBytes(context) + before + payload.bytes);
}

/** The same for a call, or what is like one; `terms`: of a spawn. */
export function writeRequest(
  payload: Payload,
  view: RecordView,
  at: number,
  { kind, first, second }: { kind: number; first: number; second: number },
  request: Request,
  survives: boolean,
  terms?: Uint8Array,
): void {
  const { words } = view;
  const { context } = request;
  const argc = Math.min(request.argc, 2) | flagsOf(request.urgent, context, survives);
  words[at + 1] = kind | (request.handler << 8) | (payload.tag << 16) | (argc << 24);
  words[at + 2] = first;
  words[at + 3] = second;
  words[at + 4] = request.from;
  words[at + 5] = request.index;
  words[at + 6] = request.seq;
  words[at + 7] =
    // A handler that is not async may return this call's promise yet, and then its actor waits.
    (request.cancellable ? CANCELLABLE : 0) | (request.from === 0 ? 0 : WAITS);
  view.doubles[(at + 8) >> 1] = request.deadline;
  let body = at + CALL_PAYLOAD;
  if (context !== undefined) body = writeContext(view, body, context);
  if (terms !== undefined) body = writeTerms(view, body, terms);
  payload.write(view, body);
}

/** The bits that stand beside the number of arguments. */
export function flagsOf(urgent: boolean, context: string | undefined, survives: boolean): number {
  return (urgent ? URGENT : 0) | (context === undefined ? 0 : CONTEXT) | (survives ? SURVIVES : 0);
}
