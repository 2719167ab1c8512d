/**
 * The wake-up protocol as a small program for explore.ts: one consumer, two producers, the keeper.
 *
 *     producer 1 ──lane 1──► ┌────────────┐        each thread has PARKED, PENDING, a waiter
 *     producer 2 ──lane 2──► │ consumer 0 │        each lane has TAIL, HEAD, WANT
 *                            └────────────┘
 *
 * Each action is what a thread does up to and including one access to shared memory; what follows
 * without another access belongs to the same action. The actions mirror producer.ts (flush, pump),
 * signals.ts (publish, ring), doorbell.ts (park, wake) and consumer.ts (drain, release).
 *
 * PENDING stands for PENDING_IN of the consumer and PENDING_SPACE of the producers: a thread takes
 * and re-checks both words in the same way. Positions count records; room counts units.
 *
 * A waiter that was notified is gone from the list at once, but its thread learns of it only in its
 * event loop: when it sleeps, or (a turn between two bursts) before it takes its bits.
 *
 * Left out: what the bytes say, wrapping of positions, and the order of plain memory accesses, which
 * the sequentially consistent atomics around them settle.
 */

import type { Program, Step } from "./explore.ts";

/** Ways to get it wrong. Each must be found. */
export type Bug =
  | "sleep without looking again"
  | "clear the bit after reading the tail"
  | "set the bit before the tail"
  | "notify before taking PARKED"
  | "arm a second waiter"
  | "stay armed after a wake-up"
  | "forget what a batch left over"
  | "no ring after a death"
  | "ring after a death without the bit"
  | "ring after a death before the bit"
  | "ring for space only when enough is free"
  | "want space without reading HEAD again"
  | "want space only once"
  | "look at WANT before storing HEAD"
  | "wake up in a closed lane and not notice";

export interface Options {
  /** Units of each record that a producer sends, in order. */
  readonly sizes: readonly number[];
  /** Units of a lane. */
  readonly capacity: number;
  /** The consumer rings for space when so many units are free since the last time, or all. */
  readonly ringUnits: number;
  /** Records that the consumer takes from a lane at a time. */
  readonly batch: number;
  readonly producersDie?: boolean;
  readonly consumerDies?: boolean;
  readonly bug?: Bug;
}

export type State = Uint8Array<ArrayBuffer>;

const THREADS = 3;
const CONSUMER = 0;
const PRODUCERS = [1, 2];
const SEALED = 255;

// Fields, one byte per thread (or per lane, which has the number of its producer).
const [PC, AFTER, ARMED, WAITERS, WOKEN, KEEPER] = [0, 3, 6, 9, 12, 15];
const [PARKED, PENDING, TAIL, HEAD, WANT] = [18, 21, 24, 27, 30];
/** Of a producer: records made, moved to the ring, published; HEAD as it saw it; not delivered. */
const [SENT, MOVED, PUBLISHED, SEEN, LOST] = [33, 36, 39, 42, 45];
/** Of the consumer: units freed per lane; bits it took, the lane at work, the tail it saw there. */
const [FREED, BITS, LANE, LIMIT] = [48, 51, 52, 53];
const FIELDS = 54;
