/**
 * The payload of a record: measured first, then written where the lane has reserved a place, and
 * read back on the other side without believing a byte of it.
 *
 * Data path: cast or call (host.ts) → **measure** → reserve (producer.ts) → **write** … **read** →
 * mailbox. A number, a boolean, a short Latin-1 text or a ref costs a few stores and no allocation;
 * the rest goes through the codec's scratch.
 */

import type { Codec } from "../runtime/codec/codec.ts";
import { readLatin1, writeLatin1 } from "../runtime/codec/text.ts";
import type { RecordView } from "../runtime/record.ts";
import { ActorRef } from "./ref.ts";
import {
  FALSE,
  FLOAT64,
  INT32,
  NOTHING,
  NULL,
  NUMBERS,
  PACKED,
  REFERENCE,
  TEXT,
  TRUE,
  UNDEFINED,
} from "./wire.ts";

/** Longer texts go through the codec. */
const TEXT_MAX = 48;
/** Longer lists of numbers go through the codec. */
const NUMBERS_MAX = 16;

/** Below that, msgpackr does not use its native reader of strings. */
const NATIVE_BYTES_MIN = 140;

/** Returned by `read` for bytes that no sender wrote. */
export const CORRUPT: unique symbol = Symbol("corrupt");

export class Payload {
  tag: number = NOTHING;
  /** Bytes from the payload's first word on, not aligned. */
  bytes = 0;
  readonly #codec: Codec;
  #value: unknown;
  #number = 0;
  #packed = 0;
  /** The native reader of strings has been asked for. */
  #native = false;

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  /** @throws NotSendable, MessageTooLarge */
  measure(argc: number, arg: unknown, path: string): void {
    if (argc === 0) return this.#set(NOTHING, 0);
    if (argc > 1) {
      const list = arg as unknown[];
      if (isNumbers(list)) {
        this.#value = list;
        return this.#set(NUMBERS, 8 + 4 + list.length * 8);
      }
      return this.#pack(arg, "args");
    }
    switch (typeof arg) {
      case "number":
        this.#number = arg;
        if ((arg | 0) === arg && !Object.is(arg, -0)) return this.#set(INT32, 4);
        return this.#set(FLOAT64, 12);
      case "boolean":
        return this.#set(arg ? TRUE : FALSE, 0);
      case "undefined":
        return this.#set(UNDEFINED, 0);
      case "string":
        if (arg.length > TEXT_MAX || !isLatin1(arg)) return this.#pack(arg, path);
        this.#value = arg;
        return this.#set(TEXT, 4 + arg.length);
      case "object":
        if (arg === null) return this.#set(NULL, 0);
        // One by name has no slot, and is a text.
        if (!(arg instanceof ActorRef) || arg.sending !== this.sending || arg.slot === 0)
          return this.#pack(arg, path);
        this.#value = arg;
        return this.#set(REFERENCE, 12);
      default:
        return this.#pack(arg, path);
    }
  }

