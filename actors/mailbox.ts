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
/** A cast, or what was a tick, whose argument is a Traced (trace.ts). */
export const TRACED = 3;

export const LIST = 2;

/** No message has it, since every message has a size. */
export const NO_TAG = 0;

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
/** Tag, sender and argument of one message lie side by side. */
const COLUMNS = 3;
/** Larger rings are left to the garbage collector. */
const POOLED_CAPACITY_MAX = 1024;
/** Places for messages in all pooled rings together: 1.5 MiB. */
const POOLED_MESSAGES_MAX = 65_536;

/** A message taken out, written over by the next one. */
export interface Message {
  tag: number;
  from: number;
  arg: unknown;
}

export class Ring {
  /** One plain array: an actor takes it in passing, and two typed arrays cost more to make. */
  slots: unknown[];
  head = 0;
  count = 0;
  mask: number;

  constructor(capacity: number) {
    this.slots = new Array(capacity * COLUMNS).fill(0);
    this.mask = capacity - 1;
  }

  push(tag: number, from: number, arg: unknown): void {
    if (this.count > this.mask) this.#grow();
    const at = ((this.head + this.count) & this.mask) * COLUMNS;
    const { slots } = this;
    slots[at] = tag;
    slots[at + 1] = from;
    slots[at + 2] = arg;
    this.count += 1;
  }

  /** Writes the oldest message, which stays, into `into`. There must be one. */
  peek(into: Message): void {
    const at = this.head * COLUMNS;
    into.tag = this.slots[at] as number;
    into.from = this.slots[at + 1] as number;
    into.arg = this.slots[at + 2];
  }

  /** Takes the oldest message into `into`. There must be one. */
  shift(into: Message): void {
    const at = this.head * COLUMNS;
    const { slots } = this;
    into.tag = slots[at] as number;
    into.from = slots[at + 1] as number;
    into.arg = slots[at + 2];
    slots[at + 2] = undefined;
    this.head = (this.head + 1) & this.mask;
    this.count -= 1;
  }

  /** Doubles; amortised over the messages that made it necessary. */
  #grow(): void {
    const from = this.head * COLUMNS;
    const { slots } = this;
    this.slots = new Array(slots.length * 2).fill(0);
    for (let index = 0; index < slots.length; index += 1) {
      this.slots[index] =
        slots[from + index < slots.length ? from + index : from + index - slots.length];
    }
    this.mask = this.mask * 2 + 1;
    this.head = 0;
  }
}

/** Rings for the actors of one thread. */
export class RingPool {
  readonly #rings: Ring[] = [];
  #messages = 0;

  take(): Ring {
    const ring = this.#rings.pop();
    if (ring === undefined) return new Ring(CAPACITY_MIN);
    this.#messages -= ring.mask + 1;
    return ring;
  }

  give(ring: Ring): void {
    const capacity = ring.mask + 1;
    if (capacity > POOLED_CAPACITY_MAX) return;
    if (this.#messages + capacity > POOLED_MESSAGES_MAX) return;
    this.#messages += capacity;
    this.#rings.push(ring);
  }
}
