/**
 * Values that msgpackr would lose or change, as arrays of values that it keeps.
 *
 *     -0             ──►  Rare [NEGATIVE_ZERO]            ──►  bytes  ──►  -0
 *     new Set([1])   ──►  Rare [SET, [1]]                 ──►  bytes  ──►  new Set([1])
 *     a reference    ──►  Rare [REFERENCE, 4, 17, 1]      ──►  bytes  ──►  the reference
 *     new Money(5)   ──►  Rare [EXTENSION, "Money", …]    ──►  bytes  ──►  new Money(5)
 *          check.ts, kinds.ts              msgpackr extension        revive
 *
 * What is left to msgpackr itself: null, undefined, booleans, numbers, strings, bigints of 64 bits,
 * plain objects, arrays, Map and Uint8Array. msgpackr keeps extensions per JavaScript thread and
 * not per packer, so everything else goes through one class and one type byte of ours: a program
 * that uses msgpackr too, and tells it how to write its dates, does not change ours.
 */

import { addExtension } from "msgpackr/pack";
import { type ExtensionFailed, type ExtensionMissing, isUnreadable } from "../errors.ts";
import { putTogether } from "./error.ts";
import { EXTENSION_NAME_MAX, make } from "./extension.ts";
import { put } from "./property.ts";
import type { ReferencePort } from "./reference.ts";
import { viewFrom } from "./views.ts";

/** Above the types 1 to 100 that msgpackr gives to programs, and below its time stamp, 255. */
const EXTENSION_TYPE = 0xb5;

/** What `parts[0]` says. These numbers are in the bytes. */
export const NEGATIVE_ZERO = 0;
export const TEXT = 1;
export const BIGINT = 2;
export const ENTRIES = 3;
export const NULL_PROTOTYPE = 4;
export const DATE = 5;
export const REGEXP = 6;
export const ERROR = 7;
export const VIEW = 8;
export const SET = 9;
export const REFERENCE = 10;
export const EXTENSION = 11;

export class Rare {
  readonly parts: readonly unknown[];

  constructor(parts: readonly unknown[]) {
    this.parts = parts;
  }
}

/** For whom values are made again, and what could not be made. */
export interface Reader {
  readonly references: ReferencePort;
  readonly thread: number;
  /** The first extension that gave no instance. What follows it is read, but no more are made. */
  unread: ExtensionMissing | ExtensionFailed | undefined;
  /** That of the copy of this module that the reader is of. */
  readonly revive: (parts: readonly unknown[]) => unknown;
}

/**
 * For whom the decoder works now. An extension of msgpackr is not told which packer it works for,
 * several codecs may share one JavaScript thread, one decoding inside the other, and several copies
 * of this module may share one msgpackr, in which the last one's extension holds for all.
 */
interface Desk {
  reader: Reader | undefined;
}

const DESK = Symbol.for("sabeam.codec.desk");
const shared = globalThis as { [DESK]?: Desk };
const desk: Desk = (shared[DESK] ??= { reader: undefined });

/** To be called around every decoding: `const before = enter(mine)` … `enter(before)`. */
export function enter(mine: Reader | undefined): Reader | undefined {
  const before = desk.reader;
  desk.reader = mine;
  return before;
}

function demand(condition: unknown, what: string): asserts condition {
  if (!condition) throw new TypeError(`${what} expected`);
}

/** Makes the value again; throws a TypeError if the parts are not what the encoder writes. */
export function revive(parts: readonly unknown[]): unknown {
  demand(Array.isArray(parts), "parts");
  const first = parts[1];
  switch (parts[0]) {
    case NEGATIVE_ZERO:
      return -0;
    case TEXT:
      demand(first instanceof Uint8Array, "bytes");
      return Buffer.from(first.buffer, first.byteOffset, first.byteLength).toString("utf16le");
    case BIGINT:
      demand(typeof first === "string", "text");
      return first.startsWith("-") ? -BigInt(first.slice(1)) : BigInt(first);
    case ENTRIES:
      return reviveEntries(parts);
    case NULL_PROTOTYPE:
      demand(isPlain(first), "plain object");
      return Object.setPrototypeOf(first, null);
    case DATE:
      demand(typeof first === "number", "number");
      return new Date(first);
    case REGEXP:
      demand(typeof first === "string" && typeof parts[2] === "string", "text");
      return new RegExp(first, parts[2]);
    case ERROR:
      demand(typeof first === "number", "error class");
      return reviveError(first, parts[2], parts[3]);
    case VIEW:
      demand(parts[2] instanceof Uint8Array && typeof first === "number", "bytes");
      return viewFrom(first, parts[2]);
    case SET:
      demand(Array.isArray(first), "array");
      return new Set(first);
    case REFERENCE:
      return reviveReference(parts);
    case EXTENSION:
      return reviveInstance(first, parts[2]);
    default:
      throw new TypeError("known kind expected");
  }
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

function reviveEntries(parts: readonly unknown[]): object {
  const object = {};
  for (let index = 1; index < parts.length; index += 2) {
    const key = parts[index];
    demand(typeof key === "string", "key");
    put(object, key, parts[index + 1]);
  }
  return object;
}

function reviveError(base: number, hidden: unknown, fields: unknown): Error {
  demand(isPlain(hidden) && isPlain(fields), "properties");
  return putTogether(base, hidden, fields);
}

function reviveReference([, definition, slot, incarnation]: readonly unknown[]): object {
  if (typeof definition === "string") return reviveText(definition);
  demand(
    typeof definition === "number" && typeof slot === "number" && typeof incarnation === "number",
    "reference",
  );
  demand(desk.reader !== undefined, "codec with references");
  return desk.reader.references.read(definition, slot, incarnation);
}

function reviveText(text: string): object {
  const { reader } = desk;
  demand(reader?.references.readText !== undefined, "codec with references by text");
  return reader.references.readText(text);
}

function reviveInstance(name: unknown, plain: unknown): unknown {
  demand(typeof name === "string" && name.length <= EXTENSION_NAME_MAX, "name");
  // The one at work, since code of the user may decode something else meanwhile.
  const mine = desk.reader;
  demand(mine !== undefined, "codec");
  if (mine.unread !== undefined) return undefined;
  const made = make(name, plain, mine.thread);
  if (!isUnreadable(made)) return made;
  mine.unread = made;
  return undefined;
}

addExtension({
  Class: Rare,
  type: EXTENSION_TYPE,
  write: (rare: Rare) => rare.parts,
  read: (parts: readonly unknown[]) => (desk.reader?.revive ?? revive)(parts),
});
