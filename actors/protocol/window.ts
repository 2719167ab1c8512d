/**
 * Which messages of one life of one peer have come: each number once, in any order.
 *
 *     … too old: refused │ WINDOW numbers: one bit each │ HIGHEST │ new: the window moves
 *
 * The same idea as the anti-replay window of IPsec (RFC 4303, 3.4.3). 128 bytes per peer.
 */

/** How far a message may be overtaken by later ones. */
export const WINDOW = 1024;
const WORDS = WINDOW / 32;

export class Window {
  readonly #bits: Uint32Array = new Uint32Array(WORDS);
  #highest = 0;

  /** True the first time, for numbers from 1; false for one that has come, or is too old. */
  take(number: number): boolean {
    if (number > this.#highest) {
      this.#move(number);
    } else if (number <= this.#highest - WINDOW || this.#has(number)) return false;
    this.#set(number);
    return true;
  }

  #move(to: number): void {
    if (to - this.#highest >= WINDOW) this.#bits.fill(0);
    else for (let number = this.#highest + 1; number < to; number += 1) this.#clear(number);
    this.#highest = to;
  }

  #has(number: number): boolean {
    return ((this.#bits[(number >>> 5) % WORDS] ?? 0) & (1 << (number & 31))) !== 0;
  }

  #set(number: number): void {
    const word = (number >>> 5) % WORDS;
    this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (number & 31));
  }

  #clear(number: number): void {
    const word = (number >>> 5) % WORDS;
    this.#bits[word] = (this.#bits[word] ?? 0) & ~(1 << (number & 31));
  }
}
