/**
 * What whoever goes on for a dead thread finds in one of its backlogs (backlog.ts).
 *
 * Nothing that lies there is believed: another thread of the process may have scribbled over the
 * memory. What cannot be read is given up and told; what lies before it, and what comes later, is
 * as good as ever. The dead thread stopped between two of its stores, whichever, and so may this
 * one: each store here leaves a backlog that reads the same.
 */

import {
  APPENDED,
  ATTEMPT_SHIFT,
  ENTRY_BYTES,
  ENTRY_WORDS,
  HEAD,
  NOTED,
  RELEASED,
  STATE_MASK,
  TAIL,
  UNUSED,
  URGENT,
  type Way,
} from "./backlog-layout.ts";
import { note } from "./backlog-seen.ts";
import { THREADS_MAX } from "./layout.ts";

/** A message as it is found in the backlog of a dead thread. */
export interface Entry {
  /** The record's first word in the backlog's view. */
  readonly at: number;
  readonly bytes: number;
  readonly way: Way;
  readonly urgent: boolean;
  /** Turns of it that have begun, and readings that have not ended. */
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

export interface Reading {
  readonly entries: Entry[];
  readonly damage: Damage | undefined;
}

/** By the two low bits; an entry that is over says nothing any more. */
const STATES = ["waiting", "begun", "ended"] as const;

export class BacklogReader {
  readonly #words: Int32Array;
  readonly #ring: number;
  readonly #mask: number;
  #tail: number;
  #head: number;

  /** @param ring first byte of it; @param mask its bytes, less one */
  constructor(words: Int32Array, ring: number, mask: number) {
    this.#words = words;
    this.#ring = ring;
    this.#mask = mask;
    this.#tail = this.#word(TAIL);
    this.#head = this.#word(HEAD);
  }

  #word(at: number): number {
    return this.#words[at] ?? 0;
  }

  /**
   * All that is not over, oldest first, for whoever goes on for a dead thread; and what could not
   * be read, which is given up. Whoever dies in it leaves the same to the next one.
   */
  read(): Reading {
    const ends = this.#isSound() ? undefined : this.#startAnew();
    const entries: Entry[] = [];
    let count = 0;
    let last = -1;
    let at = this.#head;
    while (at !== this.#tail && this.#isWhole(at)) {
      if (this.#word(this.#at(at)) > 0) {
        count += 1;
        last = at;
        const entry = this.#entry(at);
        if (entry !== undefined) entries.push(entry);
      }
      at = (at + Math.abs(this.#word(this.#at(at)))) | 0;
    }
    this.#note(last);
    return { entries, damage: this.#giveUp(at, count, ends) };
  }

  /** The two ends are where some thread can have left them. */
  #isSound(): boolean {
    const waiting = (this.#tail - this.#head) | 0;
    const aligned = ((this.#tail | this.#head) & 7) === 0;
    return aligned && waiting >= 0 && waiting <= this.#mask + 1;
  }

  /** Nobody knows where anything lies: all of it is given up. Returns how many bytes. */
  #startAnew(): number {
    const words = this.#words;
    // Where an empty backlog is whole whatever the other end says.
    words[TAIL] = 0;
    words[HEAD] = 0;
    this.#tail = 0;
    this.#head = 0;
    return this.#mask + 1;
  }

  /** Some thread can have written this entry, or this padding. */
  #isWhole(position: number): boolean {
    const at = this.#at(position);
    const size = this.#word(at);
    const left = this.#mask + 1 - (position & this.#mask);
    const step = Math.abs(size);
    if (step > left || step > ((this.#tail - position) | 0) || (step & 7) !== 0) return false;
    if (size < 0) return step === left;
    const from = this.#word(at + 2);
    const known = from >= 0 && from < THREADS_MAX && (this.#word(at + 1) & UNUSED) === 0;
    return known && step > ENTRY_BYTES;
  }

  #entry(position: number): Entry | undefined {
    const at = this.#at(position);
    const word = this.#word(at + 1);
    const state = STATES[word & STATE_MASK];
    if (state === undefined) return undefined;
    const bytes = this.#word(at) - ENTRY_BYTES;
    const urgent = (word & URGENT) !== 0;
    const way = this.#way(at);
    return {
      at: at + ENTRY_WORDS,
      bytes,
      way,
      urgent,
      attempts: word >>> ATTEMPT_SHIFT,
      state,
      position,
    };
  }

  #way(at: number): Way {
    return { from: this.#word(at + 2), generation: this.#word(at + 3), life: this.#word(at + 4) };
  }

  /** The thread may have died between its last entry and the note that it was seen. */
  #note(last: number): void {
    if (this.#word(NOTED) === this.#tail) return;
    const at = this.#at(last);
    const way = this.#way(at);
    if (last !== -1 && way.life !== 0) note(this.#words, way, this.#word(at + 5));
    this.#words[NOTED] = this.#tail;
  }

  /** What lies from here on is given up, if anything does; what comes now has its place. */
  #giveUp(at: number, count: number, ends: number | undefined): Damage | undefined {
    const words = this.#words;
    const bytes = ends ?? (this.#tail - at) | 0;
    // Counted after TAIL moved on, and released before HEAD did: never fewer than are there.
    const missing = (this.#word(APPENDED) - this.#word(RELEASED) - count) | 0;
    const damage = { offset: at & this.#mask, bytes, messages: Math.max(0, missing) };
    this.#tail = at;
    words[TAIL] = at;
    words[NOTED] = at;
    words[RELEASED] = (this.#word(APPENDED) - count) | 0;
    return bytes > 0 || missing > 0 ? damage : undefined;
  }

  #at(position: number): number {
    return (this.#ring + (position & this.#mask)) >> 2;
  }
}
