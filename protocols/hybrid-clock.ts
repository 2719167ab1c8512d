/**
 * A hybrid logical clock: a time near that of the wall which never contradicts causality.
 *
 *     wall       10         10         10   11          9 (set back)   12
 *     clock    10.0       10.1       10.2 11.0       11.1            12.0
 *                                 └ same ms: counts   └ not back       └ the wall is ahead again
 *
 * Whatever could have caused something has the smaller time, as with a Lamport clock, and the time
 * is at most as far from the wall as the walls are from each other. So it orders versions by when
 * they were written, with an order that nobody's clock can turn around.
 *
 * 48 bits of milliseconds since 1970 (until the year 10889) and 16 bits that count within one. If
 * they run out, the next millisecond is taken: 65 536 events a millisecond keep pace with the wall.
 *
 * A member whose wall is far ahead would drag all others along. Its times are refused beyond
 * `driftMaxMs`: what it says is not taken over, and it is for the caller to drop the message.
 *
 * Left out: the wall. It is passed in, in milliseconds since 1970, and may go back.
 *
 * @source Kulkarni, Demirbas, Madappa, Avva, Leone, Logical Physical Clocks, OPODIS 2014.
 */

import { InvalidOptions } from "../actors/index.ts";
import { ClockAhead } from "./errors.ts";

/** Plain data; earlier times are less, by `ms` and then by `counter`. */
export interface HybridTime {
  readonly ms: number;
  readonly counter: number;
}

/** 2^48 - 1 and 2^16 - 1. */
export const MS_MAX = 281474976710655;
export const COUNTER_MAX = 65535;

/** How far the time of a message may be ahead of one's own wall, unless a caller says otherwise. */
export const DRIFT_MAX_MS = 500;

/** Before the first event. */
export const START: HybridTime = { ms: 0, counter: 0 };

/**
 * The time of the next event of one's own, sending included.
 *
 * @throws InvalidOptions (ERR_INVALID_OPTIONS) for a wall that is no time, as does what follows.
 */
export function tick(time: HybridTime, wallMs: number): HybridTime {
  const wall = wallOf(wallMs);
  return wall > time.ms ? { ms: wall, counter: 0 } : next(time.ms, time.counter);
}

/**
 * The time of the receipt of a message that carries `remote`.
 *
 * @throws ClockAhead (ERR_CLOCK_AHEAD) if that is more than `driftMaxMs` ahead of the wall here.
 */
export function receive(
  time: HybridTime,
  remote: HybridTime,
  wallMs: number,
  driftMaxMs = DRIFT_MAX_MS,
): HybridTime {
  const received = tryReceive(time, remote, wallMs, driftMaxMs);
  if (received === undefined) throw new ClockAhead(remote.ms - wallOf(wallMs), driftMaxMs);
  return received;
}

/** The same, where a refusal must be no exception: undefined. */
export function tryReceive(
  time: HybridTime,
  remote: HybridTime,
  wallMs: number,
  driftMaxMs = DRIFT_MAX_MS,
): HybridTime | undefined {
  const wall = wallOf(wallMs);
  if (remote.ms - wall > driftMaxMs) return undefined;
  const ms = Math.max(time.ms, remote.ms, wall);
  if (ms === time.ms && ms === remote.ms) return next(ms, Math.max(time.counter, remote.counter));
  if (ms === time.ms) return next(ms, time.counter);
  return ms === remote.ms ? next(ms, remote.counter) : { ms, counter: 0 };
}

/** Below 0 if `a` is earlier, above if `b` is, 0 if they are the same time. */
export function compare(a: HybridTime, b: HybridTime): number {
  return a.ms === b.ms ? a.counter - b.counter : a.ms - b.ms;
}

/** For peer codecs: whether what a stranger sent is a time. */
export function isHybridTime(value: unknown): value is HybridTime {
  const { ms, counter } = (value ?? {}) as Partial<HybridTime>;
  return isUpTo(ms, MS_MAX) && isUpTo(counter, COUNTER_MAX);
}

function next(ms: number, counter: number): HybridTime {
  return counter < COUNTER_MAX ? { ms, counter: counter + 1 } : { ms: ms + 1, counter: 0 };
}

/** Whole milliseconds: a wall that tells more would give times that no other member can have. */
function wallOf(wallMs: number): number {
  if (wallMs >= 0 && wallMs <= MS_MAX) return Math.floor(wallMs);
  throw new InvalidOptions("wallMs", "milliseconds since 1970, up to 2^48 - 1", wallMs);
}

function isUpTo(value: unknown, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;
}
