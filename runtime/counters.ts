/**
 * What a thread counts, in its block of the signals: shared memory, so that the numbers survive it.
 *
 * Each counter is one double, exact up to 2^53, that its thread alone writes, by plain stores. So a
 * count costs what it would in a field of an object, nobody has to publish anything, and at a death
 * the words stand as they were at its last instruction. A reader looks while the writer works: each
 * counter is whole, but two of them need not belong to the same moment.
 */

import { BLOCK_WORDS, COUNTS } from "./layout.ts";
import type { Signals } from "./signals.ts";

/** Order of the counters in a block. */
export const COUNTERS = [
  "sent",
  "handled",
  "deadLettered",
  "dropped",
  "queued",
  "recordsOut",
  "recordsIn",
  "badLanes",
  "lateReplies",
  "turns",
  "actors",
  "crashes",
] as const;

export type CounterName = (typeof COUNTERS)[number];
export type Counts = Record<CounterName, number>;

export function noCounts(): Counts {
  return Object.fromEntries(COUNTERS.map((name) => [name, 0])) as Counts;
}

/** The doubles of thread `at`, in the order of COUNTERS. */
function wordsOf({ words }: Signals, at: number): Float64Array {
  return new Float64Array(words.buffer, (at * BLOCK_WORDS + COUNTS) * 4, COUNTERS.length);
}

/**
 * The counters of one thread, for itself: `counts.sent += 1` is a load and a store.
 *
 * The places are written out, since a number in the code is what costs nothing.
 */
export class ThreadCounts implements Counts {
  readonly #words: Float64Array;

  /** Writer: the thread `at`, and after its death whoever closes its books. */
  constructor(signals: Signals, at: number) {
    this.#words = wordsOf(signals, at);
  }

  get sent(): number {
    return this.#words[0] ?? 0;
  }
  set sent(count: number) {
    this.#words[0] = count;
  }

  get handled(): number {
    return this.#words[1] ?? 0;
  }
  set handled(count: number) {
    this.#words[1] = count;
  }

  get deadLettered(): number {
    return this.#words[2] ?? 0;
  }
  set deadLettered(count: number) {
    this.#words[2] = count;
  }

  get dropped(): number {
    return this.#words[3] ?? 0;
  }
  set dropped(count: number) {
    this.#words[3] = count;
  }

  get queued(): number {
    return this.#words[4] ?? 0;
  }
  set queued(count: number) {
    this.#words[4] = count;
  }

  get recordsOut(): number {
    return this.#words[5] ?? 0;
  }
  set recordsOut(count: number) {
    this.#words[5] = count;
  }

  get recordsIn(): number {
    return this.#words[6] ?? 0;
  }
  set recordsIn(count: number) {
    this.#words[6] = count;
  }

  get badLanes(): number {
    return this.#words[7] ?? 0;
  }
  set badLanes(count: number) {
    this.#words[7] = count;
  }

  get lateReplies(): number {
    return this.#words[8] ?? 0;
  }
  set lateReplies(count: number) {
    this.#words[8] = count;
  }

  get turns(): number {
    return this.#words[9] ?? 0;
  }
  set turns(count: number) {
    this.#words[9] = count;
  }

  get actors(): number {
    return this.#words[10] ?? 0;
  }
  set actors(count: number) {
    this.#words[10] = count;
  }

  get crashes(): number {
    return this.#words[11] ?? 0;
  }
  set crashes(count: number) {
    this.#words[11] = count;
  }
}

/** What thread `at` has counted until now. */
export function readCounts(signals: Signals, at: number): Counts {
  const words = wordsOf(signals, at);
  const counts = noCounts();
  COUNTERS.forEach((name, index) => {
    counts[name] = words[index] ?? 0;
  });
  return counts;
}

/**
 * A thread has died: what waited there is counted as dead letters.
 * Returns how many messages that are. Writer: who goes on with its words, or else the keeper.
 */
export function closeCounts(signals: Signals, at: number): number {
  const counts = new ThreadCounts(signals, at);
  const lost = counts.queued;
  counts.deadLettered += lost;
  counts.queued = 0;
  counts.actors = 0;
  return lost;
}
