/**
 * What a store and the owners of its logs say to each other, and one opening of a log.
 *
 *     owner ──open──▶ store     { session, life, what is kept }
 *           ──write: a block of append, truncate, snapshot, metadata, remove──▶
 *           ◀──durable(upTo)──  once for each batch
 *           ◀──storeFailed──    this opening is over
 */

import type { AnyRef, Deferred, Ref } from "../types.ts";
import type { KeptLog } from "./journal.ts";

/** Why an opening is over. */
export interface StoreFailure {
  readonly code: string;
  readonly message: string;
  /** Of one for which there is no room: the journal has nothing that was not said to be durable. */
  readonly full?: { readonly journal: string; readonly why: string };
}

/** Handlers that the owner of a log has. */
export interface LogOwner {
  /** All writes up to this one, of the opening with this `life`, are durable. */
  durable(upTo: number, life: number): void;
  /** What was not said to be durable may be lost, and nothing is written any more. */
  storeFailed(failure: StoreFailure): void;
}

/** What a store has done since it began. */
export interface StoreCounts {
  /** Logs that are kept. */
  readonly logs: number;
  /** Logs that have an owner right now. */
  readonly open: number;
  /** Writes that wait to be made durable. */
  readonly pending: number;
  readonly commits: number;
  readonly writes: number;
  readonly records: number;
  /** Writes of owners that had lost their log, or have lost a write before it. */
  readonly refused: number;
  /** Milliseconds that commits have taken, all together. */
  readonly commitMs: number;
}

/** What users ask of a store. */
export interface StoreProtocol {
  counts(): StoreCounts;
  /** Writes what has come, closes the journal, and ends the store for good. */
  close(): Deferred<void>;
}

export type StoreRef = Ref<StoreProtocol>;

/** How a log was opened. */
export interface Opened {
  readonly session: number;
  /** This incarnation of the store. */
  readonly store: AnyRef;
  readonly life: number;
  readonly tag: number;
  readonly hasMetadata: boolean;
  readonly upTo: number | undefined;
  /** There was no room for what was to be written last, by whomever. */
  readonly isFull: boolean;
  /** Metadata, snapshot and records together. */
  readonly count: number;
  /** The first of them: all, if that is not too much for a message. */
  readonly parts: readonly Uint8Array[];
}

/** What owners ask of a store (log-client.ts). */
export interface StoreHandlers extends StoreProtocol {
  open(log: string): Deferred<Opened>;
  /** More of what is kept, from this part on; at least one. */
  parts(session: number, from: number): Deferred<readonly Uint8Array[]>;
  /** Takes logs away that nobody has open: all whose names begin so, or those that are named. */
  remove(prefix: string, names?: readonly string[]): Deferred<number>;
  /** A block (block.ts), whose first write has this number. */
  write(session: number, seq: number, block: Uint8Array): void;
}

/** One opening of a log, as the store keeps it. */
export class Session {
  readonly number: number;
  readonly log: string;
  readonly owner: Ref<LogOwner>;
  readonly life: number;
  /** Of its owner. */
  monitor = 0;
  /** Of the last write that was taken. */
  seq = 0;
  /** Nothing of it is written any more. */
  isOver = false;
  /** Its owner has ended: nobody waits to hear what is durable. */
  isLeft = false;
  /** What the owner has not asked for yet. */
  #parts: readonly Uint8Array[] = [];
  readonly #kept: Pick<Opened, "hasMetadata" | "upTo" | "count">;

  constructor(number: number, log: string, owner: Ref<LogOwner>, kept: KeptLog) {
    const { life, metadata, snapshot, records } = kept;
    this.number = number;
    this.log = log;
    this.owner = owner;
    this.life = life;
    const head = [metadata, snapshot?.bytes].filter((part) => part !== undefined);
    this.#parts = [...head, ...records];
    this.#kept = {
      hasMetadata: metadata !== undefined,
      upTo: snapshot?.upTo,
      count: this.#parts.length,
    };
  }

  opened(of: Pick<Opened, "store" | "tag" | "isFull">, bytesMax: number): Opened {
    const { number: session, life } = this;
    const first = this.#parts[0]?.length ?? 0;
    const parts = first > bytesMax ? [] : this.parts(0, bytesMax);
    return { ...of, session, life, ...this.#kept, parts };
  }

  /** From there on, so many as there is room for, and at least one. */
  parts(from: number, bytesMax: number): Uint8Array[] {
    let [at, bytes] = [from, 0];
    for (; at < this.#parts.length; at += 1) {
      bytes += this.#parts[at]?.length ?? 0;
      if (bytes > bytesMax && at > from) break;
    }
    const parts = this.#parts.slice(from, at);
    // Nobody asks twice.
    if (at === this.#parts.length) this.#parts = [];
    return parts;
  }
}
