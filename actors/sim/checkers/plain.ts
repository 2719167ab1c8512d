/**
 * Plain data as text: `textOf` so that equal values have equal texts and others have not, `shown`
 * so that a line of a report stays short.
 *
 * Left out: values that JSON has not either, but for undefined, bigint, NaN and -0, which occur.
 */

import { InvalidHistory } from "./errors.ts";

/** How deep a value may be nested; a cycle is deeper than that. */
const DEPTH_MAX = 64;
const SHOWN_MAX = 80;

/** Throws InvalidHistory for what is no plain data. */
export function textOf(value: unknown): string {
  return write(value, 0);
}

/** True for values that have the same text; quick where they are no objects. */
export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object") return false;
  return textOf(one) === textOf(other);
}

function write(value: unknown, depth: number): string {
  if (depth > DEPTH_MAX) throw noPlainData("a value that is nested too deeply or holds itself");
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return `${value}n`;
    case "boolean":
    case "undefined":
      return String(value);
    case "object":
      return value === null ? "null" : writeObject(value, depth);
    default:
      throw noPlainData(`a ${typeof value}`);
  }
}

function writeObject(value: object, depth: number): string {
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(",")}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw noPlainData("an instance");
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  // By code unit: the order of a locale differs between machines.
  fields.sort(([one], [other]) => (one < other ? -1 : 1));
  const texts = fields.map(([name, field]) => `${JSON.stringify(name)}:${write(field, depth + 1)}`);
  return `{${texts.join(",")}}`;
}

function noPlainData(what: string): InvalidHistory {
  const advice = "record numbers, strings, lists and plain objects, such as ids in place of refs";
  return new InvalidHistory(-1, `it holds ${what}, which is no plain data`, advice);
}

/** Short, and never throws. */
export function shown(value: unknown): string {
  let text: string;
  try {
    text = textOf(value);
  } catch {
    text = `a ${typeof value}`;
  }
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

/** For sorting numbers that may be infinite, whose difference would be no number. */
export function compare(one: number, other: number): number {
  return one < other ? -1 : Number(one > other);
}
