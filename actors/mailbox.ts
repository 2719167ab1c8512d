/**
 * The messages that wait for one actor: a ring of three columns, taken from a pool.
 *
 *     tags   what it is: handler, number of arguments, kind, size
 *     froms  who sent it, packed (address.ts); 0 = nobody
 *     args   the argument, the list of arguments, or the request
 *
 * The first message of an idle actor lies in the cell itself, so that ping-pong needs no ring; a
 * ring that runs empty goes back to the pool, so that an idle actor has none.
 *
 * Tag, from the low bits: 8 handler | 2 arguments (0, 1, list) | 2 kind | 19 size in units of 32
 * bytes.
 */

export const CAST = 0;
export const REQUEST = 1;
export const TICK = 2;

export const LIST = 2;

const SIZE_UNIT_BITS = 5;
const SIZE_SHIFT = 12;
const SIZE_MAX = 2 ** 19 - 1;
/** What a message by reference is taken to cost, for the bound in bytes. */
export const REFERENCE_BYTES = 32;

export function tagOf(handler: number, args: number, kind: number, bytes: number): number {
  const units = Math.min((bytes + 31) >>> SIZE_UNIT_BITS, SIZE_MAX);
  return handler | (args << 8) | (kind << 10) | (units << SIZE_SHIFT);
}

export const handlerOf = (tag: number): number => tag & 255;
export const argsOf = (tag: number): number => (tag >>> 8) & 3;
export const kindOf = (tag: number): number => (tag >>> 10) & 3;
export const bytesOf = (tag: number): number => (tag >>> SIZE_SHIFT) << SIZE_UNIT_BITS;

const CAPACITY_MIN = 16;
/** Pooled rings are at most this large; larger ones are left to the garbage collector. */
const POOLED_CAPACITY_MAX = 1024;
const POOLED_RINGS_MAX = 256;

export class Ring {
  tags: Int32Array;
  froms: Int32Array;
  args: unknown[];
  head = 0;
  count = 0;
  mask: number;

  constructor(capacity: number) {
    this.tags = new Int32Array(capacity);
    this.froms = new Int32Array(capacity);
    this.args = new Array(capacity).fill(undefined);
    this.mask = capacity - 1;
  }

  push(tag: number, from: number, arg: unknown): void {
    if (this.count > this.mask) this.#grow();
    const at = (this.head + this.count) & this.mask;
    this.tags[at] = tag;
    this.froms[at] = from;
    this.args[at] = arg;
    this.count += 1;
  }

  /** Doubles; amortised over the messages that made it necessary. */
  #grow(): void {
    const { tags, froms, args, head, mask, count } = this;
    const larger = new Ring((mask + 1) * 2);
    for (let index = 0; index < count; index += 1) {
      const at = (head + index) & mask;
      larger.tags[index] = tags[at] ?? 0;
      larger.froms[index] = froms[at] ?? 0;
      larger.args[index] = args[at];
    }
    this.tags = larger.tags;
    this.froms = larger.froms;
    this.args = larger.args;
    this.mask = larger.mask;
    this.head = 0;
  }
}

/** Rings for the actors of one thread. */
export class RingPool {
  readonly #rings: Ring[] = [];

  take(): Ring {
    return this.#rings.pop() ?? new Ring(CAPACITY_MIN);
  }

  give(ring: Ring): void {
    if (ring.mask < POOLED_CAPACITY_MAX && this.#rings.length < POOLED_RINGS_MAX) {
      this.#rings.push(ring);
    }
  }
}
