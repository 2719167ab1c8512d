/**
 * The random numbers of the programs: the same sequence here and in erlang/savina_random.erl.
 *
 * Source: Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8(14), 2003; 13, 17, 5.
 */

export class Random {
  #state: number;

  /** Seeds that lie close together are spread first, or their first numbers would be alike. */
  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b1) || 1;
  }

  /** A whole number from 1 to 2^32 - 1. */
  next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return state >>> 0;
  }

  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number {
    return this.next() % bound;
  }
}