  #set(tag: number, bytes: number): void {
    this.tag = tag;
    this.bytes = bytes;
  }

  #pack(value: unknown, path: string): void {
    this.#packed = this.#codec.encode(value, path);
    this.#set(PACKED, 4 + this.#packed);
  }

  /** Writes what was measured last, from word `at` on. */
  write(view: RecordView, at: number): void {
    const { words } = view;
    switch (this.tag) {
      case INT32:
        words[at] = this.#number;
        return;
      case FLOAT64:
        view.doubles[(at + 1) >> 1] = this.#number;
        return;
      case TEXT: {
        const text = this.#value as string;
        words[at] = text.length;
        writeLatin1(view.bytes, (at + 1) * 4, text);
        return;
      }
      case REFERENCE: {
        const ref = this.#value as ActorRef;
        this.tell(ref);
        words[at] = ref.facts.id;
        words[at + 1] = ref.slot;
        words[at + 2] = ref.incarnation;
        return;
      }
      case NUMBERS: {
        const list = this.#value as number[];
        words[at] = list.length;
        let place = (at + 2) >> 1;
        for (const number of list) {
          view.doubles[place] = number;
          place += 1;
        }
        return;
      }
      case PACKED: {
        const { scratch, start } = this.#codec;
        words[at] = this.#packed;
        copy(scratch, start, this.#packed, view.bytes, (at + 1) * 4);
        return;
      }
      default:
    }
  }

  /**
   * The value of a payload that lies between word `at` and word `end`, or CORRUPT.
   * @throws BadRecord for packed bytes that no codec wrote.
   */
  read(view: RecordView, at: number, end: number, tag: number): unknown {
    const { words } = view;
    const left = end - at;
    switch (tag) {
      case NOTHING:
      case UNDEFINED:
        return undefined;
      case INT32:
        return left >= 1 ? words[at] : CORRUPT;
      case FLOAT64:
        return ((at + 1) & ~1) + 2 <= end ? view.doubles[(at + 1) >> 1] : CORRUPT;
      case TRUE:
        return true;
      case FALSE:
        return false;
      case NULL:
        return null;
      case TEXT: {
        const length = left >= 1 ? (words[at] ?? -1) : -1;
        if (length < 0 || length > TEXT_MAX || length > (left - 1) * 4) return CORRUPT;
        return readLatin1(view.bytes, (at + 1) * 4, length);
      }
      case REFERENCE:
        return left >= 3 ? this.#reference(view, at) : CORRUPT;
      case NUMBERS:
        return readNumbers(view, at, left);
      case PACKED: {
        const length = left >= 1 ? (words[at] ?? -1) : -1;
        if (length < 0 || length > (left - 1) * 4) return CORRUPT;
        if (length >= NATIVE_BYTES_MIN && !this.#native) this.#loadNative();
        return this.#codec.decode(view.bytes, (at + 1) * 4, length);
      }
      default:
        return CORRUPT;
    }
  }

  /**
   * msgpackr's native reader of strings makes messages with many of them 2 to 8 times as fast to
   * decode, but costs a thread 5 ms to load: not while it starts, and only if it gets such
   * messages. The whole msgpackr puts it into the part that the codec uses; without it nothing else
   * changes.
   */
  #loadNative(): void {
    this.#native = true;
    import("msgpackr").catch(() => {});
  }

  #reference(view: RecordView, at: number): unknown {
    const { words } = view;
    return this.references(words[at] ?? 0, words[at + 1] ?? 0, (words[at + 2] ?? 0) >>> 0);
  }

  /** Set by the host: what its own refs send with; a ref of another system means nothing here. */
  sending: object | undefined;

  /** Set by the host: an address leaves. */
  tell: (ref: ActorRef) => void = () => {};

  /** Set by the host: makes a ref, or returns CORRUPT if there cannot be such an actor. */
  references: (definition: number, slot: number, incarnation: number) => unknown = () => CORRUPT;
}

function isNumbers(list: readonly unknown[]): list is number[] {
  if (list.length > NUMBERS_MAX) return false;
  for (const one of list) if (typeof one !== "number") return false;
  return true;
}

function isLatin1(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 255) return false;
  }
  return true;
}

function readNumbers(view: RecordView, at: number, left: number): unknown {
  const count = left >= 1 ? (view.words[at] ?? -1) : -1;
  const first = (at + 2) >> 1;
  if (count < 2 || count > NUMBERS_MAX || first * 2 + count * 2 > at + left) return CORRUPT;
  const list: number[] = [];
  for (let index = 0; index < count; index += 1) list.push(view.doubles[first + index] ?? 0);
  return list;
}

/** A loop for short runs, since a view for `set` costs more than the copy. */
const LOOP_BYTES_MAX = 96;

function copy(
  source: Uint8Array,
  from: number,
  length: number,
  target: Uint8Array,
  to: number,
): void {
  if (length > LOOP_BYTES_MAX) {
    target.set(source.subarray(from, from + length), to);
    return;
  }
  for (let index = 0; index < length; index += 1) {
    target[to + index] = source[from + index] ?? 0;
  }
}
