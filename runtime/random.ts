/**
 * Random numbers that are the same for the same seed, on every machine and every Node version.
 *
 *     seed ──hash──► key ──────────────► numbers 0, 1, 2, …    the counter is the place in it
 *                     └─ fork(purpose) ► key ► numbers 0, 1, …
 *
 * A number is keyed by (seed, purposes, counter): a fork depends on the key of its parent and never
 * on how many numbers that one has given. So a simulation that draws one number less for a network
 * fault leaves the numbers of everything else as they were.
 *
 * Only 32-bit integer operations and exact divisions by powers of two: `**` and `Math.pow` give
 * different last digits in different Node versions.
 *
 * Left out: secrets. Whoever sees some of these numbers can compute the rest.
 *
 * @source sfc32 of Chris Doty-Humphrey's PractRand 0.94; the scramble of keys is fmix32 of Austin
 *   Appleby's MurmurHash3.
 */

import { assert } from "./assert.ts";
import { scramble } from "./hash.ts";

/** Numbers thrown away after seeding, as PractRand does, until the state is well mixed. */
const WARM_UP_STEPS = 15;

/** Numbers tried before an uneven one is taken: beyond it lies one draw in 2 ** 64 at worst. */
const TRIES_MAX = 64;

const TWO_32 = 4294967296;

export class Random {
  // What forks are derived from; never changes.
  #keyLow = 0;
  #keyHigh = 0;
  // The state of sfc32.
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 0;

  /** Any text or number; 7 and "7" are the same seed, so that one can come from a command line. */
  constructor(seed: string | number) {
    this.#start(String(seed), 0, 0);
  }

  /** Uniform whole number from 0 to `max` - 1; `max` from 1 to 2 ** 32. Allocates nothing. */
  int(max: number): number {
    assert(max >= 1 && max <= TWO_32 && Number.isInteger(max), "max is not from 1 to 2 ** 32");
    // Numbers from `even` on would make the first remainders likelier than the others.
    const even = TWO_32 - (TWO_32 % max);
    let word = this.#next() >>> 0;
    for (let tries = 1; word >= even && tries < TRIES_MAX; tries += 1) word = this.#next() >>> 0;
    return word % max;
  }

  /** Uniform number from 0 to 1, 1 excluded, with all 53 bits random. Allocates nothing. */
  float(): number {
    const high = this.#next() >>> 5;
    const low = this.#next() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** True in `percent` of 100 cases: never for 0, always for 100; fractions are welcome. */
  chance(percent: number): boolean {
    return this.float() * 100 < percent;
  }

  /**
   * A stream of its own for one purpose. The same purpose gives the same stream again, from its
   * beginning, so name what it is for and for whom: `fork("network").fork("thread 2")`.
   */
  fork(purpose: string): Random {
    const child = new Random(0);
    child.#start(purpose, this.#keyLow, this.#keyHigh);
    return child;
  }

  #start(text: string, keyLow: number, keyHigh: number): void {
    let low = keyLow ^ 0x9e3779b9;
    let high = keyHigh ^ 0x243f6a88;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      low = Math.imul(low ^ unit, 0x01000193);
      high = Math.imul(high ^ (unit + index), 0x5bd1e995);
      high = (high << 13) | (high >>> 19);
    }
    this.#keyLow = scramble(low ^ Math.imul(high, 0x9e3779b1) ^ text.length);
    this.#keyHigh = scramble(high ^ this.#keyLow);
    this.#a = this.#keyLow;
    this.#b = this.#keyHigh;
    this.#c = scramble((this.#keyLow + 0x6d2b79f5) | 0);
    this.#counter = 1;
    for (let step = 0; step < WARM_UP_STEPS; step += 1) this.#next();
  }

  #next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }
}
