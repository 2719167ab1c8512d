/**
 * What waits for the next commit, in the order in which it has come.
 *
 *     add ──▶ ┌ b b b b │ open │ b b ┐ ──next──▶ a batch: b b b b ──done──▶ gone
 *             └─────────┴──────┴─────┘            (again, and with what has come since, if there
 *                                                  was no room for it)
 *
 * A batch ends before an opening, so what is read there is all that was written before it. In a
 * batch, records that follow each other in a log become one write.
 */

import { assert } from "../../runtime/assert.ts";
import type { Write } from "./journal.ts";
import type { Session } from "./session.ts";

/** Of one batch; a single write may be longer. */
export const BATCH_BYTES_MAX: number = 4 * 1024 * 1024;
export const BATCH_BLOCKS_MAX = 16_384;
/** Of all that waits. */
export const PENDING_BYTES_MAX: number = 64 * 1024 * 1024;
export const PENDING_BLOCKS_MAX = 65_536;
/** Openings at once. */
const OPENINGS_MAX = 64;

/** Writes of one log that have come together. */
export interface Block {
  readonly type: "block";
  readonly session: Session;
  /** Of the last of them. */
  readonly seq: number;
  readonly writes: readonly Write[];
  readonly bytes: number;
}

export interface Opening {
  readonly type: "opening";
  readonly log: string;
}

/** Logs are to go. */
export interface Removal {
  readonly type: "removal";
}

export interface Batch {
  readonly type: "batch";
  readonly writes: readonly Write[];
  /** Of each session, the last write that is in it. */
  readonly upTo: ReadonlyMap<Session, number>;
  readonly records: number;
  readonly bytes: number;
  /** How much of what waits it is. */
  readonly count: number;
}

export interface Openings<Open extends Opening> {
  readonly type: "openings";
  readonly openings: readonly Open[];
}

export class Pending<Open extends Opening, Remove extends Removal = never> {
  #queue: (Block | Open | Remove)[] = [];
  /** Those before it are gone. */
  #first = 0;
  #bytes = 0;

  /** Blocks, openings and removals. */
  get count(): number {
    return this.#queue.length - this.#first;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** False: too much waits already, and this does not. */
  add(block: Block): boolean {
    if (this.count >= PENDING_BLOCKS_MAX) return false;
    if (this.#bytes > 0 && this.#bytes + block.bytes > PENDING_BYTES_MAX) return false;
    this.#bytes += block.bytes;
    this.#queue.push(block);
    return true;
  }

  push(task: Open | Remove): void {
    this.#queue.push(task);
  }

  /** What is to be done next; undefined: nothing. A batch is only looked at, others are taken. */
  next(): Batch | Openings<Open> | Remove | undefined {
    const first = this.#queue[this.#first];
    if (first === undefined) return undefined;
    if (first.type === "block") return this.#batch();
    if (first.type === "opening") return this.#openings();
    this.#drop(1);
    return first;
  }

  /** It is done, or given up. */
  done({ count }: Batch): void {
    for (let at = this.#first; at < this.#first + count; at += 1) {
      const block = this.#queue[at];
      assert(block?.type === "block", "a batch consists of blocks");
      this.#bytes -= block.bytes;
    }
    this.#drop(count);
  }

  #openings(): Openings<Open> {
    const openings: Open[] = [];
    const end = Math.min(this.#queue.length, this.#first + OPENINGS_MAX);
    for (let at = this.#first; at < end; at += 1) {
      const item = this.#queue[at];
      if (item?.type !== "opening") break;
      openings.push(item);
    }
    this.#drop(openings.length);
    return { type: "openings", openings };
  }

  #batch(): Batch {
    const batch = new BatchMaker();
    const end = Math.min(this.#queue.length, this.#first + BATCH_BLOCKS_MAX);
    let at = this.#first;
    for (; at < end; at += 1) {
      const item = this.#queue[at];
      if (item?.type !== "block" || !batch.add(item)) break;
    }
    return batch.made(at - this.#first);
  }

  #drop(count: number): void {
    this.#first += count;
    // Each is moved at most once for each that has gone.
    if (this.#first * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#first);
    this.#first = 0;
  }
}

class BatchMaker {
  readonly #writes: Write[] = [];
  readonly #upTo: Map<Session, number> = new Map();
  /** Of each session, the records of its last write, if that is an append. */
  readonly #open: Map<Session, Uint8Array[]> = new Map();
  #bytes = 0;
  #records = 0;

  /** False: it is for the next batch. */
  add({ session, seq, writes, bytes }: Block): boolean {
    // Nothing more of it is written.
    if (session.isOver) return true;
    if (this.#bytes > 0 && this.#bytes + bytes > BATCH_BYTES_MAX) return false;
    this.#bytes += bytes;
    for (const write of writes) this.#join(session, write);
    this.#upTo.set(session, seq);
    return true;
  }

  made(count: number): Batch {
    return {
      type: "batch",
      writes: this.#writes,
      upTo: this.#upTo,
      records: this.#records,
      bytes: this.#bytes,
      count,
    };
  }

  /** Records behind records of the same log go into one write. */
  #join(session: Session, write: Write): void {
    if (write.type !== "append") {
      this.#open.delete(session);
      this.#writes.push(write);
      return;
    }
    this.#records += write.records.length;
    const open = this.#open.get(session);
    if (open === undefined) {
      // A copy, since a batch may be made again.
      const records = [...write.records];
      this.#open.set(session, records);
      this.#writes.push({ ...write, records });
      return;
    }
    for (const record of write.records) open.push(record);
  }
}
