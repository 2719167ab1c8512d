/**
 * How long something takes in a simulation: a distribution, as data and as a function.
 *
 *     data, in ms ──delayNs──► u from 0 to 1 ──► whole nanoseconds       the inverse of the
 *                                                                        cumulative distribution
 *
 * Every distribution makes one delay of one random number, and a greater number never makes a
 * shorter delay. So a run in which only a distribution changed draws the same numbers as before,
 * and what was slow there is slow here too.
 *
 * Only sums, products and comparisons, which are exact everywhere: logarithms and powers differ
 * between Node versions. A long tail is a table.
 */

import { assert } from "../assert.ts";
import { isNumber, isWhole, type Wrong } from "../wrong.ts";

/** Milliseconds, fractions of them down to a nanosecond included. */
export type Delay =
  | { readonly type: "fixed"; readonly ms: number }
  | { readonly type: "uniform"; readonly minMs: number; readonly maxMs: number }
  /** Each row is as likely as its weight says, and uniform within. */
  | { readonly type: "table"; readonly rows: readonly DelayRow[] };

export interface DelayRow {
  /** A whole number from 1 to 1 000 000. */
  readonly weight: number;
  readonly minMs: number;
  readonly maxMs: number;
}

export const NS_PER_MS = 1_000_000;

/** An hour: longer is a fault, and has a beginning and an end. */
export const DELAY_MS_MAX = 3_600_000;
const ROWS_MAX = 64;
const WEIGHT_MAX = 1_000_000;

const KEYS = { fixed: ["ms"], uniform: ["minMs", "maxMs"], table: ["rows"] };
const ROW_KEYS = ["weight", "minMs", "maxMs"];

/** What is wrong with this delay; undefined: nothing. `key` is the path in it, "" for all of it. */
export function wrongDelay(value: unknown): Wrong | undefined {
  const types = Object.keys(KEYS).map((type) => JSON.stringify(type));
  const type = isObject(value) ? value.type : undefined;
  if (!isObject(value) || !isType(type)) {
    return { key: "", allowed: `a delay with type ${types.join(", ")}`, got: value };
  }
  const keys = ["type", ...KEYS[type]];
  const other = Object.keys(value).find((key) => !keys.includes(key));
  if (other !== undefined) return { key: other, allowed: "left out", got: value[other] };
  if (type === "fixed") return wrongMs("ms", value.ms, 0);
  return type === "uniform" ? wrongRange("", value) : wrongRows(value.rows);
}

function isType(type: unknown): type is Delay["type"] {
  return typeof type === "string" && Object.hasOwn(KEYS, type);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** As `wrongKey`, but for a field that cannot be left out. */
function wrongMs(key: string, value: unknown, min: number): Wrong | undefined {
  const rule = isNumber(min, DELAY_MS_MAX);
  return rule.holds(value) ? undefined : { key, allowed: `${rule.allowed} (ms)`, got: value };
}

function wrongRange(path: string, { minMs, maxMs }: Record<string, unknown>): Wrong | undefined {
  return (
    wrongMs(`${path}minMs`, minMs, 0) ??
    wrongMs(`${path}maxMs`, maxMs, typeof minMs === "number" ? minMs : 0)
  );
}

function wrongRows(rows: unknown): Wrong | undefined {
  if (!Array.isArray(rows) || rows.length < 1 || rows.length > ROWS_MAX) {
    return { key: "rows", allowed: `a list of 1 to ${ROWS_MAX} rows`, got: rows };
  }
  for (const [index, row] of rows.entries()) {
    const path = `rows[${index}]`;
    if (!isObject(row)) return { key: path, allowed: "{ weight, minMs, maxMs }", got: row };
    const other = Object.keys(row).find((key) => !ROW_KEYS.includes(key));
    if (other !== undefined)
      return { key: `${path}.${other}`, allowed: "left out", got: row[other] };
    const weight = isWhole(1, WEIGHT_MAX);
    if (!weight.holds(row.weight)) {
      return { key: `${path}.weight`, allowed: weight.allowed, got: row.weight };
    }
    const wrong = wrongRange(`${path}.`, row);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** A distribution ready for use: whole nanoseconds for a number from 0 to 1, 1 excluded. */
export type DelayNs = (u: number) => number;

/** @param delay as `wrongDelay` finds nothing wrong with. */
export function delayNs(delay: Delay): DelayNs {
  assert(wrongDelay(delay) === undefined, "a delay was not checked");
  if (delay.type === "fixed") {
    const ns = toNs(delay.ms);
    return () => ns;
  }
  return delay.type === "uniform" ? uniformNs(delay.minMs, delay.maxMs) : tableNs(delay.rows);
}

/** Whole nanoseconds, rounded to the nearest. */
export function toNs(ms: number): number {
  return Math.round(ms * NS_PER_MS);
}

function uniformNs(minMs: number, maxMs: number): DelayNs {
  const minNs = toNs(minMs);
  const values = toNs(maxMs) - minNs + 1;
  return (u) => minNs + Math.floor(u * values);
}

function tableNs(rows: readonly DelayRow[]): DelayNs {
  const ranges = rows.map(({ minMs, maxMs }) => uniformNs(minMs, maxMs));
  const sorted = rows.map(({ weight }, index) => ({ weight, range: ranges[index] as DelayNs }));
  sorted.sort((one, other) => one.range(0) - other.range(0));
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  return (u) => {
    let place = u * total;
    for (const { weight, range } of sorted) {
      if (place < weight) return range(place / weight);
      place -= weight;
    }
    // Rounding can leave the very last number a hair behind the last row.
    return (sorted.at(-1) as { range: DelayNs }).range(0);
  };
}
