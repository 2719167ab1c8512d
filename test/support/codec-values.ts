/**
 * Values for the tests of the codec: a strict comparison, references, and arbitraries of everything
 * that can travel.
 */

import { types } from "node:util";
import fc from "fast-check";
import { Codec } from "../../runtime/codec/codec.ts";
import type { ReferencePort } from "../../runtime/codec/reference.ts";
import { LocalShapes, type ShapeSource } from "../../runtime/codec/shapes.ts";

/** A reference as the tests have it; equal numbers give the same object, as refs do. */
export class Ref {
  readonly numbers: readonly [number, number, number];
  constructor(definition: number, slot: number, incarnation: number) {
    this.numbers = [definition, slot, incarnation];
  }
}

const interned = new Map<string, Ref>();

export function ref(definition: number, slot: number, incarnation: number): Ref {
  const key = `${definition} ${slot} ${incarnation}`;
  const found = interned.get(key) ?? new Ref(definition, slot, incarnation);
  interned.set(key, found);
  return found;
}

export const references: ReferencePort = {
  isReference: (value) => value instanceof Ref,
  write: (value) => (value as Ref).numbers,
  read: ref,
};

export function newCodec(
  shapes: ShapeSource = new LocalShapes(),
  maxBytes = 2 ** 26,
  thread = 0,
): Codec {
  return new Codec({ shapes, references, maxBytes, thread });
}

/** The bytes of a value, in shared memory, between other bytes. */
export function encoded(codec: Codec, value: unknown): Uint8Array {
  const length = codec.encode(value, "args");
  const shared = new Uint8Array(new SharedArrayBuffer(length + 20)).fill(0x91);
  shared.set(codec.scratch.subarray(codec.start, codec.start + length), 10);
  return shared.subarray(10, 10 + length);
}

export function decoded(codec: Codec, bytes: Uint8Array): unknown {
  return codec.decode(bytes, 0, bytes.length);
}

/** Sends a value from one codec to another. */
export function sent(from: Codec, to: Codec, value: unknown): unknown {
  return decoded(to, encoded(from, value));
}

/** Undefined if the two cannot be told apart, else the path of the first difference. */
export function difference(a: unknown, b: unknown, path: string[] = []): string | undefined {
  if (Object.is(a, b)) return undefined;
  const here = (): string => path.join(".") || "the value itself";
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return here();
  if (a instanceof Ref || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return here();
  if (types.isAnyArrayBuffer(a) || ArrayBuffer.isView(a)) {
    return Buffer.compare(bytesOf(a), bytesOf(b as ArrayBuffer)) === 0 ? undefined : here();
  }
  if (types.isDate(a)) return Object.is(a.getTime(), (b as Date).getTime()) ? undefined : here();
  if (types.isRegExp(a)) return String(a) === String(b) ? undefined : here();
  if (types.isMap(a)) return difference([...a], [...(b as Map<unknown, unknown>)], path);
  if (types.isSet(a)) return difference([...a], [...(b as Set<unknown>)], path);
  if (types.isNativeError(a) !== types.isNativeError(b)) return here();
  return differentProperties(a, b, path);
}

function differentProperties(a: object, b: object, path: string[]): string | undefined {
  const keys = Reflect.ownKeys(a);
  const others = Reflect.ownKeys(b);
  // What an error has hidden has no order of its own.
  if (types.isNativeError(a)) for (const list of [keys, others]) list.sort();
  for (let index = 0; index < Math.max(keys.length, others.length); index += 1) {
    const key = keys[index];
    path.push(String(key));
    if (key === undefined || others[index] !== key) return `${path.join(".")}: no such key`;
    const [mine, yours] = [a, b].map((object) =>
      Object.prototype.propertyIsEnumerable.call(object, key),
    );
    if (mine !== yours) return `${path.join(".")}: enumerable`;
    const found = difference(Reflect.get(a, key), Reflect.get(b, key), path);
    if (found !== undefined) return found;
    path.pop();
  }
  return undefined;
}

function bytesOf(value: ArrayBufferLike | ArrayBufferView): Uint8Array {
  if (!ArrayBuffer.isView(value)) return new Uint8Array(value);
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** A plain object or one without prototype, from keys as strange as one likes. */
export function objectOf(entries: readonly (readonly [string, unknown])[], bare = false): object {
  const object: object = bare ? Object.create(null) : {};
  for (const [key, value] of entries) {
    Object.defineProperty(object, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return object;
}

const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 });

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  units.map((codes) => String.fromCharCode(...codes)),
  fc.string({ unit: "binary", maxLength: 100 }),
  fc
    .tuple(fc.constantFrom("\ufeff", "a", "ä", "€", "\ud83d"), fc.integer({ min: 0, max: 400 }))
    .map(([unit, length]) => unit.repeat(length)),
);

const key = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("id", "name", "price", "ok", "x", "y") },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ..."__proto__ __keys__ constructor then toJSON hasOwnProperty length 0 1 10 -1 a-b".split(
        " ",
      ),
      ..."valueOf toString prototype read highByte isShared transitions".split(" "),
      "",
    ),
  },
  { weight: 1, arbitrary: text },
);

