/**
 * Which actor slots are alive, where, and in which life: one table in shared memory for the system.
 *
 *     header (NEXT_RANGE) | owner word per range | 8 words per slot
 *
 * Threads take slots in ranges of 1024, by one compareExchange; from then on every word of those
 * slots has a single writer. A range belongs to a thread's index, so the replacement of a dead
 * thread goes on with its ranges. The incarnation of a slot only grows, over replacements too: an
 * address never names a second actor. A slot is alive if its ALIVE bit is set and the generation of
 * its thread still runs, so the death of a thread ends all its actors by one store.
 *
 * Fixed size for `maxActors`; pages that nobody touches cost nothing. Slot 0 is nobody.
 */

import {
  ALIAS,
  ALIVE,
  CONGESTED,
  DIRECTORY_HEADER_WORDS,
  HOLD,
  NEXT_RANGE,
  RANGE_SLOTS,
  SLOT_DEFINITION,
  SLOT_INCARNATION,
  SLOT_PLACE,
  SLOT_POINTS_LIFE,
  SLOT_POINTS_SEQ,
  SLOT_POINTS_TO,
  SLOT_STALL_MS,
  SLOT_STATE,
  SLOT_WAITS_CALL,
  SLOT_WAITS_FOR,
  SLOT_WORDS,
  SURVIVES,
} from "./layout.ts";
import type { Signals } from "./signals.ts";

/** A slot whose incarnation comes near the end of 32 bits is retired. */
const INCARNATION_MAX = 2 ** 32 - 2;
/** Looks again while the two words of an alias are being written; that takes some ten ns. */
const POINTED_TRIES_MAX = 1000;
/** Follows at most this many actors that wait for each other. */
export const WAITS_MAX = 64;

/** An address. */
interface Holder {
  readonly slot: number;
  readonly incarnation: number;
}

export function allocateDirectory(maxActors: number): SharedArrayBuffer {
  const ranges = Math.ceil(maxActors / RANGE_SLOTS);
  const words = DIRECTORY_HEADER_WORDS + ranges + ranges * RANGE_SLOTS * SLOT_WORDS;
  return new SharedArrayBuffer(words * 4);
}

export class Directory {
  readonly words: Int32Array;
  readonly ranges: number;
  readonly #signals: Signals;
  readonly #thread: number;
  readonly #generation: number;
  readonly #slots: number;
  /** Free slots of this thread, first in first out, so that lives spread over many slots. */
  #free = new Int32Array(RANGE_SLOTS * 2);
  #freeHead = 0;
  #freeCount = 0;
  /** Slots of a dead predecessor whose addresses outlive it, until somebody goes on with them. */
  readonly kept: Set<number> = new Set();

  constructor(memory: SharedArrayBuffer, signals: Signals, thread: number, generation: number) {
    this.words = new Int32Array(memory);
    this.ranges = Math.floor(
      (this.words.length - DIRECTORY_HEADER_WORDS) / (1 + RANGE_SLOTS * SLOT_WORDS),
    );
    this.#slots = DIRECTORY_HEADER_WORDS + this.ranges;
    this.#signals = signals;
    this.#thread = thread;
    this.#generation = generation;
    this.#inherit();
  }

  get capacity(): number {
    return this.ranges * RANGE_SLOTS - 1;
  }

  /** A slot for a new actor; 0 if all `maxActors` are taken. */
  take(definition: number): number {
    return this.#take(definition, ALIVE);
  }

  /** A slot that leads to another one; 0 if all are taken. */
  takeAlias(definition: number): number {
    return this.#take(definition, ALIAS);
  }

  #take(definition: number, state: number): number {
    if (this.#freeCount === 0 && !this.#takeRange()) return 0;
    const slot = this.#free[this.#freeHead] ?? 0;
    this.#freeHead = (this.#freeHead + 1) & (this.#free.length - 1);
    this.#freeCount -= 1;
    const at = this.#slots + slot * SLOT_WORDS;
    this.words[at + SLOT_PLACE] = this.#thread | (this.#generation << 8);
    this.words[at + SLOT_DEFINITION] = definition;
    this.words[at + SLOT_WAITS_CALL] = 0;
    this.words[at + SLOT_STALL_MS] = 0;
    // Pairs with the load in `incarnation`. Writer: the owner of the range.
    Atomics.store(
      this.words,
      at + SLOT_INCARNATION,
      ((this.words[at + SLOT_INCARNATION] ?? 0) + 1) | 0,
    );
    this.words[at + SLOT_POINTS_TO] = 0;
    this.words[at + SLOT_POINTS_SEQ] = 0;
    // Pairs with the load in `isAlive`. Writer: the owner of the range.
    Atomics.store(this.words, at + SLOT_STATE, state);
    return slot;
  }

