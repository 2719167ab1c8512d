/**
 * Reader: what came over a socket, as values of known types, or `Malformed` with the place.
 *
 *     const readPoint = record<Point>({ x: number, y: number, label: optional(text) });
 *     readPoint(JSON.parse(line))
 *
 * Nothing of the other side is trusted: texts lose what a terminal would obey, lists and texts are
 * bounded, and keys that nobody asked for are left behind.
 */

import { plainText } from "../../runtime/index.ts";

export type Reader<T> = (value: unknown, path: string) => T;

/** The other side has sent something else than agreed. */
export class Malformed extends Error {
  override readonly name = "Malformed";
}

/** Longer texts are cut. */
const TEXT_MAX = 1000;
/** Of what was given instead, as much is shown. */
const GIVEN_MAX = 40;
/** As many actors as a system may have; more is no list of ours. */
const ITEMS_MAX = 2 ** 21;

export const number: Reader<number> = (value, path) =>
  typeof value === "number" && Number.isFinite(value) ? value : wrong(path, "a number", value);

export const flag: Reader<boolean> = (value, path) =>
  typeof value === "boolean" ? value : wrong(path, "true or false", value);

export const text: Reader<string> = (value, path) =>
  typeof value === "string" ? plainText(value, TEXT_MAX) : wrong(path, "a text", value);

/** One of these texts, and of a newer peer's others the fallback. */
export function oneOf<T extends string>(texts: readonly T[], fallback: T): Reader<T> {
  return (value, path) => {
    const given = text(value, path);
    return texts.find((one) => one === given) ?? fallback;
  };
}

export function optional<T>(reader: Reader<T>): Reader<T | undefined> {
  // JSON has no undefined; some write null for it.
  return (value, path) => (value === undefined || value === null ? undefined : reader(value, path));
}

export function listOf<T>(reader: Reader<T>): Reader<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) return wrong(path, "a list", value);
    if (value.length > ITEMS_MAX) return wrong(path, `at most ${ITEMS_MAX} items`, value.length);
    return value.map((item, index) => reader(item, `${path}[${index}]`));
  };
}

/** An object with these keys. One whose reader gives undefined is left out. */
export function record<T extends object>(
  readers: {
    readonly [Key in keyof T]-?: Reader<T[Key]>;
  },
): Reader<T> {
  const keys = Object.keys(readers) as (keyof T & string)[];
  return (value, path) => {
    if (typeof value !== "object" || value === null) return wrong(path, "an object", value);
    const given = value as Record<string, unknown>;
    const read: Partial<T> = {};
    for (const key of keys) {
      const own = Object.hasOwn(given, key) ? given[key] : undefined;
      const result = readers[key](own, path === "" ? key : `${path}.${key}`);
      if (result !== undefined) read[key] = result;
    }
    // Every reader whose key may not be missing has thrown where it was.
    return read as T;
  };
}

function wrong(path: string, expected: string, value: unknown): never {
  const given = JSON.stringify(value) ?? String(value);
  const shown = plainText(given, GIVEN_MAX);
  throw new Malformed(`${path === "" ? "it" : path} is ${shown} and not ${expected}`);
}
