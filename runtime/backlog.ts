/**
 * The mailbox of one actor once more, in shared memory: what outlives its thread.
 *
 * Data path: receive (actors/incoming.ts) → **append** → mailbox → **begin** → turn → **end** →
 * **release**.
 *
 * The messages that are handled lie in the actor's mailbox, decoded, like anybody's. The backlog
 * holds their records until their turns have ended, and is read only by whoever goes on for a dead
 * thread. One thread writes it, so it needs no atomics: a thread that is terminated has done its
 * stores in their order up to some point, and whoever reads has been told of its death.
 *
 * backlog-layout.ts has the picture of the memory, backlog-reader.ts what whoever goes on does.
 */

import { assert } from "./assert.ts";
import {
  APPENDED,
  ATTEMPT,
  ATTEMPT_SHIFT,
  BEGUN,
  BIRTH,
  BIRTH_BYTE,
  CAPACITY,
  DONE,
  ENDED,
  ENTRY_BYTES,
  ENTRY_WORDS,
  HEAD,
  INITS,
  NOTED,
  PHASE,
  READS,
  RELEASED,
  STATE_MASK,
  TAIL,
  URGENT,
  WAITING,
  type Way,
} from "./backlog-layout.ts";
import { BacklogReader, type Reading } from "./backlog-reader.ts";
import { hasSeen, note } from "./backlog-seen.ts";
import { type RecordView, viewOf } from "./record.ts";

export const UNBORN = 0;
export const BORN = 1;
export const OVER = 2;

export const BACKLOG_BYTES_MIN = 4096;
export const BACKLOG_BYTES_MAX: number = 64 * 1024 * 1024;
/** Untouched pages cost nothing. */
export const BACKLOG_BYTES_DEFAULT: number = 1024 * 1024;
/** Up to this many words a loop copies faster than a view and `set`. */
const LOOP_WORDS_MAX = 32;

/** @param start where TAIL and HEAD stand already: for tests that bring them near their wrap. */
export function allocateBacklog(capacity: number, birth: Uint8Array, start = 0): SharedArrayBuffer {
  const ring = (BIRTH_BYTE + birth.length + 7) & ~7;
  const memory = new SharedArrayBuffer(ring + capacity);
  const words = new Int32Array(memory);
  words[BIRTH] = birth.length;
  words[CAPACITY] = capacity;
  words[TAIL] = start;
  words[NOTED] = start;
  words[HEAD] = start;
  new Uint8Array(memory).set(birth, BIRTH_BYTE);
  return memory;
}

/** False for memory that no `allocateBacklog` has made, or whose head was written over. */
export function isBacklog(memory: SharedArrayBuffer): boolean {
  if (memory.byteLength < BIRTH_BYTE + BACKLOG_BYTES_MIN) return false;
  const words = new Int32Array(memory, 0, BIRTH_BYTE / 4);
  const [birth = -1, capacity = 0] = [words[BIRTH], words[CAPACITY]];
  const whole = birth >= 0 && ((BIRTH_BYTE + birth + 7) & ~7) + capacity === memory.byteLength;
  return whole && capacity >= BACKLOG_BYTES_MIN && (capacity & (capacity - 1)) === 0;
}

export class Backlog {
  readonly view: RecordView;
  readonly #words: Int32Array;
  readonly #ring: number;
  readonly #mask: number;
  #tail: number;
  #head: number;
  /** Where the next ordinary message lies, and the next urgent one. */
  #next: number;
  #nextUrgent: number;

