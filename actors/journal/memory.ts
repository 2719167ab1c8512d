/**
 * A journal in shared memory, which outlives the threads that use it, and not the process.
 *
 *     word 0   ACTIVE    which half is in use
 *     word 1   ENDS      of half 0: bytes that are written
 *     word 2             of half 1
 *     word 3   TAG       of the journal
 *     byte 64  half 0    entries (entries.ts), one behind the other
 *              half 1
 *
 * A commit writes its entries behind the others, where nobody reads yet, and then the end: one
 * store, so a thread that dies at any instruction leaves all of a commit or nothing. When a half is
 * full, what lives is written into the other one, which then is the active one, by one store again.
 *
 * Bytes: what lives takes its part of half of the memory, and as much of the thread's own again.
 */

import { JournalClosed, JournalCorrupt, JournalFull } from "../errors.ts";
import { Content } from "./content.ts";
import { type Entry, entryBytes, writeEntry } from "./entries.ts";
import { viewOf } from "./format.ts";
import type { Journal, KeptLog, Write } from "./journal.ts";
import { type Bounds, plan, planLife } from "./plan.ts";

const ACTIVE = 0;
const ENDS = 1;
const TAG = 3;
const HEAD_BYTES = 64;
/** Of a half, in percent: the rest is what may die before it is full. */
const LIVE_PERCENT_MAX = 75;
const LOGS_MAX = 100_000;

export class MemoryJournal implements Journal {
  readonly tag: number;
  readonly #name: string;
  readonly #words: Int32Array;
  readonly #halves: readonly [Uint8Array, Uint8Array];
  readonly #bounds: Bounds;
  readonly #content: Content = new Content();
  /** What lies in the active half, as the content knows it; others are over. */
  #segment = 1;
  #isClosed = false;

  /**
   * @param random uniform in [0, 1): for the tag of a new journal
   * @throws JournalCorrupt (ERR_JOURNAL_CORRUPT) if others have written to the memory
   */
  constructor(memory: SharedArrayBuffer, name: string, random: () => number) {
    const bytes = Math.floor((memory.byteLength - HEAD_BYTES) / 2);
    this.#name = name;
    this.#words = new Int32Array(memory, 0, HEAD_BYTES / 4);
    this.#halves = [
      new Uint8Array(memory, HEAD_BYTES, bytes),
      new Uint8Array(memory, HEAD_BYTES + bytes, bytes),
    ];
    const drawn = 1 + Math.floor(random() * 0xffff_ffff);
    // Writer: the one thread that has the journal open. Pairs with itself.
    const before = Atomics.compareExchange(this.#words, TAG, 0, drawn);
    this.tag = (before === 0 ? drawn : before) >>> 0;
    const liveBytesMax = Math.floor((bytes * LIVE_PERCENT_MAX) / 100);
    // A batch that is too large for a half is one for which there is no room.
    const most = { recordBytesMax: bytes, batchBytesMax: Number.POSITIVE_INFINITY };
    this.#bounds = { ...most, liveBytesMax, logsMax: LOGS_MAX };
    // Pairs with the stores in #append and #compact, of a thread that has ended.
    const end = Atomics.load(this.#words, ENDS + this.#active);
    this.#take(this.#half.slice(0, end), this.#segment);
    const broken = this.#content.settle();
    if (broken !== undefined) throw new JournalCorrupt(name, 0, `log ${broken} is not whole`);
  }

  get logs(): readonly string[] {
    return this.#content.names;
  }

  logsOf(prefix: string): readonly string[] {
    return this.#content.namesOf(prefix);
  }

  async open(log: string): Promise<KeptLog> {
    this.#mustBeOpen();
    this.#append(planLife(log, this.#content, this.#bounds, this.#name).entries);
    return (this.#content.log(log) as { kept(): KeptLog }).kept(); // It has just been made.
  }

  async commit(batch: readonly Write[]): Promise<void> {
    this.#mustBeOpen();
    const { entries } = plan(batch, this.#content, this.#bounds, this.#name);
    if (entries.length > 0) this.#append(entries);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new JournalClosed(this.#name);
  }

  get #active(): 0 | 1 {
    return Atomics.load(this.#words, ACTIVE) === 0 ? 0 : 1;
  }

  get #half(): Uint8Array {
    return this.#halves[this.#active];
  }

  #append(entries: readonly Entry[]): void {
    const body = encoded(entries);
    const word = ENDS + this.#active;
    const end = Atomics.load(this.#words, word);
    if (end + body.length > this.#half.length) return this.#compact(body);
    this.#half.set(body, end);
    // Writer: the one thread that has the journal open.
    Atomics.store(this.#words, word, end + body.length);
    this.#take(body, this.#segment);
  }

  /** What lives goes into the other half, and the new entries behind it. */
  #compact(body: Uint8Array): void {
    const living = encoded(this.#content.movable(this.#segment, Number.POSITIVE_INFINITY));
    const other = this.#active === 0 ? 1 : 0;
    const half = this.#halves[other];
    const bytes = living.length + body.length;
    if (bytes > half.length) {
      const detail = `${bytes} bytes would be there, and there is room for ${half.length}`;
      throw new JournalFull(this.#name, detail);
    }
    half.set(living, 0);
    half.set(body, living.length);
    // Writer: the one thread that has the journal open.
    Atomics.store(this.#words, ENDS + other, bytes);
    // Writer: the same.
    Atomics.store(this.#words, ACTIVE, other);
    this.#segment += 1;
    this.#take(living, this.#segment);
    this.#take(body, this.#segment);
  }

  #take(body: Uint8Array, segment: number): void {
    const isSound = this.#content.take(body, segment);
    if (!isSound) throw new JournalCorrupt(this.#name, 0, "these are no entries");
  }
}

function encoded(entries: readonly Entry[]): Uint8Array {
  const body = new Uint8Array(entries.reduce((sum, entry) => sum + entryBytes(entry), 0));
  const view = viewOf(body);
  entries.reduce((at, entry) => writeEntry(body, view, at, entry), 0);
  return body;
}
