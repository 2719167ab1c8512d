/**
 * What waits for the next commit: writes, and what has to come behind those before it.
 *
 *     blocks   b b b b b b ──next──▶ a batch, from the first on ──done──▶ gone
 *     tasks        open  open        an opening waits for the blocks that have come before it
 *
 * So who opens a log finds all that was written to it before. What comes behind an opening need not
 * wait for it: it is of other logs, since whoever had this one writes no more. Of many that open a
 * log and write at once, the openings are done together, and so are the writes.
 *
 * In a batch, records that follow each other in a log become one write. One for which there was no
 * room is made again, with what has come since.
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
  readonly #blocks: Fifo<Block> = new Fifo();
  readonly #tasks: Fifo<Behind<Open | Remove>> = new Fifo();
  #bytes = 0;
  /** Blocks that have ever come. */
  #added = 0;

  /** Blocks, openings and removals. */
  get count(): number {
    return this.#blocks.length + this.#tasks.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** False: too much waits already, and this does not. */
  add(block: Block): boolean {
    if (this.count >= PENDING_BLOCKS_MAX) return false;
    if (this.#bytes > 0 && this.#bytes + block.bytes > PENDING_BYTES_MAX) return false;
    this.#bytes += block.bytes;
    this.#added += 1;
    this.#blocks.push(block);
    return true;
  }

  push(task: Open | Remove): void {
    this.#tasks.push({ task, blocks: this.#added });
  }

  /** What is to be done next; undefined: nothing. A batch is only looked at, others are taken. */
  next(): Batch | Openings<Open> | Remove | undefined {
    const task = this.#ready(0);
    if (task === undefined) return this.#blocks.length > 0 ? this.#batch() : undefined;
    if (task.type === "opening") return this.#openings();
    this.#tasks.drop(1);
    return task;
  }

  /** It is done, or given up. */
  done({ count }: Batch): void {
    for (let at = 0; at < count; at += 1) {
      const block = this.#blocks.at(at);
      assert(block !== undefined, "a batch consists of blocks");
      this.#bytes -= block.bytes;
    }
    this.#blocks.drop(count);
  }

  /** The task there, if nothing is left of what has come before it. */
  #ready(at: number): Open | Remove | undefined {
    const behind = this.#tasks.at(at);
    if (behind === undefined) return undefined;
    const done = this.#added - this.#blocks.length;
    return behind.blocks <= done ? behind.task : undefined;
  }

  #openings(): Openings<Open> {
    const openings: Open[] = [];
    while (openings.length < OPENINGS_MAX) {
      const task = this.#ready(openings.length);
      if (task?.type !== "opening") break;
      openings.push(task);
    }
    this.#tasks.drop(openings.length);
    return { type: "openings", openings };
  }

  #batch(): Batch {
    const batch = new BatchMaker();
    const end = Math.min(this.#blocks.length, BATCH_BLOCKS_MAX);
    let at = 0;
    for (; at < end; at += 1) {
      const block = this.#blocks.at(at);
      if (block === undefined || !batch.add(block)) break;
    }
    return batch.made(at);
  }
}

/** Something to do, and how many blocks have come before it. */
interface Behind<Task> {
  readonly task: Task;
  readonly blocks: number;
}

class Fifo<Item> {
  #items: Item[] = [];
  /** Those before it are gone. */
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  /** Of those that are there, from 0. */
  at(index: number): Item | undefined {
    return this.#items[this.#first + index];
  }

  drop(count: number): void {
    this.#first += count;
    // Each is moved at most once for each that has gone.
    if (this.#first * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#first);
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