  /** The alias leads to this address from now on, or to nobody. */
  point(slot: number, to: { slot: number; incarnation: number } | undefined): void {
    const at = this.#slots + slot * SLOT_WORDS;
    const sequence = this.words[at + SLOT_POINTS_SEQ] ?? 0;
    // Pairs with the loads in `pointed`: odd while the two words do not belong together.
    Atomics.store(this.words, at + SLOT_POINTS_SEQ, (sequence + 1) | 0);
    Atomics.store(this.words, at + SLOT_POINTS_TO, to?.slot ?? 0);
    // Writer: the owner of the range.
    Atomics.store(this.words, at + SLOT_POINTS_LIFE, (to?.incarnation ?? 0) | 0);
    Atomics.store(this.words, at + SLOT_POINTS_SEQ, (sequence + 2) | 0);
  }

  isAlias(slot: number, incarnation: number): boolean {
    const at = this.#slots + slot * SLOT_WORDS;
    if (!this.inRange(slot) || this.incarnation(slot) !== incarnation) return false;
    return (Atomics.load(this.words, at + SLOT_STATE) & ALIAS) !== 0;
  }

  /** Where the alias leads; undefined: to nobody, or whoever held it has ended. */
  pointed(slot: number, incarnation: number): { slot: number; incarnation: number } | undefined {
    if (!this.isAlias(slot, incarnation)) return undefined;
    if (!this.#signals.isRunning(this.threadOf(slot), this.generationOf(slot))) return undefined;
    const at = this.#slots + slot * SLOT_WORDS;
    for (let tries = 0; tries < POINTED_TRIES_MAX; tries += 1) {
      const before = Atomics.load(this.words, at + SLOT_POINTS_SEQ);
      const to = Atomics.load(this.words, at + SLOT_POINTS_TO);
      const life = Atomics.load(this.words, at + SLOT_POINTS_LIFE) >>> 0;
      const after = Atomics.load(this.words, at + SLOT_POINTS_SEQ);
      if (before !== after || (before & 1) !== 0) continue;
      return this.inRange(to) ? { slot: to, incarnation: life } : undefined;
    }
    return undefined;
  }

  release(slot: number): void {
    const at = this.#slots + slot * SLOT_WORDS;
    // Pairs with the load in `isAlive`. Writer: the owner of the range.
    Atomics.store(this.words, at + SLOT_STATE, 0);
    this.words[at + SLOT_WAITS_CALL] = 0;
    if (this.incarnation(slot) < INCARNATION_MAX) this.#putFree(slot);
  }

  /** Unsigned. */
  incarnation(slot: number): number {
    return Atomics.load(this.words, this.#slots + slot * SLOT_WORDS + SLOT_INCARNATION) >>> 0;
  }

  definition(slot: number): number {
    return this.words[this.#slots + slot * SLOT_WORDS + SLOT_DEFINITION] ?? 0;
  }

  threadOf(slot: number): number {
    return (this.words[this.#slots + slot * SLOT_WORDS + SLOT_PLACE] ?? 0) & 255;
  }

  generationOf(slot: number): number {
    return (this.words[this.#slots + slot * SLOT_WORDS + SLOT_PLACE] ?? 0) >>> 8;
  }

  inRange(slot: number): boolean {
    return slot > 0 && slot < this.ranges * RANGE_SLOTS;
  }

  /** The address outlives this thread from now on. */
  keep(slot: number): void {
    const at = this.#slots + slot * SLOT_WORDS + SLOT_STATE;
    // Pairs with the load in `survives`. Writer: the owner of the range.
    Atomics.store(this.words, at, (this.words[at] ?? 0) | SURVIVES);
  }

  /**
   * This thread goes on with an address that has outlived its predecessor. What its turns may take
   * (SLOT_STALL_MS) stays what it was.
   */
  revive(slot: number): void {
    const at = this.#slots + slot * SLOT_WORDS;
    this.kept.delete(slot);
    this.words[at + SLOT_WAITS_CALL] = 0;
    // Whether there is room, this thread has said by now. Writer: the owner of the range.
    Atomics.or(this.words, at + SLOT_STATE, ALIVE | SURVIVES);
    // Pairs with the load in `isAlive`: senders find it from here on. Writer: owner of the range.
    Atomics.store(this.words, at + SLOT_PLACE, this.#thread | (this.#generation << 8));
  }

  /** Nobody goes on with it: an address like any other that is dead. */
  giveUp(slot: number): void {
    this.kept.delete(slot);
    this.release(slot);
  }

  /** Whoever lives there, or has until its thread died, has an address that outlives threads. */
  survives(slot: number, incarnation: number): boolean {
    if (!this.inRange(slot) || this.incarnation(slot) !== incarnation) return false;
    const state = Atomics.load(this.words, this.#slots + slot * SLOT_WORDS + SLOT_STATE);
    return (state & (ALIVE | SURVIVES)) === (ALIVE | SURVIVES);
  }

  /** The same without atomics, of whoever lives there. */
  seemsToSurvive(slot: number): boolean {
    return ((this.words[this.#slots + slot * SLOT_WORDS + SLOT_STATE] ?? 0) & SURVIVES) !== 0;
  }

  /** Its thread is dead, and the one that takes over has not yet gone on with it. */
  isKept(slot: number, incarnation: number): boolean {
    if (!this.survives(slot, incarnation)) return false;
    return !this.#signals.isRunning(this.threadOf(slot), this.generationOf(slot));
  }

  /** The address is somebody's: alive, or kept until somebody goes on with it. */
  isTaken(slot: number, incarnation: number): boolean {
    return this.isAlive(slot, incarnation) || this.survives(slot, incarnation);
  }

  /**
   * Whoever had this address ended with that life of its thread. An address that survives may have
   * a later life by now, or be about to: whoever was linked with it was so with the one before.
   */
  endedWith({ slot, incarnation }: Holder, generation: number): boolean {
    if (this.isAlive(slot, incarnation) && !this.survives(slot, incarnation)) return false;
    return this.incarnation(slot) !== incarnation || this.generationOf(slot) >= generation;
  }

  isAlive(slot: number, incarnation: number): boolean {
    if (!this.inRange(slot) || this.incarnation(slot) !== incarnation) return false;
    if ((Atomics.load(this.words, this.#slots + slot * SLOT_WORDS + SLOT_STATE) & ALIVE) === 0) {
      return false;
    }
    return this.#signals.isRunning(this.threadOf(slot), this.generationOf(slot));
  }

  /**
   * The same without atomics, for each message that leaves: what it misses by being late is found
   * out where the message arrives.
   */
  seemsAlive(slot: number, incarnation: number): boolean {
    const at = this.#slots + slot * SLOT_WORDS;
    const { words } = this;
    if (words[at + SLOT_INCARNATION] !== (incarnation | 0)) return false;
    if (((words[at + SLOT_STATE] ?? 0) & ALIVE) === 0) return false;
    const place = words[at + SLOT_PLACE] ?? 0;
    return this.#signals.seemsRunning(place & 255, place >>> 8);
  }

  /** The slots of a thread whose actors live. Some 0.1 µs for each place that it has. */
  *living(thread: number): Generator<number> {
    for (let range = 0; range < this.ranges; range += 1) {
      const owner = Atomics.load(this.words, DIRECTORY_HEADER_WORDS + range);
      if (owner === 0) return;
      if (owner !== thread + 1) continue;
      for (let slot = range * RANGE_SLOTS; slot < (range + 1) * RANGE_SLOTS; slot += 1) {
        if (this.isAlive(slot, this.incarnation(slot))) yield slot;
      }
    }
  }

  /** Where the words of a slot begin. */
  at(slot: number): number {
    return this.#slots + slot * SLOT_WORDS;
  }

  isCongested(slot: number): boolean {
    return ((this.words[this.#slots + slot * SLOT_WORDS + SLOT_STATE] ?? 0) & CONGESTED) !== 0;
  }

  /** Congested, and of the policy that lets calls wait. */
  isHolding(slot: number): boolean {
    return ((this.words[this.#slots + slot * SLOT_WORDS + SLOT_STATE] ?? 0) & HOLD) !== 0;
  }

  /** Once per crossing of a mark, never per message. */
  setCongested(slot: number, congested: boolean, hold: boolean): void {
    const at = this.#slots + slot * SLOT_WORDS + SLOT_STATE;
    const state = ALIVE | ((this.words[at] ?? 0) & SURVIVES);
    const bits = congested ? CONGESTED | (hold ? HOLD : 0) : 0;
    // Pairs with the load in `isCongested`. Writer: the owner of the range.
    Atomics.store(this.words, at, state | bits);
  }

  /** Says that `slot` waits in a turn for the answer of `target`. */
  waits(slot: number, target: number, call: number): void {
    const at = this.#slots + slot * SLOT_WORDS;
    this.words[at + SLOT_WAITS_FOR] = target;
    // Pairs with the load in `cycle`: the call is stored after the target. Writer: the owner;
    // whoever answers the call takes it (`answered`).
    Atomics.store(this.words, at + SLOT_WAITS_CALL, call);
  }

  /** The call was answered or given up: nobody waits with it any more. */
  answered(slot: number, call: number): void {
    const at = this.#slots + slot * SLOT_WORDS + SLOT_WAITS_CALL;
    // Pairs with the store in `waits`: a later call of the same actor is left alone.
    Atomics.compareExchange(this.words, at, call, 0);
  }

  /** Its turn is over: a call that this did not wait for holds nobody up. */
  waitsNoMore(slot: number): void {
    const at = this.#slots + slot * SLOT_WORDS + SLOT_WAITS_CALL;
    // Pairs with the load in `cycle`. Writer: the owner.
    if (this.words[at] !== 0) Atomics.store(this.words, at, 0);
  }

  /** The slot that this one waits for in a turn; undefined if it does not wait. */
  waitsFor(slot: number): number | undefined {
    const at = this.#slots + slot * SLOT_WORDS;
    if (Atomics.load(this.words, at + SLOT_WAITS_CALL) === 0) return undefined;
    const target = this.words[at + SLOT_WAITS_FOR] ?? 0;
    return this.inRange(target) ? target : undefined;
  }

  /**
   * The slots on the way from `start` back to it, or undefined if the way ends. Two actors that
   * start to wait at once both store before they look, so at least one of them finds the cycle.
   */
  cycle(start: number): number[] | undefined {
    const path: number[] = [start];
    let slot = start;
    for (let steps = 0; steps < WAITS_MAX; steps += 1) {
      const at = this.#slots + slot * SLOT_WORDS;
      if (Atomics.load(this.words, at + SLOT_WAITS_CALL) === 0) return undefined;
      slot = this.words[at + SLOT_WAITS_FOR] ?? 0;
      path.push(slot);
      if (slot === start) return path;
      if (!this.inRange(slot)) return undefined;
    }
    return undefined;
  }

  /** A dead predecessor's ranges, whose slots are all free now. */
  #inherit(): void {
    for (let range = 0; range < this.ranges; range += 1) {
      const owner = Atomics.load(this.words, DIRECTORY_HEADER_WORDS + range);
      if (owner === this.#thread + 1) this.#adopt(range);
      if (owner === 0) break;
    }
  }

  #takeRange(): boolean {
    for (;;) {
      const range = Atomics.load(this.words, NEXT_RANGE);
      if (range >= this.ranges) return false;
      const owner = DIRECTORY_HEADER_WORDS + range;
      // Pairs with the load in `#inherit`. Writer: whoever takes it, for ever.
      const taken = Atomics.compareExchange(this.words, owner, 0, this.#thread + 1) === 0;
      // Pairs with the load above. Anybody may move it on: a thread that died between the two
      // exchanges does not keep the others from the next range.
      Atomics.compareExchange(this.words, NEXT_RANGE, range, range + 1);
      if (!taken) continue;
      this.#adopt(range);
      return true;
    }
  }

  #adopt(range: number): void {
    for (let index = 0; index < RANGE_SLOTS; index += 1) {
      const slot = range * RANGE_SLOTS + index;
      if (slot === 0) continue;
      if (this.survives(slot, this.incarnation(slot))) {
        this.kept.add(slot);
        continue;
      }
      // Pairs with the load in `isAlive`. Writer: the owner of the range.
      Atomics.store(this.words, this.#slots + slot * SLOT_WORDS + SLOT_STATE, 0);
      if (this.incarnation(slot) < INCARNATION_MAX) this.#putFree(slot);
    }
  }

  #putFree(slot: number): void {
    if (this.#freeCount === this.#free.length) this.#growFree();
    this.#free[(this.#freeHead + this.#freeCount) & (this.#free.length - 1)] = slot;
    this.#freeCount += 1;
  }

  #growFree(): void {
    const larger = new Int32Array(this.#free.length * 2);
    for (let index = 0; index < this.#freeCount; index += 1) {
      larger[index] = this.#free[(this.#freeHead + index) & (this.#free.length - 1)] ?? 0;
    }
    this.#free = larger;
    this.#freeHead = 0;
  }
}
