/**
 * What a member writes to its log: the core's records, each with the request that it was made for,
 * so that a command that comes again after a death is known to have been applied.
 *
 *     record ──▶ [record, request id]          snapshot ──▶ [data, request ids that are in it]
 */

import type { Commands } from "./commands.ts";
import type { Effect, ProtocolSpec, Recovered } from "./contract.ts";
import type { MemberLog } from "./member-log.ts";

export type Kept<S extends ProtocolSpec> = Recovered<S>;

type Writing<S extends ProtocolSpec> = Extract<
  Effect<S>,
  { type: "persist" | "truncate" | "snapshot" | "metadata" }
>;

/** What is kept, as the core wrote it. Requests that it was made for are applied from now on. */
export function keptOf<S extends ProtocolSpec>(
  { recovered }: MemberLog,
  commands: Commands,
): Kept<S> | undefined {
  const { metadata, snapshot, records } = recovered;
  if (metadata === undefined && snapshot === undefined && records.length === 0) return undefined;
  const [data, applied] = (snapshot?.data ?? [undefined, []]) as [unknown, readonly string[]];
  for (const id of applied) commands.apply(id);
  const own = records.map((kept) => {
    const [record, request] = kept as [S["record"], string | undefined];
    if (request !== undefined) commands.apply(request);
    return record;
  });
  return { metadata, snapshot: snapshot && { upTo: snapshot.upTo, data }, records: own };
}

export class MemberWrites<S extends ProtocolSpec> {
  readonly #log: MemberLog | undefined;
  readonly #commands: Commands;
  readonly #snapshot: () => unknown;
  /** The command that the core handles right now. */
  request: string | undefined;

  constructor(log: MemberLog | undefined, commands: Commands, snapshot: () => unknown) {
    this.#log = log;
    this.#commands = commands;
    this.#snapshot = snapshot;
  }

  /** False if there is no log: what is written is as durable as it will ever be. */
  write(effect: Writing<S>): boolean {
    const log = this.#log;
    if (log === undefined) return false;
    const { request } = this;
    switch (effect.type) {
      case "persist":
        if (request !== undefined) this.#commands.apply(request);
        log.append(
          effect.seq,
          effect.records.map((record) => tagged(record, request)),
        );
        break;
      case "truncate":
        log.truncate(effect.seq, effect.from);
        break;
      case "snapshot":
        log.snapshot(effect.seq, effect.upTo, [this.#snapshot(), this.#commands.applied]);
        break;
      case "metadata":
        log.metadata(effect.seq, effect.metadata);
    }
    return true;
  }
}

function tagged(record: unknown, request: string | undefined): unknown[] {
  return request === undefined ? [record] : [record, request];
}
