/**
 * What a thread counts, in its block of the signals: shared memory, so that the numbers survive it.
 *
 * Each counter is one double, exact up to 2^53, that its thread alone writes, by plain stores. So a
 * count costs about what it would in a field of an object, nobody has to publish anything, and at a
 * death the words stand as they were at its last instruction. A reader looks while the writer
 * works: each counter is whole, but two of them need not belong to the same moment.
 *
 * `queued` is nobody's counter. It is what came into the thread (sent there, or taken out of lanes)
 * and has not left it: neither handled, dead, dropped, nor put into a lane. A message that somebody
 * forgot to account for would stay in it for ever, and no system that has one comes to rest.
 */

import { BLOCK_WORDS, COUNTS } from "./layout.ts";
import type { Signals } from "./signals.ts";

/** Order of the counters in a block; what leaves comes first: no reader sees it leave too early. */
export const COUNTERS = [
  "handled",
  "deadLettered",
  "dropped",
  "messagesOut",
  "sent",
  "messagesIn",
  "recordsOut",
  "recordsIn",
  "badLanes",
  "lateReplies",
  "actors",
  "crashes",
] as const;

export const HANDLED = 0;
export const DEAD_LETTERED = 1;
export const MESSAGES_OUT = 3;
export const MESSAGES_IN = 5;

export type CounterName = (typeof COUNTERS)[number];
export type Counted = Record<CounterName, number>;
/** What was counted, and what follows from it. */
export type Counts = Counted & { queued: number };

/** The doubles of thread `at`, in the order of COUNTERS. */
export function countersOf({ words }: Signals, at: number): Float64Array {
  return new Float64Array(words.buffer, (at * BLOCK_WORDS + COUNTS) * 4, COUNTERS.length);
}

function waiting(counts: Readonly<Counted>): number {
  const { sent, messagesIn, messagesOut, handled, deadLettered, dropped } = counts;
  return sent + messagesIn - messagesOut - handled - deadLettered - dropped;
}

/**
 * The counters of one thread, for itself: `counts.sent += 1` is a load and a store.
 *
 * The places are written out, since a number in the code is what costs nothing.
 */
export class ThreadCounts implements Counted {
  /** Named by `COUNTERS`. */
  readonly words: Float64Array;

  /** Writer: the thread `at`, and after its death whoever closes its books. */
  constructor(signals: Signals, at: number) {
    this.words = countersOf(signals, at);
  }

  /** Messages that are in the thread: in mailboxes, stashed, held back. */
  get queued(): number {
    return waiting(this);
  }

  get handled(): number {
    return this.words[0] ?? 0;
  }
  set handled(count: number) {
    this.words[0] = count;
  }

  get deadLettered(): number {
    return this.words[1] ?? 0;
  }
  set deadLettered(count: number) {
    this.words[1] = count;
  }

  get dropped(): number {
    return this.words[2] ?? 0;
  }
  set dropped(count: number) {
    this.words[2] = count;
  }

  get messagesOut(): number {
    return this.words[3] ?? 0;
  }
  set messagesOut(count: number) {
    this.words[3] = count;
  }

  get sent(): number {
    return this.words[4] ?? 0;
  }
  set sent(count: number) {
    this.words[4] = count;
  }

  get messagesIn(): number {
    return this.words[5] ?? 0;
  }
  set messagesIn(count: number) {
    this.words[5] = count;
  }

  get recordsOut(): number {
    return this.words[6] ?? 0;
  }
  set recordsOut(count: number) {
    this.words[6] = count;
  }

  get recordsIn(): number {
    return this.words[7] ?? 0;
  }
  set recordsIn(count: number) {
    this.words[7] = count;
  }

  get badLanes(): number {
    return this.words[8] ?? 0;
  }
  set badLanes(count: number) {
    this.words[8] = count;
  }

  get lateReplies(): number {
    return this.words[9] ?? 0;
  }
  set lateReplies(count: number) {
    this.words[9] = count;
  }

  get actors(): number {
    return this.words[10] ?? 0;
  }
  set actors(count: number) {
    this.words[10] = count;
  }

  get crashes(): number {
    return this.words[11] ?? 0;
  }
  set crashes(count: number) {
    this.words[11] = count;
  }
}

export function noCounts(): Counts {
  const counted = Object.fromEntries(COUNTERS.map((name) => [name, 0])) as Counted;
  return { ...counted, queued: 0 };
}

/** What thread `at` has counted until now. */
export function readCounts(signals: Signals, at: number): Counts {
  const words = countersOf(signals, at);
  const counts = noCounts();
  COUNTERS.forEach((name, index) => {
    counts[name] = words[index] ?? 0;
  });
  counts.queued = waiting(counts);
  return counts;
}

/**
 * A thread has died: the messages that were in it are counted as dead letters, but for those that
 * survive in mailboxes. Returns how many it counted; a second time, none. What the thread had
 * handed to a lane is not among them (flow.ts).
 *
 * Writer: who goes on with the thread's words, or else the keeper.
 *
 * @param surviving messages that lie in mailboxes which outlive the thread
 */
export function closeCounts(signals: Signals, at: number, surviving = 0): number {
  const counts = new ThreadCounts(signals, at);
  const lost = counts.queued - surviving;
  counts.deadLettered += lost;
  counts.actors = 0;
  return lost;
}
