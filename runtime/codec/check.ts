/**
 * The walk over a value before it is encoded: refuses what cannot travel, replaces what msgpackr
 * would lose.
 *
 *     value ──► **check** ──► wire value ──► msgpackr ──► bytes      Codec.encode
 *                                       └──► thaw.ts ──► copy        Codec.copy
 *
 * Every object is copied first and the copy is what is checked and sent. So each property is read
 * just once: computed properties and proxies travel as what they gave, and nothing can change
 * between the check and the encoding. The copy costs less than asking each property whether it is
 * computed.
 *
 * Refused, with the path: functions, symbols, symbol keys, holes in arrays, cycles, and whatever
 * `kinds.ts` does not know. An object that occurs twice is walked twice and arrives as two: that is
 * why objects are counted.
 *
 * Dropped: properties that are not enumerable, and names and symbols on arrays; to find these would
 * cost more than the rest of the walk.
 */

import { MessageTooLarge, NotSendable } from "../errors.ts";
import { isFragile, isFragileKey } from "./fragile.ts";
import { replaceKind } from "./kinds.ts";
import { formatPath, type Step, stepInto } from "./path.ts";
import { BIGINT, ENTRIES, NEGATIVE_ZERO, Rare, TEXT } from "./rare.ts";
import type { ReferencePort } from "./reference.ts";
import { SHAPE_KEYS_MAX } from "./shapes.ts";

/** Objects inside objects. The decoder uses at most six frames of the stack for each level. */
export const DEPTH_MAX = 100;

/**
 * Objects in one message, each counted as often as it occurs: 2 ** 40 paths may need 40 objects.
 */
export const OBJECTS_MAX = 1_048_576;

/** A number that is no int32 has 5 or 9 bytes; one was counted already. */
const WIDE_NUMBER_BYTES_MORE = 4;

const MINUS_ZERO = new Rare([NEGATIVE_ZERO]);
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;
const PLAIN = Object.prototype;
const LIST = Array.prototype;
const { getOwnPropertySymbols, getPrototypeOf } = Object;

const AS_PLAIN_DATA = "send its data as plain objects, arrays, Map or Set";

export class Check {
  /** The wire value holds only plain objects, arrays and scalars: it is a copy as it stands. */
  simple = true;

  readonly #references: ReferencePort;
  readonly #maxBytes: number;
  /** Steps that lead to what is being looked at; a message of simple values leaves keys in it. */
  readonly #path: Step[] = new Array<Step>(DEPTH_MAX + 1).fill(0);
  #root: unknown;
  #name = "";
  /** Never more than what the encoded value will have. */
  #bytes = 0;
  #objects = 0;
  /** Somebody has put an enumerable property on Object.prototype: loops meet it everywhere. */
  #polluted = false;

  constructor(references: ReferencePort, maxBytes: number) {
    this.#references = references;
    this.#maxBytes = maxBytes;
  }

  /**
   * @param name how the value is called in error messages, like `args`.
   * @returns the wire value, for msgpackr or `thaw` only.
   * @throws NotSendable (`ERR_NOT_SENDABLE`), MessageTooLarge (`ERR_MESSAGE_TOO_LARGE`).
   */
  run(value: unknown, name: string): unknown {
    this.#root = value;
    this.#name = name;
    this.#bytes = 0;
    this.#objects = 0;
    this.simple = true;
    this.#polluted = false;
    for (const _ in PLAIN) this.#polluted = true;
    try {
      return this.value(value, 0);
    } finally {
      this.#root = undefined;
      // Steps into a Map or Set hold on to what is in it.
      if (!this.simple) this.#path.fill(0);
    }
  }

  /** @param depth how many steps of the path lead to the value. */
  value(value: unknown, depth: number): unknown {
    switch (typeof value) {
      case "object":
        return value === null ? null : this.#object(value, depth);
      case "string":
        this.claim(value.length);
        return isFragile(value) ? this.#rareText(value) : value;
      case "number":
        return Object.is(value, -0) ? this.#minusZero() : value;
      case "bigint":
        return this.#bigint(value);
      case "function":
        return this.refuse(depth, "a function", "send the name of what to do, or data");
      case "symbol":
        return this.refuse(depth, "a symbol", "send a string instead");
      default:
        return value;
    }
  }

  /** Walks one step down. */
  child(value: unknown, step: Step, depth: number): unknown {
    this.#path[depth] = step;
    return this.value(value, depth + 1);
  }

  /** Counts bytes that the message will have at least. */
  claim(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes) {
      throw new MessageTooLarge(this.#name, this.#bytes, this.#maxBytes);
    }
  }

