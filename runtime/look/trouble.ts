/** Which actors a list begins with: those that somebody should look at, or by a number. */

/** What an order is made of. What is counted between two looks is 0 at the first. */
export interface Facts {
  /** Milliseconds of the turn that runs right now; 0: none does. */
  readonly runningMs: number;
  readonly queued: number;
  readonly growth: number;
  readonly handled: number;
  /** Turns since the last look, and the microseconds that they took. */
  readonly turns: number;
  readonly busyUs: number;
  readonly longestUs: number;
  readonly restarts: number;
  readonly ageMs: number;
}

/** A turn that runs as long holds its thread up. */
const STALLED_MS = 100;
/** Fewer messages than these wait everywhere now and then. */
const GROWING_MIN = 10;
const LONG_MIN = 100;
/** A longer turn is felt by all others on the thread. */
const SLOW_US = 10_000;

/** Above every number that is compared within a rank. */
const RANK = 2 ** 40;

/** By rank: held-up threads, long mailboxes that grow, others, slow turns, restarts, work. */
function trouble(facts: Facts): number {
  const { runningMs, queued, growth, longestUs, restarts, busyUs, turns } = facts;
  if (runningMs >= STALLED_MS) return 5 * RANK + runningMs;
  if (growth > 0 && queued >= GROWING_MIN) return 4 * RANK + queued;
  if (queued >= LONG_MIN) return 3 * RANK + queued;
  if (longestUs >= SLOW_US) return 2 * RANK + longestUs;
  if (restarts > 0) return RANK + restarts;
  return busyUs + turns + queued;
}

const ORDERS = {
  trouble,
  running: ({ runningMs }: Facts) => runningMs,
  queued: ({ queued }: Facts) => queued,
  growth: ({ growth }: Facts) => growth,
  rate: ({ turns }: Facts) => turns,
  busy: ({ busyUs }: Facts) => busyUs,
  mean: ({ busyUs, turns }: Facts) => (turns === 0 ? 0 : busyUs / turns),
  longest: ({ longestUs }: Facts) => longestUs,
  handled: ({ handled }: Facts) => handled,
  restarts: ({ restarts }: Facts) => restarts,
  age: ({ ageMs }: Facts) => ageMs,
} as const;

/** What a list can be sorted by, largest first. */
export type TopOrder = keyof typeof ORDERS;

export const TOP_ORDERS: readonly TopOrder[] = Object.keys(ORDERS) as TopOrder[];

/** The function by which one comes before another: the larger number first. */
export function scoreBy(order: TopOrder): (facts: Facts) => number {
  return ORDERS[order];
}
