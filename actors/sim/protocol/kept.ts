/** What a member's journal would keep: the log, a snapshot, metadata; and what is on its way. */

import type { Effect, ProtocolSpec, Recovered, RequestId } from "../../protocol/contract.ts";
import { LawBroken } from "./errors.ts";
import { copy } from "./plain.ts";

export type WriteEffect<S extends ProtocolSpec> = Extract<
  Effect<S>,
  { readonly type: "persist" | "truncate" | "snapshot" | "metadata" }
>;

export interface PendingWrite<S extends ProtocolSpec> {
  readonly effect: WriteEffect<S>;
  /** Of a snapshot: what it gave at the time. */
  readonly data: unknown;
  /** The command in whose step it was. */
  readonly request: RequestId | undefined;
}

export interface Kept<S extends ProtocolSpec> {
  metadata: unknown;
  snapshot: { upTo: number; data: unknown } | undefined;
  /** The first has the index `upTo + 1`. */
  records: S["record"][];
  /** Commands for which there are records. */
  requests: RequestId[];
}

const LAW = "what is written fits the log";

export function nothingKept<S extends ProtocolSpec>(): Kept<S> {
  return { metadata: undefined, snapshot: undefined, records: [], requests: [] };
}

export function lastIndex<S extends ProtocolSpec>(kept: Kept<S>): number {
  return (kept.snapshot?.upTo ?? 0) + kept.records.length;
}

/** @throws LawBroken for what does not fit */
export function keep<S extends ProtocolSpec>(kept: Kept<S>, write: PendingWrite<S>): void {
  const { effect, request } = write;
  switch (effect.type) {
    case "persist":
      kept.records.push(...copy(effect.records));
      if (request !== undefined && !kept.requests.includes(request)) kept.requests.push(request);
      return;
    case "truncate":
      return truncate(kept, effect.from);
    case "snapshot":
      return shorten(kept, effect.upTo, write.data);
    case "metadata":
      kept.metadata = copy(effect.metadata);
  }
}

function truncate<S extends ProtocolSpec>(kept: Kept<S>, from: number): void {
  const first = (kept.snapshot?.upTo ?? 0) + 1;
  const last = lastIndex(kept);
  if (!Number.isInteger(from) || from < first || from > last + 1) {
    throw new LawBroken(LAW, `truncate from ${from}, and the log has ${first} to ${last}`);
  }
  kept.records.length = from - first;
}

function shorten<S extends ProtocolSpec>(kept: Kept<S>, upTo: number, data: unknown): void {
  const before = kept.snapshot?.upTo ?? 0;
  const last = lastIndex(kept);
  if (!Number.isInteger(upTo) || upTo < before || upTo > last) {
    throw new LawBroken(LAW, `snapshot up to ${upTo}, and the log has ${before + 1} to ${last}`);
  }
  kept.records.splice(0, upTo - before);
  kept.snapshot = { upTo, data };
}

/** What the next life starts with. */
export function recoveredFrom<S extends ProtocolSpec>(kept: Kept<S>): Recovered<S> | undefined {
  const { metadata, snapshot, records } = kept;
  if (metadata === undefined && snapshot === undefined && records.length === 0) return undefined;
  return copy({ metadata, snapshot, records });
}
