/**
 * The walk over a value before it is encoded: refuses what cannot travel, replaces what msgpackr
 * would lose.
 *
 *     value ──► **check** ──► wire value ──► msgpackr ──► bytes      Codec.encode
 *                                       └──► thaw.ts ──► copy        Codec.copy
 *
 * The wire value is the value itself where nothing had to be replaced, which is the usual case; only
 * objects on the way to a `Rare` are copied. The sender's objects are never changed.
 *
 * Refused, with the path: functions, symbols, symbol keys, computed properties, proxies, holes in
 * arrays, cycles, and whatever `kinds.ts` does not know. An object that occurs twice is walked twice
 * and arrives as two: that is why objects are counted.
 *
 * Dropped: properties that are not enumerable, and named properties of arrays; to find these would
 * cost more than the rest of the walk.
 */

import { types } from "node:util";
import { MessageTooLarge, NotSendable } from "../errors.ts";
import { replaceKind } from "./kinds.ts";
import { formatPath, type Step, stepInto } from "./path.ts";
import { put } from "./property.ts";
import { BIGINT, ENTRIES, NEGATIVE_ZERO, Rare, TEXT } from "./rare.ts";
import type { ReferencePort } from "./reference.ts";
import { SHAPE_KEYS_MAX } from "./shapes.ts";

/** Objects inside objects. The decoder uses at most six frames of the stack for each level. */
export const DEPTH_MAX = 100;

/** Objects in one message, each counted as often as it occurs: 2 ** 40 paths may need 40 objects. */
export const OBJECTS_MAX = 4_194_304;

const MINUS_ZERO = new Rare([NEGATIVE_ZERO]);
const BYTE_ORDER_MARK = 0xfeff;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;
const PLAIN = Object.prototype;
const LIST = Array.prototype;
const { getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
const { getOwnPropertySymbols } = Object;
const { isProxy } = types;

const AS_PLAIN_DATA = "send its data as plain objects, arrays, Map or Set";

/** A decoder of UTF-8 replaces lone surrogates, and drops a byte order mark at the start. */
function isFragile(text: string): boolean {
  return !text.isWellFormed() || text.charCodeAt(0) === BYTE_ORDER_MARK;
}

/** msgpackr renames `__proto__`, and marks the nodes of its tree of keys with `__keys__`. */
function isFragileKey(key: string): boolean {
  return key === "__proto__" || key === "__keys__" || isFragile(key);
}

function rareText(text: string): Rare {
  const bytes = Buffer.from(text, "utf16le");
  return new Rare([TEXT, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)]);
}

export class Check {
  readonly #references: ReferencePort;
  readonly #maxBytes: number;
  readonly #path: Step[] = [];
  #root: unknown;
  #name = "";
  /** Never more than what the encoded value will have. */
  #bytes = 0;
  #objects = 0;

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
    try {
      return this.value(value, 0);
    } finally {
      this.#root = undefined;
      this.#path.length = 0;
    }
  }

  /** @param depth how many steps of the path lead to the value. */
  value(value: unknown, depth: number): unknown {
    switch (typeof value) {
      case "object":
        return value === null ? null : this.#object(value, depth);
      case "string":
        this.claim(value.length);
        return isFragile(value) ? rareText(value) : value;
      case "number":
        return Object.is(value, -0) ? MINUS_ZERO : value;
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

  refuse(depth: number, reason: string, advice: string): never {
    throw new NotSendable(formatPath(this.#name, this.#path, depth), reason, advice);
  }

  /** Refuses what one step further stands. */
  refuseChild(step: Step, depth: number, reason: string, advice: string): never {
    this.#path[depth] = step;
    return this.refuse(depth + 1, reason, advice);
  }

  #object(value: object, depth: number): unknown {
    if (isProxy(value)) this.refuse(depth, "a Proxy", "send a plain copy of what it stands for");
    if (depth >= DEPTH_MAX) this.#tooDeep();
    this.#objects += 1;
    if (this.#objects > OBJECTS_MAX) {
      const advice = "an object that occurs in many places is counted and sent as often: use ids";
      this.refuse(0, `more than ${OBJECTS_MAX} objects`, advice);
    }
    const prototype = getPrototypeOf(value);
    if (prototype === PLAIN) return this.plain(value, depth);
    if (prototype === LIST && Array.isArray(value)) return this.array(value, depth);
    return replaceKind(value, prototype, depth, this, this.#references);
  }

  /** The own enumerable properties of an object, whatever its prototype. */
  plain(value: object, depth: number): unknown {
    this.#noSymbols(value, depth);
    let changed: object | undefined;
    let keys = 0;
    let fragile = false;
    for (const key in value) {
      const property = getOwnPropertyDescriptor(value, key);
      // Inherited: somebody has put an enumerable property on Object.prototype.
      if (property === undefined) continue;
      if (property.get !== undefined || property.set !== undefined) this.refuseComputed(key, depth);
      keys += 1;
      if (isFragileKey(key)) fragile = true;
      const field: unknown = property.value;
      let kept = field;
      if (typeof field === "string") {
        this.#bytes += field.length;
        if (isFragile(field)) kept = rareText(field);
      } else if (typeof field === "number") {
        if (field === 0 && 1 / field < 0) kept = MINUS_ZERO;
      } else if (typeof field !== "boolean") {
        kept = this.child(field, key, depth);
      }
      if (kept === field || typeof kept === "number") continue;
      changed ??= { ...value };
      put(changed, key, kept);
    }
    this.claim(keys + 1);
    const object = changed ?? value;
    return fragile || keys > SHAPE_KEYS_MAX ? this.#entries(object) : object;
  }

  array(value: readonly unknown[], depth: number): unknown {
    this.#noSymbols(value, depth);
    this.claim(value.length + 1);
    let changed: unknown[] | undefined;
    for (let index = 0; index < value.length; index += 1) {
      const item = value[index];
      let kept = item;
      if (typeof item === "number") {
        if (item === 0 && 1 / item < 0) kept = MINUS_ZERO;
      } else if (item !== undefined) {
        kept = this.child(item, index, depth);
      } else if (!Object.hasOwn(value, index)) {
        this.refuseChild(index, depth, "a hole in an array", "fill it with undefined or null");
      }
      if (kept === item || typeof kept === "number") continue;
      changed ??= [...value];
      changed[index] = kept;
    }
    return changed ?? value;
  }

  refuseComputed(key: string, depth: number): never {
    return this.refuseChild(
      key,
      depth,
      "a computed property",
      "send its value as a plain property",
    );
  }

  /** Keys and values in turn, for objects whose keys are not fit for records. */
  #entries(object: object): Rare {
    const parts: unknown[] = [ENTRIES];
    for (const [key, value] of Object.entries(object)) {
      this.claim(key.length);
      parts.push(isFragile(key) ? rareText(key) : key, value);
    }
    return new Rare(parts);
  }

  #bigint(value: bigint): unknown {
    if (value >= INT64_MIN && value <= UINT64_MAX) return value;
    const text = value.toString(16);
    this.claim(text.length);
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
