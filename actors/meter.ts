/**
 * What a thread tells of its actors to whoever looks in, in shared memory (runtime/statistics.ts).
 *
 *     somebody looks ─▶ settle, at the end of a burst ─▶ the rows of all actors, in parts
 *                                                    └─▶ from now on each slice its row, with times
 *
 * While nobody looks this is one load per burst, and nothing per turn. While somebody does, the
 * clock is read for each turn.
 */

import { getHeapStatistics } from "node:v8";
import { BLOCK_WORDS, HEAP_KB, TID, TOLD, TOLD_AT } from "../runtime/layout.ts";
import { ownThreadId } from "../runtime/look/cpu.ts";
import { STATUS_STARTING, Statistics } from "../runtime/statistics.ts";
import { type Cell, STARTING } from "./cell.ts";
import type { Host } from "./host.ts";
import type { Lineage } from "./lineage.ts";

/** Ranges of 1024 actors that are told within one burst: less than a millisecond. */
const PART_RANGES = 4;
/** And for one look: of more actors than that, others are told at the next one. */
const ASKED_RANGES_MAX = 64;

export class Meter {
  readonly #host: Host;
  readonly #statistics: Statistics;
  /** The look that it has heard of. */
  #asked: number;
  /** Ranges that are still to be told, and the next one. */
  #left = 0;
  #next = 0;
  #going = false;
  #sliceAt = 0;
  #turnAt = 0;
  #longest = 0;
  /** Parts of microseconds that were not told yet. */
  #rest = 0;

  constructor(host: Host, memory: SharedArrayBuffer) {
    this.#host = host;
    this.#statistics = new Statistics(memory);
    this.#asked = this.#statistics.asked - 1;
  }

  /** The thread begins. */
  begin(): void {
    const { signals, index } = this.#host.thread;
    const base = index * BLOCK_WORDS;
    signals.words[base + TID] = ownThreadId();
    signals.words[base + HEAP_KB] = 0;
    signals.words[base + TOLD_AT] = 0;
  }

  /** An actor is born. The clock is read only where nobody has read it just now. */
  born(slot: number, lineage: Lineage | undefined, restarts: number): void {
    const { scheduler, env } = this.#host.thread;
    const now = scheduler.awake ? scheduler.clock : env.now();
    if (lineage === undefined) return this.#statistics.born(slot, 0, 0, restarts, now);
    const { parent } = lineage;
    this.#statistics.born(slot, parent.slot, parent.incarnation, restarts, now);
  }

  /** An actor goes on after the death of its thread: it is started once more. */
  goesOn(slot: number, lineage: Lineage | undefined): void {
    this.born(slot, lineage, this.#statistics.restarts(slot) + 1);
  }

  /** How often whoever lives in this slot has been started again. */
  restarts(slot: number): number {
    return this.#statistics.restarts(slot);
  }

  /** Once per burst. */
  settle(): void {
    const { asked } = this.#statistics;
    if (asked !== this.#asked || this.#host.turns.meter !== undefined) this.#look(asked);
  }

  #look(asked: number): void {
    const { turns, thread, cells } = this.#host;
    const now = thread.env.now();
    turns.meter = now < this.#statistics.watchedUntil ? this : undefined;
    if (asked === this.#asked) return;
    this.#asked = asked;
    if (turns.meter === undefined) return;
    this.#left = Math.min(cells.ranges, ASKED_RANGES_MAX);
    if (!this.#going) this.#part();
  }

  #part(): void {
    const { cells, thread } = this.#host;
    this.#going = false;
    for (let part = 0; part < PART_RANGES && this.#left > 0; this.#left -= 1) {
      if (this.#next >= cells.ranges) this.#next = 0;
      const range = cells.range(this.#next);
      this.#next += 1;
      if (range === undefined) continue;
      part += 1;
      for (const cell of range) if (cell !== undefined) this.tell(cell);
    }
    if (this.#left === 0) return this.#told();
    this.#going = true;
    thread.env.macrotask(() => this.#part());
  }

  #told(): void {
    const { signals, index, env } = this.#host.thread;
    const base = index * BLOCK_WORDS;
    signals.words[base + HEAP_KB] = getHeapStatistics().used_heap_size / 1024;
    signals.words[base + TOLD_AT] = env.now();
    // Pairs with the load in looker.ts: the rows are written. Writer: this thread.
    Atomics.store(signals.words, base + TOLD, this.#asked);
  }

  /** How it stands with an actor. */
  tell(cell: Cell): void {
    this.#statistics.tell(cell.slot, cell.handled, cell.count, statusOf(cell));
  }

  /** It has ended in this slice, which had not been counted then. */
  tellLast(cell: Cell): void {
    const { directory } = this.#host.thread;
    if (directory.incarnation(cell.slot) === cell.incarnation) this.tell(cell);
  }

  /** Turns begin. */
  begins(): void {
    this.#turnAt = this.#host.thread.env.now();
  }

  /** A slice begins, right after the turn before. */
  slices(): void {
    this.#sliceAt = this.#turnAt;
    this.#longest = 0;
  }

  /** One of its turns has returned, or awaits something. */
  turned(): void {
    const now = this.#host.thread.env.now();
    this.#longest = Math.max(this.#longest, now - this.#turnAt);
    this.#turnAt = now;
  }

  /** It is over. */
  ends(cell: Cell): void {
    const us = (this.#turnAt - this.#sliceAt) * 1000 + this.#rest;
    this.#rest = us % 1;
    // An actor that has ended has told its last, and its slot may be another's.
    const { slot, incarnation } = cell;
    if (!this.#host.thread.directory.isAlive(slot, incarnation)) return;
    this.tell(cell);
    this.#statistics.took(slot, Math.floor(us), Math.ceil(this.#longest * 1000));
  }
}

/** As statistics.ts has them: in the same order, from another number on. */
function statusOf({ status }: Cell): number {
  return status - STARTING + STATUS_STARTING;
}
