/**
 * The mailbox of one actor once more, in shared memory: what outlives its thread.
 *
 * Data path: receive (actors/incoming.ts) → **append** → mailbox → **begin** → turn → **end** →
 * **release**.
 *
 * The messages that are handled lie in the actor's mailbox, decoded, like anybody's. The journal
 * holds their records until their turns have ended, and is read only by whoever goes on for a dead
 * thread. One thread writes it, so it needs no atomics: a thread that is terminated has done its
 * stores in their order up to some point, and whoever reads has been told of its death.
 *
 *     word   0  TAIL        where the next entry goes; counts bytes, int32 that wraps
 *            1  PHASE       unborn, born, over
 *            2  INITS       inits begun since the last one that ended
 *            3  BIRTH       bytes of the order that it was spawned with, from BIRTH_BYTE on
 *            4  CAPACITY    bytes of the ring, behind that; a power of two
 *            5  APPENDED    entries so far       6  RELEASED
 *           32  HEAD        what lies before is over
 *           64  three words per thread: the lane whose record was seen last, and its position there
 *
 *     entry   0 size | 1 state | 2 thread 3 generation 4 life 5 position | 6 … the record
 *
 * An entry has a multiple of 8 bytes; a negative size is padding up to the ring's end. `thread`,
 * `generation` and `life` (the receiver's generation) name the lane it came through, `position` its
 * place there: the head of a lane moves after its records were appended, so one that was appended
 * may be met there again. The life of a record's lane is 0 if it was sent by the same thread.
 */

import { assert } from "./assert.ts";
import { THREADS_MAX } from "./layout.ts";
import { type RecordView, viewOf } from "./record.ts";

const TAIL = 0;
const PHASE = 1;
const INITS = 2;
const BIRTH = 3;
const CAPACITY = 4;
const APPENDED = 5;
const RELEASED = 6;
const HEAD = 32;
const SEEN = 64;
const SEEN_WORDS = 3;
const BIRTH_BYTE: number = (SEEN + SEEN_WORDS * THREADS_MAX) * 4;

export const UNBORN = 0;
export const BORN = 1;
export const OVER = 2;

/** States of an entry: the two low bits; then URGENT; the attempts above. */
const WAITING = 0;
const BEGUN = 1;
/** Its turn has ended, and its answer may not have left yet. */
const ENDED = 2;
const DONE = 3;
const STATE_MASK = 3;
const URGENT = 4;
const ATTEMPT = 256;

const ENTRY_WORDS = 6;
export const ENTRY_BYTES: number = ENTRY_WORDS * 4;
export const JOURNAL_BYTES_MIN = 4096;
export const JOURNAL_BYTES_MAX: number = 64 * 1024 * 1024;
/** Untouched pages cost nothing. */
export const JOURNAL_BYTES_DEFAULT: number = 256 * 1024;
/** Up to this many words a loop copies faster than a view and `set`. */
const LOOP_WORDS_MAX = 32;

assert(BIRTH_BYTE % 8 === 0, "the birth must start aligned");

/** The way that a record took: a lane between two lives of threads. */
export interface Way {
  readonly from: number;
  readonly generation: number;
  /** The receiver's generation; 0: sent within the thread. */
  readonly life: number;
}

/** A message as it is found in the journal of a dead thread. */
export interface Entry {
  /** The record's first word in the journal's view. */
  readonly at: number;
  readonly bytes: number;
  readonly way: Way;
  readonly urgent: boolean;
  /** Turns of it that have begun. */
  readonly attempts: number;
  readonly state: "waiting" | "begun" | "ended";
  /** For `again` and `done`. */
  readonly position: number;
}

/** Bytes that nobody can have written: what lies behind them cannot be read either. */
export interface Damage {
  /** Byte of the ring. */
  readonly offset: number;
  /** Bytes that were not read. */
  readonly bytes: number;
  /** Messages in them, as far as their count can be believed. */
  readonly messages: number;
}

export function allocateJournal(capacity: number, birth: Uint8Array): SharedArrayBuffer {
  const ring = (BIRTH_BYTE + birth.length + 7) & ~7;
  const memory = new SharedArrayBuffer(ring + capacity);
  const words = new Int32Array(memory);
  words[BIRTH] = birth.length;
  words[CAPACITY] = capacity;
  new Uint8Array(memory).set(birth, BIRTH_BYTE);
  return memory;
}

/** False for memory that no `allocateJournal` has made, or whose head was written over. */
export function isJournal(memory: SharedArrayBuffer): boolean {
  if (memory.byteLength < BIRTH_BYTE + JOURNAL_BYTES_MIN) return false;
  const words = new Int32Array(memory, 0, BIRTH_BYTE / 4);
  const [birth = -1, capacity = 0] = [words[BIRTH], words[CAPACITY]];
  const whole = birth >= 0 && ((BIRTH_BYTE + birth + 7) & ~7) + capacity === memory.byteLength;
  return whole && capacity >= JOURNAL_BYTES_MIN && (capacity & (capacity - 1)) === 0;
}