interface ViewClass {
  new (buffer: ArrayBuffer, from: number, length: number): object;
  readonly BYTES_PER_ELEMENT?: number;
}

const typedArrays: readonly ViewClass[] = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
];

const bytes = fc
  .tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 0, max: typedArrays.length + 1 }))
  .map(([content, kind]): object => {
    // Windows on a larger buffer, as views of the pool of Buffer are.
    const buffer = new ArrayBuffer(64);
    new Uint8Array(buffer).set(content, 8);
    const View = typedArrays[kind];
    if (View === undefined) {
      const window = Buffer.from(buffer, 8, content.length);
      return kind === typedArrays.length ? window : buffer.slice(8, 8 + content.length);
    }
    return new View(buffer, 8, Math.floor(content.length / (View.BYTES_PER_ELEMENT ?? 1)));
  });

const errorClasses = [
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
];

const scalar = fc.oneof(
  fc.constantFrom(undefined, null, true, false, -0, Number.NaN, Infinity, -Infinity),
  fc.double(),
  fc.integer(),
  fc.integer({ min: -300, max: 70_000 }),
  fc.maxSafeInteger(),
  text,
  fc.bigInt(),
  fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }),
);

const leaf = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: bytes },
  { weight: 1, arbitrary: fc.date({ noInvalidDate: false }) },
  { weight: 1, arbitrary: fc.constantFrom(/a/, /ä\/[b]/giu, /\ud800/, /(?:)/s) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.integer(), fc.integer(), fc.integer()).map((n) => ref(...n)),
  },
);

/** Everything that can travel, except errors of the user's own classes, which change. */
export const { value } = fc.letrec<{ value: unknown; error: Error }>((tie) => {
  const list = fc.array(tie("value"), { maxLength: 6 });
  const entries = fc.uniqueArray(fc.tuple(key, tie("value")), {
    maxLength: 7,
    selector: ([k]) => k,
  });
  const object = fc.tuple(entries, fc.integer({ min: 0, max: 9 }));
  return {
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      object.map(([from, kind]) => objectOf(from, kind === 0)),
      list,
      fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 4 }).map((from) => new Map(from)),
      list.map((from) => new Set(from)),
      tie("error"),
    ),
    error: fc
      .tuple(fc.nat(errorClasses.length), text, entries, tie("value"), fc.nat(3))
      .map(([kind, message, fields, cause, extra]) => {
        const options = extra === 0 ? { cause } : {};
        const Class = errorClasses[kind];
        const error = Class
          ? new Class(message, options)
          : new AggregateError([cause], message, options);
        for (const [name, field] of fields) {
          // These are what an error is made of; the tables of the tests have them.
          if (!["stack", "message", "name", "constructor", "__proto__"].includes(name)) {
            Object.assign(error, { [name]: field });
          }
        }
        return error;
      }),
  };
});
