/**
 * Plain data, as states and messages of protocols are: copied, compared, hashed and shown.
 *
 * Plain are undefined, null, booleans, numbers, texts, bigints, lists, objects without a class,
 * Map, Set and typed arrays. Faster than structuredClone by far, and refuses what has hidden parts.
 */

import type { Sink } from "../../../runtime/sim/explore/known.ts";
import { LawBroken } from "./errors.ts";

/** A cycle is deeper than that. */
const DEPTH_MAX = 64;

const LAW = "states, messages and records are plain data";

export function copy<Value>(value: Value): Value {
  return copyOf(value, 0) as Value;
}

function copyOf(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) {
    if (typeof value === "function" || typeof value === "symbol") throw notPlain(value);
    return value;
  }
  if (depth > DEPTH_MAX) throw notPlain(value);
  if (Array.isArray(value)) return value.map((item) => copyOf(item, depth + 1));
  if (value instanceof Map) {
    const entries = new Map<unknown, unknown>();
    for (const [key, item] of value) entries.set(copyOf(key, depth + 1), copyOf(item, depth + 1));
    return entries;
  }
  if (value instanceof Set) {
    const items = new Set<unknown>();
    for (const item of value) items.add(copyOf(item, depth + 1));
    return items;
  }
  if (isBytes(value)) return value.slice();
  if (!isRecord(value)) throw notPlain(value);
  const record: Record<string, unknown> = {};
  for (const key of Object.keys(value)) record[key] = copyOf(value[key], depth + 1);
  return record;
}

/** All objects and lists in it; entries of Map and Set, and bytes, cannot be. */
export function freeze(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null || depth > DEPTH_MAX) return;
  if (Array.isArray(value)) for (const item of value) freeze(item, depth + 1);
  else if (isRecord(value)) for (const item of Object.values(value)) freeze(item, depth + 1);
  else return;
  Object.freeze(value);
}

/** The same in all that can be seen; a field that is undefined is one that is not there. */
export function equal(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object") return false;
  if (one === null || other === null) return false;
  if (Array.isArray(one) || isBytes(one)) {
    if (!Array.isArray(other) && !isBytes(other)) return false;
    return one.length === other.length && one.every((item, at) => equal(item, other[at]));
  }
  if (one instanceof Map) return other instanceof Map && equal([...one], [...other]);
  if (one instanceof Set) return other instanceof Set && equal([...one], [...other]);
  if (!isRecord(one) || !isRecord(other)) return false;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  for (const key of keys) if (!equal(one[key], other[key])) return false;
  return true;
}

const [UNDEFINED, NULL, TRUE, FALSE, INT, FLOAT, TEXT, BIG, LIST, RECORD, MAP, SET, BYTES] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
];

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

/** As numbers: other data, other numbers; so are other orders of entries, which a core may see. */
export function write(value: unknown, into: Sink): void {
  switch (typeof value) {
    case "undefined":
      return into.put(UNDEFINED);
    case "boolean":
      return into.put(value ? TRUE : FALSE);
    case "number":
      return writeNumber(value, into);
    case "string":
      return writeText(TEXT, value, into);
    case "bigint":
      return writeText(BIG, String(value), into);
    default:
      return value === null ? into.put(NULL) : writeObject(value as object, into);
  }
}

function writeNumber(value: number, into: Sink): void {
  if ((value | 0) === value && !Object.is(value, -0)) {
    into.put(INT);
    into.put(value);
    return;
  }
  float[0] = value;
  into.put(FLOAT);
  into.put(words[0] ?? 0);
  into.put(words[1] ?? 0);
}

function writeText(tag: number, text: string, into: Sink): void {
  into.put(tag);
  into.put(text.length);
  for (let at = 0; at < text.length; at += 1) into.put(text.charCodeAt(at));
}

function writeObject(value: object, into: Sink): void {
  if (value instanceof Map) {
    into.put(MAP);
    into.put(value.size);
    for (const [key, item] of value) {
      write(key, into);
      write(item, into);
    }
  } else if (value instanceof Set || Array.isArray(value)) {
    into.put(Array.isArray(value) ? LIST : SET);
    into.put(Array.isArray(value) ? value.length : value.size);
    for (const item of value) write(item, into);
  } else if (isBytes(value)) {
    into.put(BYTES);
    into.put(value.length);
    for (const byte of value) into.put(byte);
  } else if (isRecord(value)) {
    const keys = Object.keys(value);
    into.put(RECORD);
    into.put(keys.length);
    for (const key of keys) {
      writeText(TEXT, key, into);
      write(value[key], into);
    }
  } else throw notPlain(value);
}

function isBytes(value: object): value is Uint8Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function isRecord(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function notPlain(value: unknown): LawBroken {
  const what =
    typeof value === "object" && value !== null
      ? `an instance of ${value.constructor?.name ?? "something"}`
      : `a ${typeof value}`;
  const problem = `there is ${what}, or it is nested deeper than ${DEPTH_MAX}`;
  return new LawBroken(LAW, problem);
}
