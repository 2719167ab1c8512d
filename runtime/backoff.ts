/**
 * How long to wait before trying again: longer each time up to a bound, and never in step.
 *
 *     attempt    0      1      2      3      4             with minMs 100, factor 2, maxMs 1000
 *     before     100    200    400    800    1000          without jitter
 *     jitter ½   50…    100…   200…   400…   500…1000      up to half of it is taken off
 *
 * Jitter shortens and never lengthens, so `maxMs` holds, and the first wait is spread as well:
 * those who failed together must not come back together.
 *
 * Whole milliseconds, by repeated multiplication: `Math.pow` differs between Node versions, and a
 * simulation has to repeat.
 *
 * @source Marc Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015: "full
 *   jitter" is jitter 1 here, "equal jitter" is jitter 0.5.
 */

import { assert } from "./assert.ts";
import type { Random } from "./random.ts";

export interface Backoff {
  /** The wait after the first failure, before jitter: whole milliseconds, at least 1. */
  readonly minMs: number;
  /** The longest wait: whole milliseconds, at least `minMs`, below 2 ** 31. */
  readonly maxMs: number;
  /** What each further failure multiplies the wait by, at least 1. */
  readonly factor: number;
  /** The part of the wait that is random: 0 (none) to 1 (all of it). */
  readonly jitter: number;
}

/** Multiplications at most; a factor so small that it needs more stops growing there. */
const STEPS_MAX = 1000;

/**
 * Milliseconds to wait after failure number `attempt`, counted from 0, at most `maxMs`.
 *
 * Pure but for the one number it draws from `random`, and it draws it even when jitter is 0, so
 * that changing the jitter does not shift the numbers of others.
 */
export function delay(attempt: number, backoff: Backoff, random: Pick<Random, "int">): number {
  const { minMs, maxMs, factor, jitter } = backoff;
  assert(Number.isInteger(attempt) && attempt >= 0, "attempt counts from 0");
  assert(Number.isInteger(minMs) && minMs >= 1, "minMs is not a whole number of at least 1");
  assert(Number.isInteger(maxMs) && maxMs >= minMs && maxMs < 2147483648, "maxMs is out of range");
  assert(factor >= 1, "factor is below 1");
  assert(jitter >= 0 && jitter <= 1, "jitter is not from 0 to 1");

  const steps = factor > 1 ? Math.min(attempt, STEPS_MAX) : 0;
  let wait = minMs;
  for (let step = 0; step < steps && wait < maxMs; step += 1) wait *= factor;
  const longest = Math.floor(Math.min(wait, maxMs));
  return longest - random.int(Math.floor(longest * jitter) + 1);
}
