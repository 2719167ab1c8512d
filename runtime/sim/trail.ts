/**
 * What a simulation has done: a hash over all of it, by which two runs are compared, and its last
 * events for reports.
 *
 * An event is (time, thread, kind, three numbers). 64 bits of hash, as two FNV-1a of 32 bits that
 * begin differently and turn their words differently.
 */

import { FNV_START, scramble } from "../hash.ts";

const PRIME = 0x01000193;
/** Events that are kept, a power of two. */
export const EVENTS_MAX = 4096;
const FIELDS = 6;
const TWO_32 = 4294967296;

export interface TrailEvent {
  readonly atNs: number;
  readonly thread: number;
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

export class Trail {
  #low: number = FNV_START;
  #high = 0x6c62272e;
  readonly #events: Float64Array = new Float64Array(EVENTS_MAX * FIELDS);
  count = 0;

  /** Some 10 ns; allocates nothing. The numbers are whole, of 32 bits. */
  add(atNs: number, thread: number, kind: number, a: number, b: number, c: number): void {
    const late = (atNs / TWO_32) | 0;
    this.#mix(atNs | 0);
    this.#mix(late ^ (thread << 8) ^ (kind << 20));
    this.#mix(a | 0);
    this.#mix(b ^ Math.imul(c, PRIME));
    const at = (this.count & (EVENTS_MAX - 1)) * FIELDS;
    const events = this.#events;
    events[at] = atNs;
    events[at + 1] = thread;
    events[at + 2] = kind;
    events[at + 3] = a;
    events[at + 4] = b;
    events[at + 5] = c;
    this.count += 1;
  }

  #mix(word: number): void {
    this.#low = Math.imul(this.#low ^ word, PRIME);
    const high = Math.imul(this.#high ^ (word + 0x9e3779b9), 0x85ebca6b);
    this.#high = (high << 15) | (high >>> 17);
  }

  /** 16 hexadecimal digits. */
  get hash(): string {
    const low = scramble(this.#low ^ this.count) >>> 0;
    const high = scramble(this.#high ^ this.#low) >>> 0;
    return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
  }

  /** The last ones that are kept, oldest first. */
  last(most: number = EVENTS_MAX): TrailEvent[] {
    const there = Math.min(most, this.count, EVENTS_MAX);
    return Array.from({ length: there }, (_, index) => {
      const at = ((this.count - there + index) & (EVENTS_MAX - 1)) * FIELDS;
      const event = this.#events.subarray(at, at + FIELDS);
      const [atNs = 0, thread = 0, kind = 0, a = 0, b = 0, c = 0] = event;
      return { atNs, thread, kind, a, b, c };
    });
  }
}
