/**
 * The block of words through which threads wake each other, and the state of each thread.
 *
 * Data path: flush (producer.ts) → **publish** → park and wake (doorbell.ts) → drain (thread.ts).
 *
 * `publish` and `freed` set the bit before they look at PARKED; a thread that parks stores PARKED
 * before it looks at the bits (doorbell.ts). Atomics are sequentially consistent, so at least one
 * of the two sees the other. ARCHITECTURE.md has the whole argument, and
 * test/runtime/wakeup.model.test.ts explores every interleaving of it.
 */

import {
  BLOCK_WORDS,
  GENERATION,
  INSPECTED,
  LAST_OWN,
  PARKED,
  PENDING_IN,
  PENDING_SPACE,
  STATE,
  THREAD_DEAD,
  THREAD_RUNNING,
  THREADS_MAX,
} from "./layout.ts";

export function allocateSignals(): SharedArrayBuffer {
  return new SharedArrayBuffer(THREADS_MAX * BLOCK_WORDS * 4);
}

export class Signals {
  readonly words: Int32Array;
  readonly #threads: number;

  constructor(memory: SharedArrayBuffer, threads: number = THREADS_MAX) {
    this.words = new Int32Array(memory);
    this.#threads = threads;
  }

  /** Says that thread `from` published into its lane to `to`. Two loads when `to` knows already. */
  publish(from: number, to: number): void {
    this.#raise(to, to * BLOCK_WORDS + PENDING_IN + (from >>> 5), 1 << (from & 31));
  }

  /** Says that thread `from` made room in its lane out of `to`. */
  freed(from: number, to: number): void {
    this.#raise(to, to * BLOCK_WORDS + PENDING_SPACE + (from >>> 5), 1 << (from & 31));
  }

  #raise(to: number, word: number, bit: number): void {
    // A set bit means that `to` has not taken its bits since, and it takes them before it parks.
    if ((Atomics.load(this.words, word) & bit) !== 0) return;
    // Pairs with the exchange in `take`: the record's tail was stored before the bit.
    Atomics.or(this.words, word, bit);
    this.ring(to);
  }

  /** Wakes a parked thread. At most one of several ringers pays for the notify. */
  ring(to: number): void {
    const parked = to * BLOCK_WORDS + PARKED;
    if (Atomics.load(this.words, parked) !== 1) return;
    // Pairs with the store of PARKED in doorbell.ts: whoever takes the 1 notifies.
    if (Atomics.exchange(this.words, parked, 0) === 1) Atomics.notify(this.words, parked, 1);
  }

  /**
   * Wakes a thread whatever PARKED says. For the keeper, since a ringer may have died between its
   * exchange and its notify. A wake-up without work is harmless.
   */
  ringAnyway(to: number): void {
    Atomics.notify(this.words, to * BLOCK_WORDS + PARKED, 1);
  }

  /** True if some bit of thread `at` is set. */
  pending(at: number): boolean {
    const space = at * BLOCK_WORDS + PENDING_SPACE;
    return (
      this.arrived(at) ||
      Atomics.load(this.words, space) !== 0 ||
      Atomics.load(this.words, space + 1) !== 0
    );
  }

  /** True if somebody published into a lane to thread `at`. One load in systems of 32 threads. */
  arrived(at: number): boolean {
    const bits = at * BLOCK_WORDS + PENDING_IN;
    if (Atomics.load(this.words, bits) !== 0) return true;
    return this.#threads > 32 && Atomics.load(this.words, bits + 1) !== 0;
  }

  /**
   * Takes 32 bits at once, before the tails are read: a publish after it sets its bit again. The
   * first look is a plain one, since it is made in every burst: what it misses by being late is
   * found at the next, or by `pending` before the thread parks.
   */
  take(at: number, word: number): number {
    const index = at * BLOCK_WORDS + word;
    if (this.words[index] === 0) return 0;
    // Pairs with the or in `#raise`.
    return Atomics.exchange(this.words, index, 0);
  }

  isParked(at: number): boolean {
    return Atomics.load(this.words, at * BLOCK_WORDS + PARKED) === 1;
  }

  state(at: number): number {
    return Atomics.load(this.words, at * BLOCK_WORDS + STATE);
  }

  generation(at: number): number {
    return Atomics.load(this.words, at * BLOCK_WORDS + GENERATION);
  }

  isRunning(at: number, generation: number): boolean {
    return this.generation(at) === generation && this.state(at) === THREAD_RUNNING;
  }

  /** It runs, or boots: this life has been given the index, and has not ended. */
  isBegun(at: number, generation: number): boolean {
    const state = this.state(at);
    return this.generation(at) === generation && state !== THREAD_DEAD;
  }

  /** The same as `isRunning` without atomics; may be late. */
  seemsRunning(at: number, generation: number): boolean {
    const base = at * BLOCK_WORDS;
    return (
      this.words[base + STATE] === THREAD_RUNNING && this.words[base + GENERATION] === generation
    );
  }

  /** Writer: the keeper, and nobody else. Pairs with the loads in `state` and `generation`. */
  setState(at: number, state: number, generation: number): void {
    // Dead first, so that nobody meets the new generation together with the old state.
    if (generation !== this.generation(at)) {
      // Pairs with the load in `state`. Writer: keeper.
      Atomics.store(this.words, at * BLOCK_WORDS + STATE, THREAD_DEAD);
      // Pairs with the load in `generation`. Writer: keeper.
      Atomics.store(this.words, at * BLOCK_WORDS + GENERATION, generation);
    }
    // Pairs with the load in `state`. Writer: keeper.
    Atomics.store(this.words, at * BLOCK_WORDS + STATE, state);
  }

  /** Main sees an inspector, or sees it no more. Writer: main. */
  set inspected(inspected: boolean) {
    // Pairs with the load below. Writer: main.
    Atomics.store(this.words, INSPECTED, inspected ? 1 : 0);
  }

  get inspected(): boolean {
    return Atomics.load(this.words, INSPECTED) === 1;
  }

  /** Own threads are looked at up to this one; 0: there is none. Writer: the keeper. */
  setLastOwn(index: number): void {
    // Pairs with the plain load in `awake`, which may be late.
    Atomics.store(this.words, LAST_OWN, index);
  }

  /**
   * Of the first so many threads and all own threads, those that run and do not sleep: they compete
   * for the cores. Without atomics: may be late.
   */
  awake(threads: number): number {
    let count = 0;
    const all = Math.max(threads, (this.words[LAST_OWN] ?? 0) + 1);
    for (let base = 0; base < all * BLOCK_WORDS; base += BLOCK_WORDS) {
      const runs = this.words[base + STATE] === THREAD_RUNNING;
      if (runs && this.words[base + PARKED] !== 1) count += 1;
    }
    return count;
  }
}
