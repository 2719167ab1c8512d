/**
 * Who lives, with the numbers of each, in one pass over the directory: some 20 ns for each slot of
 * the ranges in use. What is counted between two looks is the difference of two samples.
 *
 * Kept as arrays by slot, so that a look at a million actors makes no million objects.
 */

import {
  ALIVE,
  DIRECTORY_HEADER_WORDS,
  RANGE_SLOTS,
  SLOT_INCARNATION,
  SLOT_PLACE,
  SLOT_STATE,
  SLOT_WORDS,
} from "../layout.ts";
import {
  QUEUED_BITS,
  QUEUED_MASK,
  ROW_BUSY,
  ROW_HANDLED,
  ROW_QUEUED,
  rowOf,
  STATUS_UNTOLD,
} from "../statistics.ts";
import type { Sources } from "./sources.ts";

/** Of one actor since another sample, or since its birth if it was born after that. */
export interface Change {
  readonly handled: number;
  readonly busyUs: number;
  readonly queued: number;
}

/** One actor's numbers, as a row has them. */
export interface Numbers {
  readonly handled: number;
  readonly queued: number;
  readonly busy: number;
  readonly status: number;
}

export class Sample {
  /** Milliseconds of the system's life. */
  at = 0;
  /** Slots that live: the first `count` of these. */
  living = new Int32Array(RANGE_SLOTS);
  count = 0;
  /** By slot; 0: nobody lived there. */
  #life = new Int32Array(0);
  #handled = new Int32Array(0);
  #queued = new Int32Array(0);
  #busy = new Int32Array(0);

  /** Takes another one into the same memory. */
  take(sources: Sources): void {
    const { directory, signals, indexes } = sources;
    this.at = sources.now();
    this.count = 0;
    // Those of an index in the form of SLOT_PLACE, or -1 where nobody lives.
    const places = Int32Array.from({ length: 256 }, (_, index) =>
      index < indexes && sources.isRunning(index) ? index | (signals.generation(index) << 8) : -1,
    );
    let ranges = 0;
    while (ranges < directory.ranges && directory.words[DIRECTORY_HEADER_WORDS + ranges] !== 0) {
      ranges += 1;
    }
    this.#fit(ranges * RANGE_SLOTS);
    const slots = DIRECTORY_HEADER_WORDS + directory.ranges;
    this.#read(directory.words, slots, sources.statistics.words, places);
  }

  #fit(slots: number): void {
    if (this.#life.length < slots) {
      this.living = new Int32Array(slots);
      this.#life = new Int32Array(slots);
      this.#handled = new Int32Array(slots);
      this.#queued = new Int32Array(slots);
      this.#busy = new Int32Array(slots);
    }
  }

  #read(words: Int32Array, slots: number, rows: Int32Array, places: Int32Array): void {
    const life = this.#life;
    for (let slot = 1; slot < life.length; slot += 1) {
      const at = slots + slot * SLOT_WORDS;
      const place = words[at + SLOT_PLACE] ?? 0;
      const lives = ((words[at + SLOT_STATE] ?? 0) & ALIVE) !== 0 && places[place & 255] === place;
      life[slot] = lives ? (words[at + SLOT_INCARNATION] ?? 0) : 0;
      if (!lives) continue;
      const row = rowOf(slot);
      this.#handled[slot] = rows[row + ROW_HANDLED] ?? 0;
      this.#queued[slot] = rows[row + ROW_QUEUED] ?? 0;
      this.#busy[slot] = rows[row + ROW_BUSY] ?? 0;
      this.living[this.count] = slot;
      this.count += 1;
    }
  }

  /** True if that life of the slot was going on. */
  has(slot: number, incarnation: number): boolean {
    return incarnation !== 0 && this.#life[slot] === (incarnation | 0);
  }

  /** Unsigned; 0: nobody lived there. */
  life(slot: number): number {
    return (this.#life[slot] ?? 0) >>> 0;
  }

  numbers(slot: number): Numbers {
    return numbersOf(this.#handled[slot] ?? 0, this.#queued[slot] ?? 0, this.#busy[slot] ?? 0);
  }

  /** Of an actor that lives in this sample; undefined where its thread has not told before. */
  since(before: Sample, slot: number): Change | undefined {
    const now = this.numbers(slot);
    const there = before.has(slot, this.life(slot));
    return change(there ? before.numbers(slot) : NEWBORN, now);
  }
}

const NEWBORN: Numbers = { handled: 0, queued: 0, busy: 0, status: STATUS_UNTOLD + 1 };

export function numbersOf(handled: number, queued: number, busy: number): Numbers {
  return {
    handled: handled >>> 0,
    queued: queued & QUEUED_MASK,
    busy: busy >>> 0,
    status: queued >>> QUEUED_BITS,
  };
}

/** Counts wrap, so their difference is what matters. */
export function change(before: Numbers, now: Numbers): Change | undefined {
  if (before.status === STATUS_UNTOLD || now.status === STATUS_UNTOLD) return undefined;
  return {
    handled: (now.handled - before.handled) >>> 0,
    busyUs: (now.busy - before.busy) >>> 0,
    queued: now.queued - before.queued,
  };
}
