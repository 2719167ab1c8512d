/**
 * What the wake-up model consists of: its options, its planted bugs, and the fields of a state.
 *
 *     field   consumer 0 | producer 1 | producer 2        one number each; of a lane: 0 is unused
 *
 * wakeup-threads.ts says what threads do to them, wakeup-model.ts when and what must hold.
 */

import type { Step } from "../../runtime/sim/explore/program.ts";

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
  /** Units of each record that the two producers send, in order. */
  readonly sizes: readonly [readonly number[], readonly number[]];
  /** Units of a lane. */
  readonly capacity: number;
  /** The consumer rings for space when so many units are free since the last time, or all. */
  readonly ringUnits: number;
  /** Records that the consumer takes from a lane at a time. */
  readonly batch: number;
  /** A thread may also wake up for reasons of its own, at any time. */
  readonly timers?: boolean;
  readonly producersDie?: boolean;
  readonly consumerDies?: boolean;
  readonly bug?: Bug;
}

export type State = number[];

export const THREADS = 3;
export const CONSUMER = 0;
export const PRODUCERS = [1, 2];
export const SEALED = 255;

// Fields, one number per thread (or per lane, which has the number of its producer).
export const [PC, AFTER, ARMED, WAITERS, WOKEN, KEEPER] = [0, 3, 6, 9, 12, 15];
export const [PARKED, PENDING, TAIL, HEAD, WANT] = [18, 21, 24, 27, 30];
/** Of a producer: records made, moved to the ring, published; HEAD as it saw it; not delivered. */
export const [SENT, MOVED, PUBLISHED, SEEN, LOST] = [33, 36, 39, 42, 45];
/** Of the consumer: units freed per lane; bits it took, lane at work, its tail and WANT as seen. */
export const [FREED, BITS, LANE, LIMIT, WANTED] = [48, 51, 52, 53, 54];
export const FIELDS = 55;

export const at = (state: State, field: number): number => state[field] ?? 0;

/** What a producer does after a flush. */
export const NEXT = 0;
export const ASK = 1;

/** The next action of a thread, or why it has none. */
export const PLACES = [
  "take",
  "closed?",
  "tail",
  "early want?",
  "handle",
  "clear",
  "want?",
  "take want",
  "rest",
  "bit?",
  "bit",
  "parked?",
  "take parked",
  "notify",
  "announce",
  "arm",
  "look again",
  "undo",
  "asleep",
  "room?",
  "pump",
  "want",
  "head again?",
  "early bit",
  "publish",
  "done",
  "dead",
] as const;
export type Place = (typeof PLACES)[number];

const CODES = new Map(PLACES.map((place, code) => [place, code]));
export const codeOf = (place: Place): number => CODES.get(place) ?? -1;
export const NAMES: readonly string[] = ["consumer", "producer 1", "producer 2"];

export type KeeperAction = readonly ["seal" | "bit" | "notify", thread: number];

export function notify(s: State, to: number): void {
  if (at(s, WAITERS + to) === 0) return;
  s[WAITERS + to] = at(s, WAITERS + to) - 1;
  s[WOKEN + to] = at(s, WOKEN + to) + 1;
}

const PRIVATE = [0, 1, 2].map((thread) => {
  const own =
    thread === CONSUMER
      ? [FREED + 1, FREED + 2, BITS, LANE, LIMIT, WANTED]
      : [SENT, MOVED, PUBLISHED, SEEN].map((field) => field + thread);
  return [...own, ...[AFTER, ARMED, WAITERS, WOKEN].map((field) => field + thread)];
});

/** Terminated between two actions. Its private fields are zeroed, so that fewer states differ. */
export function die(state: State, thread: number): Step<State> {
  const next = state.slice();
  for (const field of PRIVATE[thread] ?? []) next[field] = 0;
  next[PC + thread] = codeOf("dead");
  return { label: `${NAMES[thread]} dies`, next, optional: true, process: thread };
}
