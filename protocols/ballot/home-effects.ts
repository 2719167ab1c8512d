/**
 * How home speaks: nothing that depends on a write is seen before that is durable.
 *
 * Its refusals wait, too: "voted already" would tell of a vote that may yet be lost.
 */

import type { MemberId, RequestId } from "../../actors/index.ts";
import type { BallotMessage, BallotRecord, BallotReply, RefusalReason } from "./spec.ts";
import type { Effects, Home } from "./state.ts";

/** How many records are kept until a snapshot takes their place. */
const RECORDS_MIN = 64;
const RECORDS_PER_MEMBER = 4;

export function persist(home: Home, records: readonly BallotRecord[], out: Effects): void {
  if (!home.isDurable) return;
  home.seq += 1;
  out.push({ type: "persist", seq: home.seq, records });
  home.index += records.length;
}

/** Of votes that are revised again and again, only the last ones are kept. */
export function shorten(home: Home, out: Effects): void {
  const every = RECORDS_MIN + RECORDS_PER_MEMBER * home.terms.weights.size;
  if (!home.isDurable || home.index % every !== 0) return;
  home.seq += 1;
  out.push({ type: "snapshot", seq: home.seq, upTo: home.index });
}

/** Nothing that depends on a write is seen before it is durable. */
export function held(home: Home): { readonly after?: number } {
  return home.seq > home.durableUpTo ? { after: home.seq } : {};
}

export function send(
  home: Home,
  to: MemberId | readonly MemberId[],
  message: BallotMessage,
  out: Effects,
): void {
  out.push({ type: "send", to, message, ...held(home) });
}

export function reply(home: Home, id: RequestId, answer: BallotReply, out: Effects): void {
  out.push({ type: "reply", id, reply: answer, ...held(home) });
}

export function refuse(home: Home, id: RequestId, reason: RefusalReason, out: Effects): void {
  reply(home, id, { type: "refused", reason }, out);
}

export function sendRefusal(home: Home, to: MemberId, reason: RefusalReason, out: Effects): void {
  const { epoch } = home.terms.config;
  out.push({ type: "metric", name: reason, value: 1 });
  out.push({ type: "observe", observation: { type: "refused", member: to, reason } });
  out.push({ type: "send", to, message: { type: "refused", epoch, reason } });
}
