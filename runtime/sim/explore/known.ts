/**
 * Which states were seen already, and as the how-manieth.
 *
 *     exact     key ► Map ► number             a text per state
 *     hashed    numbers ► 64 bits ► table      12 bytes per slot, at most 48 per state
 *
 * Exact keys never take two states for one. Hashes may: among n states with a chance of about
 * n * n / 2 ** 65, which is 1 in 10 millions for 2 million states; then what lies behind the second
 * one is not walked through. A violation that is found is one in either case.
 *
 * @source Hash compaction: P. Wolper, D. Leroy, Reliable hashing without collision detection
 *   (CAV 1993). The mixing follows Austin Appleby's MurmurHash3 (x86, 128 bits), with two words.
 */

import { scramble } from "../../hash.ts";
import { InvalidExploration } from "./errors.ts";

/** Takes a state as whole numbers, from -2 ** 31 to 2 ** 31 - 1; of others only 32 bits count. */
export interface Sink {
  put(value: number): void;
}

/** States by number: those added first have the smallest. */
export interface Known<State> {
  readonly size: number;
  /** The number of this state, which is added if it is new: `size` has grown then. */
  number(state: State): number;
}

/** By texts that are the same only for the same state. */
export class ExactStates<State> implements Known<State> {
  readonly #numbers = new Map<string, number>();
  readonly #key: (state: State) => string;

  constructor(key: (state: State) => string) {
    this.#key = key;
  }

  get size(): number {
    return this.#numbers.size;
  }

  number(state: State): number {
    const key = this.#key(state);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}

/** A row of numbers as a text, two characters each: other numbers, other text. */
export class NumbersText implements Sink {
  readonly #codes: number[] = [];
  #length = 0;

  start(): void {
    this.#length = 0;
  }

  put(value: number): void {
    this.#codes[this.#length] = value & 0xffff;
    this.#codes[this.#length + 1] = value >>> 16;
    this.#length += 2;
  }

  finish(): string {
    this.#codes.length = this.#length;
    let text = "";
    for (let from = 0; from < this.#length; from += PART_MAX) {
      text += String.fromCharCode(...this.#codes.slice(from, from + PART_MAX));
    }
    return text;
  }
}

/** What tells the states of a program apart. */
export interface Keyed<State> {
  key?(state: State): string;
  write?(state: State, into: Sink): void;
}

/** The key of a state, made of what the program writes if it has no key of its own. */
export function keyOf<State>(program: Keyed<State>): (state: State) => string {
  if (program.key !== undefined) return (state) => program.key?.(state) ?? "";
  if (program.write === undefined) {
    throw new InvalidExploration("nothing tells states apart", "give the program key or write");
  }
  const text = new NumbersText();
  return (state) => {
    text.start();
    program.write?.(state, text);
    return text.finish();
  };
}

/** Characters made at a time, since arguments of a call are on the stack. */
const PART_MAX = 1024;

/** Sixty-four bits of a row of numbers, in two signed words. */
export class Digest implements Sink {
  low = 0;
  high = 0;
  #count = 0;

  start(): void {
    this.low = 0x239b961b;
    this.high = 0x38b34ae5;
    this.#count = 0;
  }

  put(value: number): void {
    const left = Math.imul(value, 0x239b961b);
    const right = Math.imul(value, 0x38b34ae5);
    let { low, high } = this;
    low ^= Math.imul((left << 15) | (left >>> 17), 0xab0e9789);
    low = (Math.imul(((low << 19) | (low >>> 13)) + high, 5) + 0x561ccd1b) | 0;
    high ^= Math.imul((right << 16) | (right >>> 16), 0xa1e38b93);
    high = (Math.imul(((high << 17) | (high >>> 15)) + low, 5) + 0x0bcaa747) | 0;
    this.low = low;
    this.high = high;
    this.#count += 1;
  }

  finish(): void {
    const low = scramble((this.low ^ this.#count) + this.high);
    const high = scramble((this.high ^ this.#count) + low);
    this.low = (low + high) | 0;
    this.high = (high + this.low) | 0;
  }
}

/** Words of a slot: both halves of the hash, and the number plus one, which is 0 in a free slot. */
const SLOT = 3;
const SLOTS_MIN = 1 << 12;

/** By hashes, in a table of numbers with linear probing that is at most half full. */
export class HashedStates<State> implements Known<State> {
  readonly #write: (state: State, into: Sink) => void;
  readonly #digest = new Digest();
  #slots = new Int32Array(SLOTS_MIN * SLOT);
  #mask = SLOTS_MIN - 1;
  #size = 0;

  constructor(write: (state: State, into: Sink) => void) {
    this.#write = write;
  }

  get size(): number {
    return this.#size;
  }

  number(state: State): number {
    const digest = this.#digest;
    digest.start();
    this.#write(state, digest);
    digest.finish();
    const at = this.#find(digest.low, digest.high);
    const known = this.#slots[at + 2] ?? 0;
    if (known !== 0) return known - 1;
    this.#size += 1;
    this.#fill(at, digest.low, digest.high, this.#size);
    if (this.#size * 2 > this.#mask) this.#grow();
    return this.#size - 1;
  }

  /** Where it stands, or the free slot where it would. */
  #find(low: number, high: number): number {
    const slots = this.#slots;
    for (let slot = low & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * SLOT;
      if (slots[at + 2] === 0 || (slots[at] === low && slots[at + 1] === high)) return at;
    }
  }

  #fill(at: number, low: number, high: number, number: number): void {
    this.#slots[at] = low;
    this.#slots[at + 1] = high;
    this.#slots[at + 2] = number;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    for (let at = 0; at < old.length; at += SLOT) {
      const [low = 0, high = 0, number = 0] = [old[at], old[at + 1], old[at + 2]];
      if (number !== 0) this.#fill(this.#find(low, high), low, high, number);
    }
  }
}
