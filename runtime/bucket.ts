/**
 * A token bucket: how often something may happen, at once and in the long run.
 *
 * Pure: the time is passed in. Two numbers of memory, whatever the rate.
 */

import { assert } from "./assert.ts";

export interface Rate {
  /** How many may happen at once, at least 1. */
  readonly burst: number;
  /** How many a second make up for that again, above 0. */
  readonly perSecond: number;
}

export class Bucket {
  readonly #rate: Rate;
  #tokens: number;
  #at = Number.NEGATIVE_INFINITY;

  constructor(rate: Rate) {
    assert(rate.burst >= 1 && rate.perSecond > 0, "a bucket must let something through");
    this.#rate = rate;
    this.#tokens = rate.burst;
  }

  /** True if it may happen at `now`, milliseconds of a clock that does not go back. */
  take(now: number): boolean {
    const { burst, perSecond } = this.#rate;
    const grown = this.#tokens + ((now - this.#at) / 1000) * perSecond;
    this.#tokens = Math.min(burst, grown);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