export class Journal {
  readonly view: RecordView;
  readonly #words: Int32Array;
  readonly #ring: number;
  readonly #mask: number;
  #tail: number;
  #head: number;
  /** Where the next ordinary message lies, and the next urgent one. */
  #next: number;
  #nextUrgent: number;

  constructor(memory: SharedArrayBuffer) {
    this.view = viewOf(memory);
    this.#words = this.view.words;
    this.#ring = (BIRTH_BYTE + this.#word(BIRTH) + 7) & ~7;
    this.#mask = this.#word(CAPACITY) - 1;
    this.#tail = this.#word(TAIL);
    this.#head = this.#word(HEAD);
    this.#next = this.#head;
    this.#nextUrgent = this.#head;
  }

  #word(at: number): number {
    return this.#words[at] ?? 0;
  }

  get phase(): number {
    return this.#word(PHASE);
  }

  set phase(phase: number) {
    this.#words[PHASE] = phase;
  }

  get inits(): number {
    return this.#word(INITS);
  }

  set inits(inits: number) {
    this.#words[INITS] = inits;
  }

  /** The order that the actor was spawned with, as its codec wrote it. */
  get birth(): Uint8Array {
    return this.view.bytes.subarray(BIRTH_BYTE, BIRTH_BYTE + this.#word(BIRTH));
  }

  /** No larger record can ever enter: half of the ring, since an entry does not wrap around. */
  get recordBytesMax(): number {
    return ((this.#mask + 1) >> 1) - ENTRY_BYTES;
  }

  /** True if a record of so many bytes, a multiple of 8, can enter now. */
  hasRoom(bytes: number): boolean {
    const size = ENTRY_BYTES + bytes;
    const left = this.#mask + 1 - (this.#tail & this.#mask);
    const padding = size <= left ? 0 : left;
    return ((this.#tail - this.#head) | 0) + padding + size <= this.#mask + 1;
  }

  /** Writes a record behind the others. There must be room. */
  append(
    record: RecordView,
    at: number,
    bytes: number,
    urgent: boolean,
    way: Way,
    position: number,
  ): void {
    const words = this.#words;
    const size = ENTRY_BYTES + bytes;
    let tail = this.#tail;
    const left = this.#mask + 1 - (tail & this.#mask);
    if (size > left) {
      words[this.#at(tail)] = -left;
      tail = (tail + left) | 0;
    }
    const entry = this.#at(tail);
    words[entry] = size;
    words[entry + 1] = urgent ? URGENT : WAITING;
    words[entry + 2] = way.from;
    words[entry + 3] = way.generation;
    words[entry + 4] = way.life;
    words[entry + 5] = position;
    const length = bytes >> 2;
    if (length > LOOP_WORDS_MAX) {
      words.set(record.words.subarray(at, at + length), entry + ENTRY_WORDS);
    } else {
      const from = record.words;
      for (let word = 0; word < length; word += 1) {
        words[entry + ENTRY_WORDS + word] = from[at + word] ?? 0;
      }
    }
    tail = (tail + size) | 0;
    this.#tail = tail;
    words[TAIL] = tail;
    words[APPENDED] = (this.#word(APPENDED) + 1) | 0;
    this.pass(way, position);
  }

  /** A record from another thread was seen, and entered or not: it will not be taken again. */
  pass({ from, generation, life }: Way, position: number): void {
    const seen = SEEN + SEEN_WORDS * from;
    const words = this.#words;
    // The generation last, and none before: else a lane's name could stand with another's position.
    words[seen] = 0;
    words[seen + 1] = life;
    words[seen + 2] = position;
    words[seen] = generation;
  }

  /** The record at `position` of a lane has been seen before. */
  hasSeen({ from, generation, life }: Way, position: number): boolean {
    const seen = SEEN + SEEN_WORDS * from;
    if (this.#word(seen) !== generation || this.#word(seen + 1) !== life) return false;
    return ((position - this.#word(seen + 2)) | 0) <= 0;
  }

  /** The next message of its sort begins its turn; returns its position, for `end`. */
  begin(urgent: boolean): number {
    const words = this.#words;
    let next = urgent ? this.#nextUrgent : this.#next;
    const sort = urgent ? URGENT : 0;
    // Every message in the mailbox has an entry, and they come in order, so there is one.
    for (; next !== this.#tail; next = this.#after(next)) {
      const entry = this.#at(next);
      const state = words[entry + 1] ?? 0;
      if ((words[entry] ?? 0) < 0 || (state & (STATE_MASK | URGENT)) !== sort) continue;
      words[entry + 1] = (state + ATTEMPT) | BEGUN;
      const after = this.#after(next);
      if (urgent) this.#nextUrgent = after;
      else this.#next = after;
      return next;
    }
    assert(false, "a message of a surviving mailbox must have its entry in the journal");
  }

  /** Its turn has ended. With `answer`, the answer may still have to leave. */
  end(position: number, answer: boolean): void {
    const entry = this.#at(position);
    const state = this.#words[entry + 1] ?? 0;
    this.#words[entry + 1] = (state & ~STATE_MASK) | (answer ? ENDED : DONE);
  }

  /** Gives the room of all that is over at the head back; with `flushed` all answers have left. */
  release(flushed: boolean): void {
    const words = this.#words;
    const start = this.#head;
    let head = start;
    for (; head !== this.#tail; head = this.#after(head)) {
      const entry = this.#at(head);
      if ((words[entry] ?? 0) < 0) continue;
      const state = (words[entry + 1] ?? 0) & STATE_MASK;
      if (state !== DONE && !(flushed && state === ENDED)) break;
      words[RELEASED] = (this.#word(RELEASED) + 1) | 0;
    }
    if (head === start) return;
    // Cursors do not stand behind the head.
    if (((this.#next - head) | 0) < 0) this.#next = head;
    if (((this.#nextUrgent - head) | 0) < 0) this.#nextUrgent = head;
    this.#head = head;
    words[HEAD] = head;
  }

  /**
   * All that is not over, oldest first, for whoever goes on for a dead thread; and what could not
   * be read. Notes what lanes have been seen, too.
   */
  read(): { entries: Entry[]; damage: Damage | undefined } {
    const entries: Entry[] = [];
    const waiting = (this.#tail - this.#head) | 0;
    const sound = waiting >= 0 && waiting <= this.#mask + 1 && (waiting & 7) === 0;
    const tail = sound && (this.#head & 7) === 0 ? this.#tail : this.#head;
    let at = this.#head;
    let whole = tail === this.#tail;
    let count = 0;
    while (at !== tail && whole) {
      const size = this.#words[this.#at(at)] ?? 0;
      const left = this.#mask + 1 - (at & this.#mask);
      const step = size < 0 ? -size : size;
      const fits = step <= left && step <= ((tail - at) | 0) && (step & 7) === 0;
      whole = fits && (size < 0 ? step === left : step > ENTRY_BYTES) && this.#isWay(at, size);
      if (!whole) break;
      if (size > 0) {
        count += 1;
        const entry = this.#entry(at, size);
        if (entry !== undefined) entries.push(entry);
      }
      at = (at + step) | 0;
    }
    if (whole) return { entries, damage: undefined };
    const messages = (this.#word(APPENDED) - this.#word(RELEASED) - count) | 0;
    const damage = {
      offset: at & this.#mask,
      bytes: sound ? (this.#tail - at) | 0 : this.#mask + 1,
      messages: Math.max(0, messages),
    };
    // The rest is given up: what comes from now on has its place again.
    this.#tail = at;
    this.#words[TAIL] = at;
    this.#words[RELEASED] = (this.#word(APPENDED) - count) | 0;
    return { entries, damage };
  }

  #isWay(at: number, size: number): boolean {
    const from = this.#words[this.#at(at) + 2] ?? -1;
    return size < 0 || (from >= 0 && from < THREADS_MAX);
  }

  #entry(position: number, size: number): Entry | undefined {
    const words = this.#words;
    const at = this.#at(position);
    const [from = 0, generation = 0, life = 0, place = 0] = words.subarray(at + 2, at + 6);
    const way = { from, generation, life };
    if (life !== 0 && !this.hasSeen(way, place)) this.pass(way, place);
    const word = words[at + 1] ?? 0;
    const state = STATES[word & STATE_MASK];
    if (state === undefined) return undefined;
    const urgent = (word & URGENT) !== 0;
    const [record, bytes] = [at + ENTRY_WORDS, size - ENTRY_BYTES];
    return { at: record, bytes, way, urgent, attempts: word >>> 8, state, position };
  }

  /** The message waits again: its turn was cut, and it may have another. */
  again(position: number): void {
    const entry = this.#at(position);
    this.#words[entry + 1] = (this.#words[entry + 1] ?? 0) & ~STATE_MASK;
  }

  #at(position: number): number {
    return (this.#ring + (position & this.#mask)) >> 2;
  }

  #after(position: number): number {
    return (position + Math.abs(this.#words[this.#at(position)] ?? 0)) | 0;
  }
}

const STATES = ["waiting", "begun", "ended"] as const;
