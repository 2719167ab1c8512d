/**
 * What is known of each actor for whoever looks in: one row of words per slot, in shared memory.
 *
 *     header   0 ASKED          grows with each look: threads tell all their rows     viewers
 *              1 WATCHED_UNTIL  until then somebody looks, in ms of the system's life viewers
 *              2 WINDOW         grows after each look: when a longest turn was seen   viewers
 *     row      0 PARENT, 1 PARENT_LIFE   slot and incarnation of who spawned it, 0 = nobody's child
 *              2 RESTARTS       how often it was started before
 *              3 BORN           in units of BORN_MS of the system's life
 *              4 HANDLED        turns begun, wraps
 *              5 QUEUED         messages that wait, and above them the status
 *              6 BUSY           microseconds in turns while somebody looked, wraps
 *              7 LONGEST        longest turn in microseconds, and above it the low bits of WINDOW
 *
 * Writer of a row: the thread that owns the slot, by plain stores, since these are numbers for
 * people. The first four are written at birth. The others are only written while somebody looks, so
 * that a turn costs nothing otherwise (a store per slice took 7 ns, a tenth of a ping-pong): then
 * once per slice, and for all actors of the thread each time it is asked; and at the actor's end.
 */

import { assert } from "./assert.ts";

const HEADER_WORDS = 32;
export const ROW_WORDS = 8;

const ASKED = 0;
const WATCHED_UNTIL = 1;
const WINDOW = 2;

export const ROW_PARENT = 0;
export const ROW_PARENT_LIFE = 1;
export const ROW_RESTARTS = 2;
export const ROW_BORN = 3;
export const ROW_HANDLED = 4;
export const ROW_QUEUED = 5;
export const ROW_BUSY = 6;
export const ROW_LONGEST = 7;

/** Ages of more than a year fit. */
export const BORN_MS = 10;
/** A mailbox holds at most 2^24 messages, and ticks on top. */
export const QUEUED_BITS = 28;
export const QUEUED_MASK: number = 2 ** QUEUED_BITS - 1;
/** Longer turns, from 16.7 s on, are told as this. */
export const LONGEST_BITS = 24;
export const LONGEST_MASK: number = 2 ** LONGEST_BITS - 1;

/** What stands above QUEUED; 0: nobody has told yet. */
export const STATUS_UNTOLD = 0;
export const STATUS_STARTING = 1;
export const STATUS_READY = 2;
export const STATUS_BUSY = 3;
export const STATUS_SUSPENDED = 4;
export const STATUS_STOPPING = 5;
export const STATUS_DEAD = 6;

/** Viewers that ask for more time at the very same moment. */
const WATCH_TRIES_MAX = 8;

assert(STATUS_DEAD < 2 ** (32 - QUEUED_BITS), "a status must fit above the messages");

export function allocateStatistics(slots: number): SharedArrayBuffer {
  return new SharedArrayBuffer((HEADER_WORDS + slots * ROW_WORDS) * 4);
}

/** First word of a slot's row. */
export function rowOf(slot: number): number {
  return HEADER_WORDS + slot * ROW_WORDS;
}

export class Statistics {
  readonly words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory);
  }

  /** A slot begins a new life, `now` ms after the system. */
  born(slot: number, parent: number, parentLife: number, restarts: number, now: number): void {
    const { words } = this;
    const row = rowOf(slot);
    words[row + ROW_PARENT] = parent;
    words[row + ROW_PARENT_LIFE] = parentLife | 0;
    words[row + ROW_RESTARTS] = restarts;
    words[row + ROW_BORN] = (now / BORN_MS) | 0;
    words[row + ROW_HANDLED] = 0;
    words[row + ROW_QUEUED] = 0;
    words[row + ROW_BUSY] = 0;
    words[row + ROW_LONGEST] = 0;
  }

  /** How often whoever lives there was started before. */
  restarts(slot: number): number {
    return this.words[rowOf(slot) + ROW_RESTARTS] ?? 0;
  }

  /** How it stands with an actor. */
  tell(slot: number, handled: number, queued: number, status: number): void {
    const row = rowOf(slot);
    this.words[row + ROW_HANDLED] = handled;
    this.words[row + ROW_QUEUED] = Math.min(queued, QUEUED_MASK) | (status << QUEUED_BITS);
  }

  /** What its turns took, in whole microseconds. */
  took(slot: number, us: number, longestUs: number): void {
    const row = rowOf(slot);
    const { words } = this;
    words[row + ROW_BUSY] = (words[row + ROW_BUSY] ?? 0) + us;
    const window = (this.window << LONGEST_BITS) | 0;
    const last = words[row + ROW_LONGEST] ?? 0;
    const before = (last & ~LONGEST_MASK) === window ? last & LONGEST_MASK : 0;
    words[row + ROW_LONGEST] = window | Math.max(before, Math.min(longestUs, LONGEST_MASK));
  }

  /** How often somebody has looked. A plain load: it is read once per burst. */
  get asked(): number {
    return this.words[ASKED] ?? 0;
  }

  get watchedUntil(): number {
    return this.words[WATCHED_UNTIL] ?? 0;
  }

  get window(): number {
    return this.words[WINDOW] ?? 0;
  }

  /** A viewer looks now, and will until then. Returns what threads say once they have told. */
  ask(untilMs: number): number {
    const until = untilMs | 0;
    for (let tries = 0; tries < WATCH_TRIES_MAX; tries += 1) {
      const other = Atomics.load(this.words, WATCHED_UNTIL);
      if (other >= until) break;
      // Pairs with the load in `watchedUntil`: before ASKED, which makes threads look at it.
      if (Atomics.compareExchange(this.words, WATCHED_UNTIL, other, until) === other) break;
    }
    // Pairs with the load in `asked`. Any viewer.
    return (Atomics.add(this.words, ASKED, 1) + 1) | 0;
  }

  /** What was seen has been read: longest turns are measured anew. */
  turnWindow(): void {
    // Pairs with the load in `window`. Any viewer.
    Atomics.add(this.words, WINDOW, 1);
  }
}
