/**
 * What a member writes to its log: the core's records, each with the request that it was made for,
 * so that a command that comes again after a death is known to have been applied.
 *
 *     record ──▶ [record, request id, ids that need not be known any more]
 *     snapshot ──▶ [data, ids that are known]
 */

import type { Commands } from "./commands.ts";
import type { Effect, ProtocolSpec, Recovered, RequestId } from "./contract.ts";
import type { MemberLog } from "./member-log.ts";

export type Kept<S extends ProtocolSpec> = Recovered<S>;

type Writing<S extends ProtocolSpec> = Extract<
  Effect<S>,
  { type: "persist" | "truncate" | "snapshot" | "metadata" }
>;

/** A record as it lies in the log. */
type Written<S extends ProtocolSpec> = [
  record: S["record"],
  request?: RequestId | undefined,
  forgotten?: readonly RequestId[] | undefined,
];

/** What is kept, as the core wrote it. Requests that it was made for are applied from now on. */
export function keptOf<S extends ProtocolSpec>(
  { recovered }: MemberLog,
  { applied }: Commands,
  now: number,
): Kept<S> | undefined {
  const { metadata, snapshot, records } = recovered;
  if (metadata === undefined && snapshot === undefined && records.length === 0) return undefined;
  const [data, ids] = (snapshot?.data ?? [undefined, []]) as [unknown, readonly string[]];
  for (const id of ids) applied.read(id);
  const own = records.map((kept) => {
    const [record, request, forgotten] = kept as Written<S>;
    applied.read(request, forgotten);
    return record;
  });
  applied.begin(now);
  return { metadata, snapshot: snapshot && { upTo: snapshot.upTo, data }, records: own };
}

export class MemberWrites<S extends ProtocolSpec> {
  readonly #log: MemberLog | undefined;
  readonly #commands: Commands;
  readonly #snapshot: () => unknown;
  readonly #now: () => number;
  /** The command that the core handles right now. */
  request: string | undefined;

  constructor(
    log: MemberLog | undefined,
    commands: Commands,
    snapshot: () => unknown,
    now: () => number,
  ) {
    this.#log = log;
    this.#commands = commands;
    this.#snapshot = snapshot;
    this.#now = now;
  }

  /** False if there is no log: what is written is as durable as it will ever be. */
  write(effect: Writing<S>): boolean {
    const log = this.#log;
    if (log === undefined) return false;
    if (this.request !== undefined) this.#commands.wrote(this.request, effect.seq);
    switch (effect.type) {
      case "persist":
        log.append(effect.seq, this.#tagged(effect.records));
        break;
      case "truncate":
        log.truncate(effect.seq, effect.from);
        break;
      case "snapshot":
        log.snapshot(effect.seq, effect.upTo, [this.#snapshot(), this.#commands.applied.ids]);
        break;
      case "metadata":
        log.metadata(effect.seq, effect.metadata);
    }
    return true;
  }

  #tagged<R>(records: readonly R[]): unknown[][] {
    const { request } = this;
    const { applied } = this.#commands;
    const written: unknown[][] = records.map((record) =>
      request === undefined ? [record] : [record, request],
    );
    const [first] = written;
    if (first !== undefined) {
      const forgotten = applied.takeForgotten();
      if (forgotten !== undefined) first.splice(1, 1, request, forgotten);
    }
    if (request !== undefined) this.#commands.apply(request, this.#now());
    return written;
  }
}
