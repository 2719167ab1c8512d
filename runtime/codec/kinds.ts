/**
 * The objects that are neither plain objects nor arrays: which of them can travel, and as what.
 *
 *     reference      three numbers, or a text      Date            its time
 *     null prototype its properties                RegExp          source and flags; lastIndex is 0
 *     Map, Set       their contents, checked       Error           see error.ts
 *     typed array, ArrayBuffer, DataView, Buffer   their bytes, see views.ts
 *     instance of a class with an extension        its name, and what `encode` gives; extension.ts
 *
 * Everything else is refused: an instance of a class would arrive without its class. So are
 * subclasses of the builtins above, other than of Error, and of classes with an extension. What a
 * program has hung on a Map, a Date or a typed array besides its contents does not travel.
 */

import { types } from "node:util";
import { summarise } from "../errors.ts";
import { isBuiltinError, takeApart } from "./error.ts";
import { extensionAbove, extensionOf, type NamedExtension } from "./extension.ts";
import { quote, type Step } from "./path.ts";
import {
  DATE,
  ERROR,
  EXTENSION,
  NULL_PROTOTYPE,
  Rare,
  REFERENCE,
  REGEXP,
  SET,
  VIEW,
} from "./rare.ts";
import type { ReferencePort } from "./reference.ts";
import { viewNumber } from "./views.ts";

/** What the walk (check.ts) offers here; `depth` is always that of the object in question. */
export interface Walk {
  child(value: unknown, step: Step, depth: number): unknown;
  plain(value: object, depth: number): object;
  claim(bytes: number): void;
  refuse(depth: number, reason: string, advice: string, options?: ErrorOptions): never;
}

type Replace = (value: never, depth: number, walk: Walk) => unknown;

/**
 * By prototype, which says what an object claims to be; `is` asks the engine whether it is true.
 */
const BUILTINS = new Map<object, { is(value: unknown): boolean; replace: Replace }>([
  [Map.prototype, { is: types.isMap, replace: replaceMap }],
  [Set.prototype, { is: types.isSet, replace: replaceSet }],
  [Date.prototype, { is: types.isDate, replace: replaceDate }],
  [RegExp.prototype, { is: types.isRegExp, replace: replaceRegExp }],
  [Uint8Array.prototype, { is: types.isUint8Array, replace: replaceView }],
]);

/** @returns what is sent in its place, or the value itself. */
export function replaceKind(
  value: object,
  prototype: object | null,
  depth: number,
  walk: Walk,
  references: ReferencePort,
): unknown {
  if (references.isReference(value)) {
    const parts = references.write(value);
    const [text] = parts;
    walk.claim(typeof text === "string" ? text.length : REFERENCE_BYTES_MIN);
    return new Rare([REFERENCE, ...parts]);
  }
  if (prototype === null) {
    return new Rare([NULL_PROTOTYPE, walk.plain(value, depth)]);
  }
  const builtin = BUILTINS.get(prototype);
  if (builtin?.is(value)) return builtin.replace(value as never, depth, walk);
  const extension = extensionOf(prototype);
  if (extension !== undefined) return replaceInstance(extension, value, depth, walk);
  if (types.isNativeError(value) || value instanceof Error) return replaceError(value, depth, walk);
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) {
    return replaceView(value, depth, walk);
  }
  return refuseInstance(value, depth, walk);
}

const REFERENCE_BYTES_MIN = 8;
const DATE_BYTES_MIN = 6;

function replaceMap(map: Map<unknown, unknown>, depth: number, walk: Walk): unknown {
  walk.claim(2 * map.size);
  const copy = new Map<unknown, unknown>();
  for (const [key, value] of map) {
    const index = copy.size;
    const keptKey = walk.child(key, { text: `.keys()[${index}]`, value: key }, depth);
    const text = `.get(${typeof key === "string" ? quote(key) : formatKey(key, index)})`;
    copy.set(keptKey, walk.child(value, { text, value }, depth));
  }
  return copy;
}

