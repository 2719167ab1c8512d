/**
 * Which messages of one life of one peer have come: each number once, in any order.
 *
 *     … too old: refused │ WINDOW numbers: one bit each │ HIGHEST │ new: the window moves
 *
 * The same idea as the anti-replay window of IPsec (RFC 4303, 3.4.3). Bits are made, 128 bytes for
 * a peer, when a number is skipped: on one node none is, and then one number says it all.
 */

/** How far a message may be overtaken by later ones. */
export const WINDOW = 1024;
const WORDS = WINDOW / 32;
const ALL = 0xffffffff;

export class Window {
  #highest = 0;
  /** Undefined: all up to the highest have come. */
  #bits: Uint32Array | undefined;

  /** True the first time, for numbers from 1; false for one that has come, or is too old. */
  take(number: number): boolean {
    if (this.#bits === undefined) {
      if (number <= this.#highest) return false;
      if (number === this.#highest + 1) {
        this.#highest = number;
        return true;
      }
    }
    this.#bits ??= new Uint32Array(WORDS).fill(ALL);
    return this.#takeBit(this.#bits, number);
  }

  #takeBit(bits: Uint32Array, number: number): boolean {
    if (number > this.#highest) this.#move(bits, number);
    else if (number <= this.#highest - WINDOW || has(bits, number)) return false;
    bits[wordOf(number)] = wordAt(bits, number) | bitOf(number);
    return true;
  }

  #move(bits: Uint32Array, to: number): void {
    if (to - this.#highest >= WINDOW) bits.fill(0);
    else {
      for (let number = this.#highest + 1; number < to; number += 1) {
        bits[wordOf(number)] = wordAt(bits, number) & ~bitOf(number);
      }
    }
    this.#highest = to;
  }
}

const wordOf = (number: number): number => (number >>> 5) % WORDS;
const wordAt = (bits: Uint32Array, number: number): number => bits[wordOf(number)] ?? 0;
const bitOf = (number: number): number => 1 << (number & 31);
const has = (bits: Uint32Array, number: number): boolean =>
  (wordAt(bits, number) & bitOf(number)) !== 0;
