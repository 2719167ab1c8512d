/**
 * Simpler forms of one entry of a plan, the boldest first: earlier and rounder times, smaller
 * numbers and groups, nothing that is left out just as well.
 *
 * Every form is strictly simpler than the entry, so that simplifying comes to an end.
 */

import type { Delay } from "../../runtime/sim/delay.ts";
import type { PlanEntry } from "./plan.ts";
import { UNSYNCED } from "./plan-fields.ts";

type Fields = { readonly [name: string]: unknown };

/** Least value of fields that count; others have 0. */
const LEAST: { readonly [field: string]: number } = { thread: 1, times: 1 };
const NUMBERS = [
  "at",
  "forMs",
  "thread",
  "afterWrites",
  "byMs",
  "ppm",
  "lossPercent",
  "duplicatePercent",
  "times",
  "freeBytes",
  "offset",
  "bit",
];
/** Left out, these mean less; others mean "all" or "for good". */
const DROPPED = [
  "afterWrites",
  "unsynced",
  "name",
  "inFlight",
  "lossPercent",
  "duplicatePercent",
  "fifo",
  "times",
  "of",
];
const LISTS: { readonly [field: string]: number } = { from: 1, to: 1, pairs: 1, groups: 2 };

/** Leading digits of round numbers. */
const ROUND = [1, 2, 5];

export function simplerThan(entry: PlanEntry): PlanEntry[] {
  const fields = entry as unknown as Fields;
  const forms = Object.keys(fields).flatMap((field) => formsOf(field, fields));
  return forms as unknown as PlanEntry[];
}

function formsOf(field: string, entry: Fields): Fields[] {
  const value = entry[field];
  const forms = DROPPED.includes(field) ? [without(field, entry)] : [];
  if (NUMBERS.includes(field) && typeof value === "number") {
    const numbers = simplerNumbers(value, LEAST[field] ?? 0);
    // No drift at all is what ends one.
    const allowed = field === "ppm" ? numbers.filter((ppm) => ppm !== 0) : numbers;
    forms.push(...allowed.map((number) => ({ ...entry, [field]: number })));
  }
  if (field === "unsynced") {
    const weaker = UNSYNCED.slice(0, UNSYNCED.indexOf(value as (typeof UNSYNCED)[number]));
    forms.push(...weaker.map((unsynced) => ({ ...entry, unsynced })));
  }
  if (field in LISTS) {
    const lists = smallerLists(value as readonly unknown[], LISTS[field] ?? 1);
    forms.push(...lists.map((list) => ({ ...entry, [field]: list })));
  }
  if (field === "delay") {
    forms.push(...simplerDelays(value as Delay).map((delay) => ({ ...entry, delay })));
  }
  return forms;
}

function without(field: string, entry: Fields): Fields {
  const { [field]: _, ...rest } = entry;
  return rest;
}

/**
 * Numbers nearer to 0, down to `least`: round ones from the smallest up, then the number itself
 * with fewer digits.
 */
export function simplerNumbers(value: number, least: number): number[] {
  const size = Math.abs(value);
  const found = new Set<number>([least]);
  let digit = 1;
  for (; digit <= size; digit *= 10) {
    for (const lead of ROUND) found.add(lead * digit);
  }
  for (; digit >= 1; digit /= 10) found.add(size - (size % digit));
  const simpler = [...found].filter((number) => number >= least && number < size);
  return value < 0 ? simpler.map((number) => 0 - number) : simpler;
}

/** With one part less, or one part smaller; `min` parts at least. */
function smallerLists(list: readonly unknown[], min: number): unknown[][] {
  const smaller: unknown[][] = [];
  if (list.length > min) {
    for (const index of list.keys()) smaller.push(list.filter((_, other) => other !== index));
  }
  for (const [index, part] of list.entries()) {
    // A pair has two and stays one; a group keeps at least one.
    if (!Array.isArray(part) || min < 2) continue;
    for (const less of smallerLists(part, 1)) smaller.push(list.with(index, less));
  }
  return smaller;
}

function simplerDelays(delay: Delay): Delay[] {
  const fixed = (ms: number): Delay => ({ type: "fixed", ms });
  if (delay.type === "fixed") return simplerNumbers(delay.ms, 0).map(fixed);
  const longest =
    delay.type === "uniform" ? delay.maxMs : Math.max(...delay.rows.map(({ maxMs }) => maxMs));
  return [fixed(longest)];
}