function formatKey(key: unknown, index: number): string {
  return typeof key === "object" ? `keys()[${index}]` : String(key);
}

function replaceSet(set: Set<unknown>, depth: number, walk: Walk): unknown {
  walk.claim(set.size);
  const values: unknown[] = [];
  for (const value of set) {
    values.push(walk.child(value, { text: `.values()[${values.length}]`, value }, depth));
  }
  return new Rare([SET, values]);
}

function replaceDate(date: Date, _depth: number, walk: Walk): unknown {
  walk.claim(DATE_BYTES_MIN);
  return new Rare([DATE, date.getTime()]);
}

function replaceRegExp(pattern: RegExp, depth: number, walk: Walk): unknown {
  return new Rare([REGEXP, walk.child(pattern.source, "source", depth), pattern.flags]);
}

function replaceError(error: object, depth: number, walk: Walk): unknown {
  const { base, hidden, fields } = takeApart(error);
  return new Rare([ERROR, base, walk.plain(hidden, depth), walk.plain(fields, depth)]);
}

function replaceView(value: ArrayBufferView | ArrayBufferLike, depth: number, walk: Walk): unknown {
  const isView = ArrayBuffer.isView(value);
  const memory = isView ? value.buffer : value;
  if (types.isSharedArrayBuffer(memory)) {
    const reason = isView ? "a view of a SharedArrayBuffer" : "a SharedArrayBuffer";
    walk.refuse(depth, reason, "two actors would write to it at once; send a copy (slice)");
  }
  const prototype: object = Object.getPrototypeOf(value);
  const number = viewNumber(prototype);
  const isBytes = prototype === Uint8Array.prototype;
  if (number === undefined && !isBytes) return refuseInstance(value, depth, walk);
  walk.claim(value.byteLength);
  const bytes = bytesOf(memory, isView ? value.byteOffset : 0, value.byteLength);
  if (bytes === undefined)
    return walk.refuse(depth, "a detached buffer", "send it before you transfer it");
  return isBytes ? value : new Rare([VIEW, number, bytes]);
}

/** User code; an `encode` that gives the instance again is found as a cycle. */
function replaceInstance(
  { name, encode }: NamedExtension,
  value: object,
  depth: number,
  walk: Walk,
): Rare {
  walk.claim(name.length);
  let plain: unknown;
  try {
    plain = encode(value);
  } catch (cause) {
    const reason = `an instance whose extension ${quote(name)} cannot encode it`;
    walk.refuse(depth, `${reason} (${summarise(cause)})`, "see `cause`", { cause });
  }
  return new Rare([EXTENSION, name, walk.child(plain, { text: ".encode()", value: plain }, depth)]);
}

/** True for the classes whose instances travel without an extension. */
export function isBuiltin(prototype: object): boolean {
  if (prototype === Object.prototype || prototype === Array.prototype) return true;
  return (
    BUILTINS.has(prototype) || viewNumber(prototype) !== undefined || isBuiltinError(prototype)
  );
}

/** Undefined if the memory has been transferred away. */
function bytesOf(memory: ArrayBufferLike, from: number, length: number): Uint8Array | undefined {
  try {
    return new Uint8Array(memory, from, length);
  } catch {
    return undefined;
  }
}

function refuseInstance(value: object, depth: number, walk: Walk): never {
  if (types.isPromise(value)) walk.refuse(depth, "a Promise", "await it first");
  const name = className(value);
  if (types.isBoxedPrimitive(value))
    walk.refuse(depth, `a boxed ${name}`, "send the primitive value");
  const above = extensionAbove(Object.getPrototypeOf(value));
  return walk.refuse(
    depth,
    name === "" ? "an object with a prototype of its own" : `an instance of ${name}`,
    above === undefined
      ? "it would arrive without its class: send its data as a plain object, or defineExtension"
      : `the extension ${quote(above.name)} is for the class above it: define one for this class`,
  );
}

function className(value: object): string {
  try {
    const made: unknown = value.constructor;
    return typeof made === "function" ? made.name : "";
  } catch {
    return "";
  }
}
