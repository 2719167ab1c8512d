/**
 * Chance under its several names: `Math.random`, the global `crypto`, and node:crypto, also where
 * a callback gets it.
 *
 *     clock.random() ─▶ words of 32 bits ─▶ bytes, little-endian
 *
 * Arguments that Node refuses are passed on to it, so that the error is the same.
 *
 * Left out: keys and primes (`generateKeyPairSync`, `generatePrimeSync`), which come from OpenSSL.
 */

import { AsyncResource } from "node:async_hooks";
import crypto from "node:crypto";
import { types } from "node:util";
import { holderOf } from "./patches.ts";
import type { AnyFunction, Stage, VirtualClock } from "./stage.ts";

type Done<Value> = (error: Error | null, value: Value) => void;

/** What getRandomValues fills at most. */
const VALUES_BYTES_MAX = 65_536;
const BYTES_MAX = 2 ** 31 - 1;
/** Widest range of randomInt. */
const RANGE_MAX = 2 ** 48 - 1;
const TWO_32 = 4_294_967_296;

export function replaceChance(stage: Stage): void {
  const { clock } = stage;
  stage.method(Math, "random", "Math.random", () => clock.random());
  replaceWebCrypto(stage);
  replaceUuids(stage);
  replaceBytes(stage);
  replaceInt(stage);
}

/** The global object; node:crypto calls it for getRandomValues. */
function replaceWebCrypto(stage: Stage): void {
  const { clock } = stage;
  const web = globalThis.crypto;
  const { getRandomValues, randomUUID } = web;
  const holder = holderOf(web, "getRandomValues");
  stage.method(holder, "getRandomValues", "crypto.getRandomValues", function (
    this: unknown,
    view: unknown,
  ) {
    const isValid = this === web && isIntegers(view) && view.byteLength <= VALUES_BYTES_MAX;
    if (!isValid) return Reflect.apply(getRandomValues, this, [view]);
    fill(clock, view.buffer, view.byteOffset, view.byteLength);
    return view;
  } as AnyFunction);
  stage.method(holder, "randomUUID", "crypto.randomUUID", function (this: unknown) {
    return this === web ? uuid(clock, 4) : Reflect.apply(randomUUID, this, []);
  } as AnyFunction);
}

function isIntegers(view: unknown): view is NodeJS.TypedArray {
  return types.isTypedArray(view) && !/^Float/.test(view[Symbol.toStringTag]);
}

function replaceUuids(stage: Stage): void {
  const { clock } = stage;
  for (const [name, version] of [
    ["randomUUID", 4],
    ["randomUUIDv7", 7],
  ] as const) {
    const real: unknown = Reflect.get(crypto, name);
    stage.method(crypto, name, `crypto.${name}`, (options?: { disableEntropyCache?: unknown }) => {
      const isValid =
        options === undefined ||
        (typeof options === "object" &&
          options !== null &&
          ["undefined", "boolean"].includes(typeof options.disableEntropyCache));
      return isValid ? uuid(clock, version) : (real as typeof crypto.randomUUID)(options as never);
    });
  }
}

/** RFC 9562. */
function uuid(clock: VirtualClock, version: 4 | 7): string {
  const words = `${hex(clock)}${hex(clock)}${hex(clock)}${hex(clock)}`;
  const time = Math.floor(clock.wall()).toString(16).padStart(12, "0");
  const text = version === 7 ? `${time}${words.slice(12)}` : words;
  const variant = "89ab"[(text.charCodeAt(16) >> 1) & 3];
  return (
    `${text.slice(0, 8)}-${text.slice(8, 12)}-${version}${text.slice(13, 16)}-` +
    `${variant}${text.slice(17, 20)}-${text.slice(20)}`
  );
}

function hex(clock: VirtualClock): string {
  return word(clock).toString(16).padStart(8, "0");
}

function word(clock: VirtualClock): number {
  return (clock.random() * TWO_32) >>> 0;
}

function fill(clock: VirtualClock, buffer: ArrayBufferLike, from: number, length: number): void {
  const bytes = new Uint8Array(buffer, from, length);
  let rest = 0;
  for (let index = 0; index < length; index += 1) {
    rest = index % 4 === 0 ? word(clock) : rest >>> 8;
    bytes[index] = rest;
  }
}

function replaceBytes(stage: Stage): void {
  const { clock, patches } = stage;
  const { randomBytes, randomFillSync, randomFill } = crypto;
  stage.method(crypto, "randomBytes", "crypto.randomBytes", (size: number, done?: Done<Buffer>) => {
    const isSize = typeof size === "number" && size >= 0 && size <= BYTES_MAX;
    if (!isSize || !isCallback(done)) return randomBytes(size, done as Done<Buffer>);
    const bytes = Buffer.alloc(size);
    fill(clock, bytes.buffer, bytes.byteOffset, bytes.length);
    return done === undefined ? bytes : later(clock, done, bytes);
  });
  for (const alias of ["pseudoRandomBytes", "prng", "rng"]) {
    if (Object.hasOwn(crypto, alias)) {
      patches.value(crypto, alias, `crypto.${alias}`, crypto.randomBytes);
    }
  }
  const sync = (target: NodeJS.ArrayBufferView, offset?: number, size?: number): unknown => {
    // Node checks the range, and what it writes there is overwritten.
    randomFillSync(target, offset, size);
    const unit = (target as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
    const from = (offset ?? 0) * unit;
    const length = size === undefined ? target.byteLength - from : size * unit;
    const buffer = ArrayBuffer.isView(target) ? target.buffer : target;
    fill(clock, buffer, (target.byteOffset ?? 0) + from, length);
    return target;
  };
  stage.method(crypto, "randomFillSync", "crypto.randomFillSync", sync);
  stage.method(crypto, "randomFill", "crypto.randomFill", (target: never, ...rest: unknown[]) => {
    const done = rest.pop();
    if (typeof done !== "function") return randomFill(target, ...(rest as []), done as never);
    return later(clock, done as Done<unknown>, sync(target, ...(rest as number[])));
  });
}

function isCallback(value: unknown): boolean {
  return value === undefined || typeof value === "function";
}

/** In a turn of the event loop of its own, in the async context of the call. */
function later<Value>(clock: VirtualClock, done: Done<Value>, value: Value): void {
  clock.macrotask(AsyncResource.bind(() => done(null, value)));
}

function replaceInt(stage: Stage): void {
  const { clock } = stage;
  const real = crypto.randomInt as (...args: unknown[]) => unknown;
  stage.method(crypto, "randomInt", "crypto.randomInt", (...args: unknown[]) => {
    const isOpen = args[1] === undefined || typeof args[1] === "function";
    const [min, max, done] = isOpen ? [0, args[0], args[1]] : args;
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max)) return real(...args);
    const range = (max as number) - (min as number);
    if (range <= 0 || range > RANGE_MAX || !isCallback(done)) return real(...args);
    const value = (min as number) + Math.floor(clock.random() * range);
    return done === undefined ? value : later(clock, done as Done<number>, value);
  });
}