  refuse(depth: number, reason: string, advice: string, options?: ErrorOptions): never {
    throw new NotSendable(formatPath(this.#name, this.#path, depth), reason, advice, options);
  }

  #object(value: object, depth: number): unknown {
    if (depth >= DEPTH_MAX) this.#tooDeep();
    this.#objects += 1;
    if (this.#objects > OBJECTS_MAX) {
      const advice = "an object that occurs in many places is counted and sent as often: use ids";
      this.refuse(0, `more than ${OBJECTS_MAX} objects`, advice);
    }
    const prototype = getPrototypeOf(value);
    if (prototype === PLAIN) return this.plain(value, depth);
    if (prototype === LIST && Array.isArray(value)) return this.#array(value, depth);
    this.simple = false;
    return replaceKind(value, prototype, depth, this, this.#references);
  }

  /** The own enumerable properties of an object, whatever its prototype. */
  plain(value: object, depth: number): object {
    this.#noSymbols(value, depth);
    const copy: Record<string, unknown> = { ...value };
    let keys = 0;
    let bytes = 0;
    let fragile = false;
    for (const key in copy) {
      if (this.#polluted && !Object.hasOwn(copy, key)) continue;
      keys += 1;
      if (isFragileKey(key)) fragile = true;
      const field = copy[key];
      if (typeof field === "string") {
        bytes += field.length;
        if (isFragile(field)) copy[key] = this.#rareText(field);
      } else if (typeof field === "number") {
        if ((field | 0) !== field) bytes += WIDE_NUMBER_BYTES_MORE;
        else if (field === 0 && 1 / field < 0) copy[key] = this.#minusZero();
      } else if (typeof field !== "boolean") {
        copy[key] = this.child(field, key, depth);
      }
    }
    this.claim(bytes + keys + 1);
    return fragile || keys > SHAPE_KEYS_MAX ? this.#entries(copy) : copy;
  }

  #array(value: readonly unknown[], depth: number): unknown {
    this.claim(value.length + 1);
    const copy = [...value];
    let bytes = 0;
    for (let index = 0; index < copy.length; index += 1) {
      const item = copy[index];
      if (typeof item === "number") {
        if ((item | 0) !== item) bytes += WIDE_NUMBER_BYTES_MORE;
        else if (item === 0 && 1 / item < 0) copy[index] = this.#minusZero();
      } else if (item !== undefined) {
        copy[index] = this.child(item, index, depth);
      } else if (!Object.hasOwn(value, index)) {
        this.#path[depth] = index;
        this.refuse(depth + 1, "a hole in an array", "fill it with undefined or null");
      }
    }
    this.claim(bytes);
    return copy;
  }

  /** Keys and values in turn, for objects whose keys are not fit for records. */
  #entries(object: object): Rare {
    this.simple = false;
    const parts: unknown[] = [ENTRIES];
    for (const [key, value] of Object.entries(object)) {
      this.claim(key.length);
      parts.push(isFragile(key) ? this.#rareText(key) : key, value);
    }
    return new Rare(parts);
  }

  #minusZero(): Rare {
    this.simple = false;
    return MINUS_ZERO;
  }

  #rareText(text: string): Rare {
    this.simple = false;
    const bytes = Buffer.from(text, "utf16le");
    return new Rare([TEXT, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)]);
  }

  #bigint(value: bigint): unknown {
    if (value >= INT64_MIN && value <= UINT64_MAX) return value;
    const text = value.toString(16);
    this.claim(text.length);
    this.simple = false;
    return new Rare([BIGINT, value < 0n ? `-0x${text.slice(1)}` : `0x${text}`]);
  }

  #noSymbols(value: object, depth: number): void {
    const [symbol] = getOwnPropertySymbols(value);
    if (symbol === undefined) return;
    const reason = `an object with a symbol as key, ${String(symbol)}`;
    this.refuse(depth, reason, AS_PLAIN_DATA);
  }

  /** Most often the value contains itself: then says where, at the first place where it closes. */
  #tooDeep(): never {
    const seen = new Map<unknown, number>();
    let current = this.#root;
    for (let depth = 0; depth < DEPTH_MAX; depth += 1) {
      const before = seen.get(current);
      if (before !== undefined) {
        const reason = `in a cycle: it is ${formatPath(this.#name, this.#path, before)} again`;
        this.refuse(depth, reason, "send ids instead of the objects themselves");
      }
      seen.set(current, depth);
      current = stepInto(current, this.#path[depth] ?? 0);
    }
    const advice = "send a flat list instead";
    return this.refuse(DEPTH_MAX, `nested more than ${DEPTH_MAX} levels deep`, advice);
  }
}
