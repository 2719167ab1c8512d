/**
 * What a field of a peer message may hold: each says its type, its bound in bytes, and whether a
 * value that came from a stranger is one.
 *
 *     { phase: whole(), voter: text(64), value: optional(plain(1024)) }
 *
 * Bytes are an upper bound of what such a value takes in msgpack, not a measurement.
 */

declare const held: unique symbol;

/** Checks values; costs what the walk over one does. */
export interface Field<T> {
  readonly bytesMax: number;
  /** Never throws, and follows no getter of a stranger: messages are decoded plain data. */
  holds(value: unknown): boolean;
  readonly [held]?: T;
}

export type Fields = { readonly [name: string]: Field<unknown> };

type Held<F> = F extends Field<infer T> ? T : never;
type OptionalKeys<F> = { [K in keyof F]: undefined extends Held<F[K]> ? K : never }[keyof F];

/** The object that fields describe. */
export type Fielded<F> = {
  readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Held<F[K]>;
} & { readonly [K in OptionalKeys<F>]?: Exclude<Held<F[K]>, undefined> };

const NUMBER_BYTES = 9;
/** Head of a text, list or map. */
const HEAD_BYTES = 5;
/** UTF-8 of one UTF-16 unit at most. */
const UNIT_BYTES = 3;
/** Levels of plain data; deeper is refused. */
const DEPTH_MAX = 16;

export function whole(min = 0, max: number = Number.MAX_SAFE_INTEGER): Field<number> {
  return {
    bytesMax: NUMBER_BYTES,
    holds: (value) => Number.isSafeInteger(value) && within(value as number, min, max),
  };
}

/** No NaN, and nothing infinite. */
export function finite(min = -Number.MAX_VALUE, max: number = Number.MAX_VALUE): Field<number> {
  return {
    bytesMax: NUMBER_BYTES,
    holds: (value) => typeof value === "number" && within(value, min, max),
  };
}

function within(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}

export function flag(): Field<boolean> {
  return { bytesMax: 1, holds: (value) => typeof value === "boolean" };
}

/** @param max UTF-16 units */
export function text(max: number, min = 0): Field<string> {
  return {
    bytesMax: HEAD_BYTES + max * UNIT_BYTES,
    holds: (value) => typeof value === "string" && within(value.length, min, max),
  };
}

export function oneOf<const T extends string>(...texts: readonly T[]): Field<T> {
  const longest = Math.max(...texts.map(({ length }) => length));
  return {
    bytesMax: HEAD_BYTES + longest * UNIT_BYTES,
    holds: (value) => typeof value === "string" && (texts as readonly string[]).includes(value),
  };
}

export function optional<T>(field: Field<T>): Field<T | undefined> {
  const { bytesMax } = field;
  return { bytesMax, holds: (value) => value === undefined || field.holds(value) };
}

export function list<T>(of: Field<T>, max: number): Field<readonly T[]> {
  return {
    bytesMax: HEAD_BYTES + max * of.bytesMax,
    holds: (value) =>
      Array.isArray(value) && value.length <= max && value.every((one) => of.holds(one)),
  };
}

export function fielded<F extends Fields>(fields: F): Field<Fielded<F>> {
  const form = new Form(fields);
  return { bytesMax: form.bytesMax, holds: (value) => isRecord(value) && form.holds(value) };
}

/** Any plain data of up to so many bytes: what users put into a message. */
export function plain(bytesMax: number): Field<unknown> {
  return { bytesMax, holds: (value) => weigh(value, bytesMax, DEPTH_MAX) >= 0 };
}

export function keyBytes(name: string): number {
  return HEAD_BYTES + name.length * UNIT_BYTES;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** An object that has these fields, and no other but `besides`. */
export class Form {
  readonly bytesMax: number;
  readonly #byName: Fields;
  readonly #besides: string | undefined;
  readonly #names: readonly string[];
  readonly #fields: readonly Field<unknown>[];
  /** By place: it may be left out. */
  readonly #isOptional: readonly boolean[];

  constructor(fields: Fields, besides?: string) {
    this.#byName = fields;
    this.#besides = besides;
    this.#names = Object.keys(fields);
    this.#fields = Object.values(fields);
    this.#isOptional = this.#fields.map((field) => field.holds(undefined));
    this.bytesMax = this.#names.reduce(
      (sum, name, at) => sum + keyBytes(name) + (this.#fields[at]?.bytesMax ?? 0),
      HEAD_BYTES,
    );
  }

  /** Members make their messages in the order of the table: so that is what is tried first. */
  holds(value: Readonly<Record<string, unknown>>): boolean {
    const [names, fields] = [this.#names, this.#fields];
    let at = 0;
    for (const key in value) {
      if (key === this.#besides) continue;
      while (names[at] !== key && this.#isOptional[at] === true) at += 1;
      if (names[at] !== key) return this.#holdsInAnyOrder(value);
      if (fields[at]?.holds(value[key]) !== true) return false;
      at += 1;
    }
    while (this.#isOptional[at] === true) at += 1;
    return at === names.length;
  }

  #holdsInAnyOrder(value: Readonly<Record<string, unknown>>): boolean {
    for (const [at, name] of this.#names.entries()) {
      const given = Object.hasOwn(value, name) ? value[name] : undefined;
      if (this.#fields[at]?.holds(given) !== true) return false;
    }
    for (const key in value) {
      if (key !== this.#besides && !Object.hasOwn(this.#byName, key)) return false;
    }
    return true;
  }
}

/** What is left of `bytes` behind this value; negative: it is too large, too deep or not plain. */
function weigh(value: unknown, bytes: number, depth: number): number {
  if (bytes < 0 || depth === 0) return -1;
  if (typeof value === "string") return bytes - HEAD_BYTES - value.length * UNIT_BYTES;
  if (value === undefined || value === null || typeof value === "boolean") return bytes - 1;
  if (typeof value === "number" || typeof value === "bigint") return bytes - NUMBER_BYTES;
  if (typeof value !== "object") return -1;
  if (ArrayBuffer.isView(value)) return bytes - HEAD_BYTES - value.byteLength;
  let left = bytes - HEAD_BYTES;
  if (Array.isArray(value)) {
    // Each takes a byte at least. One that is mostly empty is long all the same.
    if (value.length > left) return -1;
    for (const one of value) left = weigh(one, left, depth - 1);
    return left;
  }
  if (!isRecord(value)) return -1;
  for (const key in value) {
    left = weigh(value[key], left - keyBytes(key), depth - 1);
    if (left < 0) return left;
  }
  return left;
}
