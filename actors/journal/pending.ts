/**
 * What waits for the next commit, in the order in which it has come.
 *
 *     add ──▶ ┌ w w w w │ open │ w w ┐ ──next──▶ a batch: w w w w ──done──▶ gone
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
export const BATCH_WRITES_MAX = 16_384;
/** Of all that waits. */
export const PENDING_BYTES_MAX: number = 64 * 1024 * 1024;
export const PENDING_WRITES_MAX: number = 1024 * 1024;
/** Openings at once. */
const OPENINGS_MAX = 64;
/** What memory a write takes besides its bytes, roughly. */
const WRITE_BYTES = 64;

export interface Waiting {
  readonly type: "write";
  readonly session: Session;
  readonly seq: number;
  readonly write: Write;
}

export interface Opening {
  readonly type: "opening";
  readonly log: string;
}

export interface Batch {
  readonly type: "batch";
  readonly writes: readonly Write[];
  /** Of each session, the last write that is in it. */
  readonly upTo: ReadonlyMap<Session, number>;
  readonly records: number;
  /** How much of what waits it is. */
  readonly count: number;
}

export interface Openings<Open extends Opening> {
  readonly type: "openings";
  readonly openings: readonly Open[];
}

export class Pending<Open extends Opening> {
  #queue: (Waiting | Open)[] = [];
  /** Those before it are gone. */
  #first = 0;
  #bytes = 0;

  get count(): number {
    return this.#queue.length - this.#first;
  }

  /** False: too much waits already, and this does not. */
  add(waiting: Waiting): boolean {
    const bytes = bytesOf(waiting.write);
    if (this.count >= PENDING_WRITES_MAX) return false;
    if (this.count > 0 && this.#bytes + bytes > PENDING_BYTES_MAX) return false;
    this.#bytes += bytes;
    this.#queue.push(waiting);
    return true;
  }

  open(opening: Open): void {
    this.#queue.push(opening);
  }

  /** What is to be done next; undefined: nothing. Openings are taken, a batch is only looked at. */
  next(): Batch | Openings<Open> | undefined {
    const first = this.#queue[this.#first];
    if (first === undefined) return undefined;
    return first.type === "opening" ? this.#openings() : this.#batch();
  }

  /** It is done, or given up. */
  done({ count }: Batch): void {
    for (let index = 0; index < count; index += 1) {
      const waiting = this.#queue[this.#first + index];
      assert(waiting?.type === "write", "a batch holds writes");
      this.#bytes -= bytesOf(waiting.write);
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
    const upTo = new Map<Session, number>();
    const writes: Write[] = [];
    const lists = new Map<Session, Uint8Array[]>();
    let [bytes, count, records] = [0, 0, 0];
    const end = Math.min(this.#queue.length, this.#first + BATCH_WRITES_MAX);
    for (let at = this.#first; at < end; at += 1, count += 1) {
      const item = this.#queue[at];
      if (item?.type !== "write") break;
      const { session, seq, write } = item;
      if (session.isOver) continue;
      bytes += bytesOf(write);
      if (bytes > BATCH_BYTES_MAX && writes.length > 0) break;
      records += write.type === "append" ? write.records.length : 0;
      join(writes, lists, session, write);
      upTo.set(session, seq);
    }
    return { type: "batch", writes, upTo, records, count };
  }

  #drop(count: number): void {
    this.#first += count;
    // Each is moved at most once for each that has gone.
    if (this.#first * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#first);
    this.#first = 0;
  }
}

/** Puts a write into a batch; records behind records of the same log go into one. */
function join(
  writes: Write[],
  lists: Map<Session, Uint8Array[]>,
  session: Session,
  write: Write,
): void {
  if (write.type !== "append") {
    lists.delete(session);
    writes.push(write);
    return;
  }
  const open = lists.get(session);
  if (open !== undefined) {
    for (const record of write.records) open.push(record);
    return;
  }
  const records = [...write.records];
  lists.set(session, records);
  writes.push({ ...write, records });
}

function bytesOf(write: Write): number {
  switch (write.type) {
    case "append":
      return write.records.reduce((sum, { length }) => sum + length, WRITE_BYTES);
    case "snapshot":
    case "metadata":
      return WRITE_BYTES + write.bytes.length;
    default:
      return WRITE_BYTES;
  }
}