  /** @param view of that memory: for tests that end a thread between two of its stores. */
  constructor(memory: SharedArrayBuffer, view: RecordView = viewOf(memory)) {
    this.view = view;
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

  /** How often whoever went on was ended by reading the birth. */
  get reads(): number {
    return this.#word(READS);
  }

  set reads(reads: number) {
    this.#words[READS] = reads;
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

  /** Bytes for entries, their heads and padding included. */
  get free(): number {
    return this.#mask + 1 - ((this.#tail - this.#head) | 0);
  }

  /** Whether less than half of it is free. */
  get isCrowded(): boolean {
    return this.free < (this.#mask + 1) >> 1;
  }

  /** What gives way leaves room only if the oldest entry is an ordinary message that waits. */
  get canGiveWay(): boolean {
    let head = this.#head;
    if (this.#word(this.#at(head)) < 0) head = this.#after(head);
    const state = this.#word(this.#at(head) + 1);
    return this.#isBefore(head, this.#tail) && (state & (STATE_MASK | URGENT)) === WAITING;
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
    if (way.life !== 0) this.pass(way, position);
    words[NOTED] = tail;
  }

  /**
   * A record from another thread was seen, and entered or not: it will not be taken again. So are
   * those before it in its lane. Of other lanes from there it may forget: their heads have moved.
   */
  pass(way: Way, position: number): void {
    note(this.#words, way, position);
  }

  /** The record at `position` of a lane has been seen before. */
  hasSeen(way: Way, position: number): boolean {
    return hasSeen(this.#words, way, position);
  }

  /** The next message of its sort begins its turn; returns its position, for `end`. */
  begin(urgent: boolean): number {
    const next = this.#nextOf(urgent);
    const entry = this.#at(next);
    const state = this.#word(entry + 1);
    // The last thing it does: whoever has called counts side by side with it.
    this.#words[entry + 1] = (state + ATTEMPT) | BEGUN;
    return next;
  }

  /**
   * The next message of its sort will have no turn. With `sends`, that has to be answered. True if
   * one had begun in a life before this one.
   */
  discard(urgent: boolean, sends: boolean): boolean {
    const entry = this.#at(this.#nextOf(urgent));
    const state = this.#word(entry + 1);
    // As in `begin`.
    this.#words[entry + 1] = state | (sends ? ENDED : DONE);
    return state >>> ATTEMPT_SHIFT > 0;
  }

  /** Where the next message of its sort waits. The one after it is the next then. */
  #nextOf(urgent: boolean): number {
    const words = this.#words;
    let next = urgent ? this.#nextUrgent : this.#next;
    const sort = urgent ? URGENT : 0;
    // Every message in the mailbox has an entry, and they come in order, so there is one.
    for (; this.#isBefore(next, this.#tail); next = this.#after(next)) {
      const entry = this.#at(next);
      const state = words[entry + 1] ?? 0;
      if ((words[entry] ?? 0) < 0 || (state & (STATE_MASK | URGENT)) !== sort) continue;
      const after = this.#after(next);
      if (urgent) this.#nextUrgent = after;
      else this.#next = after;
      return next;
    }
    assert(false, "a message of a surviving mailbox must have its entry in the backlog");
  }

  /** Its turn has ended. With `sends`, what it has sent may still have to leave. */
  end(position: number, sends: boolean): void {
    const entry = this.#at(position);
    const state = this.#words[entry + 1] ?? 0;
    this.#words[entry + 1] = (state & ~STATE_MASK) | (sends ? ENDED : DONE);
  }

  /**
   * Gives the room of all that is over at the head back.
   * @param flushed what turns that have ended have sent has left; else of those before `until`
   */
  release(flushed: boolean, until: number = this.#head): void {
    const words = this.#words;
    const start = this.#head;
    let head = start;
    for (; this.#isBefore(head, this.#tail); head = this.#after(head)) {
      const entry = this.#at(head);
      if ((words[entry] ?? 0) < 0) continue;
      const state = (words[entry + 1] ?? 0) & STATE_MASK;
      const left = flushed || this.#isBefore(head, until);
      if (state !== DONE && !(left && state === ENDED)) break;
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
   * be read, which is given up. Whoever dies in it leaves the same to the next one.
   */
  read(): Reading {
    const reading = new BacklogReader(this.#words, this.#ring, this.#mask).read();
    this.#tail = this.#word(TAIL);
    this.#head = this.#word(HEAD);
    this.#next = this.#head;
    this.#nextUrgent = this.#head;
    return reading;
  }

  /** Whoever goes on reads the message. If that ends the thread, it is one attempt. */
  reading(position: number): void {
    const entry = this.#at(position);
    this.#words[entry + 1] = (this.#word(entry + 1) + ATTEMPT) | 0;
  }

  /** It was read and waits again: its turn, if it was cut, may have another. */
  again(position: number): void {
    const entry = this.#at(position);
    this.#words[entry + 1] = (this.#word(entry + 1) - ATTEMPT) & ~STATE_MASK;
  }

  #at(position: number): number {
    return (this.#ring + (position & this.#mask)) >> 2;
  }

  /** Goes on whatever lies there, so that a loop ends in any memory. */
  #after(position: number): number {
    return (position + Math.max(8, Math.abs(this.#word(this.#at(position))))) | 0;
  }

  #isBefore(position: number, end: number): boolean {
    return ((end - position) | 0) > 0;
  }
}
