/**
 * One log of a store, as its owner has it.
 *
 *     open ──▶ recovered ──▶ write 1, 2, 3, …  ──▶ durable(2) ──▶ durable(3) …
 *
 * Writes are casts, in the order of their numbers. The store refuses all that comes after one that
 * is missing, so nothing is ever kept with a gap before it.
 */

import type { Down } from "../bonds.ts";
import type { Cell } from "../cell.ts";
import type { Ref, Self } from "../types.ts";
import type { Opened, StoreHandlers, StoreRef } from "./session.ts";
import { type Values, valuesOf } from "./values.ts";

/** What may be on its way, not durable yet, before a write returns false. */
const CONGESTED_WRITES = 4096;
const CONGESTED_BYTES: number = 4 * 1024 * 1024;
const OPEN_TIMEOUT_MS = 30_000;

/** What is kept of a log, decoded. */
export interface RecoveredLog {
  readonly metadata: unknown;
  readonly snapshot: { readonly upTo: number; readonly data: unknown } | undefined;
  /** Those behind the snapshot; the first has the index `upTo + 1`, or 1. */
  readonly records: readonly unknown[];
}

/** `self` of an actor, whatever its state is. */
type AnySelf = Omit<Self<unknown>, "state">;

/**
 * Opens a log for the actor that calls this, from its `init` or an async handler. Whoever had it
 * open before is told `storeFailed`, and writes no more. An actor has one log open at a time.
 *
 * The actor has the handlers of `LogOwner`, and a `down` that asks `log.isStore`.
 *
 * @throws (rejects with) JournalFull (ERR_JOURNAL_FULL), StoreFailed (ERR_STORE_FAILED),
 *   InvalidOptions (ERR_INVALID_OPTIONS), BadRecord (ERR_BAD_RECORD) for what this version cannot
 *   read; ActorDown, CallTimeout
 */
export async function openLog(self: AnySelf, store: StoreRef, name: string): Promise<OpenLog> {
  const values = valuesOf((self as unknown as Cell).host); // Whatever has a turn is a cell.
  const asked = (store as Ref<StoreHandlers>).with({ timeout: OPEN_TIMEOUT_MS });
  const opened = await asked.call.open(name);
  const there = opened.store as Ref<StoreHandlers>;
  const parts = [...opened.parts];
  while (parts.length < opened.count) {
    parts.push(...(await there.call.parts(opened.session, parts.length)));
  }
  const monitor = self.monitor(there);
  return new OpenLog({ name, opened, parts, values, store: there, monitor });
}

interface OpenLogParts {
  readonly name: string;
  readonly opened: Opened;
  readonly parts: readonly Uint8Array[];
  readonly values: Values;
  readonly store: Ref<StoreHandlers>;
  readonly monitor: number;
}

export class OpenLog {
  readonly name: string;
  /** Uint32; counts up with each opening. */
  readonly life: number;
  readonly recovered: RecoveredLog;
  readonly #session: number;
  readonly #store: Ref<StoreHandlers>;
  readonly #values: Values;
  readonly #monitor: number;
  /** Bytes of each write that is not durable yet, oldest first. */
  #sizes: number[] = [];
  #bytes = 0;
  #durable = 0;

  constructor({ name, opened, parts, values, store, monitor }: OpenLogParts) {
    this.name = name;
    this.life = opened.life;
    this.#session = opened.session;
    this.#store = store;
    this.#values = values;
    this.#monitor = monitor;
    this.recovered = recoveredOf(opened, parts, values);
  }

  /**
   * Each of these is a write with a number, 1, 2, 3, … since the log was opened. False: too much is
   * on its way; this one is accepted all the same.
   *
   * @throws NotSendable (ERR_NOT_SENDABLE), MessageTooLarge (ERR_MESSAGE_TOO_LARGE): nothing was
   *   written, and the number is still to be used
   */
  append(seq: number, records: readonly unknown[]): boolean {
    const encoded = records.map((record, at) => this.#values.encode(record, `records[${at}]`));
    const bytes = encoded.reduce((sum, { length }) => sum + length, 0);
    return this.#sent(this.#store.cast.append(this.#session, seq, encoded), bytes);
  }

  /** Takes records from this index on away. */
  truncate(seq: number, from: number): boolean {
    return this.#sent(this.#store.cast.truncate(this.#session, seq, from), 0);
  }

  /** Stands for the records up to this index from now on. */
  snapshot(seq: number, upTo: number, data: unknown): boolean {
    const bytes = this.#values.encode(data, "snapshot");
    return this.#sent(this.#store.cast.snapshot(this.#session, seq, upTo, bytes), bytes.length);
  }

  /** Replaces what is kept beside the records. */
  metadata(seq: number, metadata: unknown): boolean {
    const bytes = this.#values.encode(metadata, "metadata");
    return this.#sent(this.#store.cast.metadata(this.#session, seq, bytes), bytes.length);
  }

  /** The log goes: nobody needs it any more. */
  remove(seq: number): boolean {
    return this.#sent(this.#store.cast.remove(this.#session, seq), 0);
  }

  /** For the owner's handler `durable`. False: this is known already, or of an earlier opening. */
  durable(upTo: number): boolean {
    const more = upTo - this.#durable;
    if (more <= 0 || more > this.#sizes.length) return false;
    for (const bytes of this.#sizes.slice(0, more)) this.#bytes -= bytes;
    this.#sizes = this.#sizes.slice(more);
    this.#durable = upTo;
    return true;
  }

  /** Too much is on its way: take on nothing that would write more. */
  get isCongested(): boolean {
    return this.#sizes.length > CONGESTED_WRITES || this.#bytes > CONGESTED_BYTES;
  }

  /** The end of the store was told: what was not durable may be lost, so open the log again. */
  isStore({ monitor }: Pick<Down, "monitor">): boolean {
    return monitor === this.#monitor;
  }

  #sent(hasRoom: boolean, bytes: number): boolean {
    this.#sizes.push(bytes);
    this.#bytes += bytes;
    return hasRoom && !this.isCongested;
  }
}

function recoveredOf(
  { hasMetadata, upTo }: Opened,
  parts: readonly Uint8Array[],
  values: Values,
): RecoveredLog {
  const decoded = parts.map((bytes) => values.decode(bytes));
  const metadata = hasMetadata ? decoded.shift() : undefined;
  const snapshot = upTo === undefined ? undefined : { upTo, data: decoded.shift() };
  return { metadata, snapshot, records: decoded };
}
