/**
 * Fault plans as text: one line for each entry, to be read, edited, and given back.
 *
 *     # ms  what       fields, each as JSON without spaces; simple texts need no quotes
 *     5000  partition  groups=[["a"],["b","c"]] name=split
 *     5200  kill       node=b thread=1 afterWrites=17
 *     8000  heal       name=split
 *
 * `JSON.stringify(plan)` is the form for programs; `parsePlan` reads both.
 */

import type { Plan, PlanEntry, PlanScope } from "./plan.ts";
import { sortPlan } from "./plan.ts";
import { checkEntry, checkPlan, PLAN_ENTRIES_MAX } from "./plan-check.ts";
import { InvalidPlan } from "./plan-error.ts";
import { fieldsOf } from "./plan-fields.ts";

/** Texts that stand without quotes; none of them is also JSON. */
const SIMPLE = /^(?!(?:true|false|null)$)[A-Za-z_][\w./:-]*$/;

/** Columns of the time and of the type, where they are not longer. */
const AT_WIDTH = 7;
const TYPE_WIDTH = 17;

/** One line for each entry, without a line end after the last; "" for an empty plan. */
export function formatPlan(plan: Plan): string {
  return plan.map(formatEntry).join("\n");
}

export function formatEntry(entry: PlanEntry): string {
  const given = entry as unknown as { readonly [name: string]: unknown };
  const fields = fieldsOf(entry.type)
    .filter(([name]) => given[name] !== undefined)
    .map(([name]) => `${name}=${formatValue(given[name])}`);
  const at = String(entry.at).padStart(AT_WIDTH);
  return `${at} ${entry.type.padEnd(TYPE_WIDTH)} ${fields.join(" ")}`.trimEnd();
}

function formatValue(value: unknown): string {
  if (typeof value === "string" && SIMPLE.test(value)) return value;
  // White space stands in texts only, where JSON has another way to write it.
  return JSON.stringify(value).replace(
    /\s/g,
    (space) => `\\u${space.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * The plan that a text is: lines as `formatPlan` writes them, or JSON. Empty lines and lines that
 * begin with # are skipped.
 *
 * @throws InvalidPlan (`ERR_INVALID_PLAN`) with the line.
 */
export function parsePlan(text: string, scope: PlanScope): Plan {
  if (text.trimStart().startsWith("[")) return checkPlan(parseJson(text), scope);
  const entries: PlanEntry[] = [];
  for (const [number, line] of text.split("\n").entries()) {
    const words = line.trim();
    if (words === "" || words.startsWith("#")) continue;
    const place = { index: entries.length, field: "", line: number + 1 };
    if (entries.length === PLAN_ENTRIES_MAX) {
      throw new InvalidPlan(place, `the last entry: a plan has at most ${PLAN_ENTRIES_MAX}`, words);
    }
    entries.push(checkEntry(parseLine(words, place), place, scope));
  }
  return Object.freeze(sortPlan(entries));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidPlan({ index: -1, field: "" }, "lines, or a list as JSON", text.trim());
  }
}

function parseLine(words: string, place: { index: number; line: number }): unknown {
  const [at = "", type = "", ...fields] = words.split(/\s+/);
  const entry: { [name: string]: unknown } = Object.create(null);
  entry.at = /^\d+$/.test(at) ? Number(at) : at;
  entry.type = type;
  for (const field of fields) {
    const equals = field.indexOf("=");
    const name = field.slice(0, equals);
    const where = { ...place, field: equals < 1 ? "" : name };
    if (equals < 1) throw new InvalidPlan(where, "written as <ms> <type> field=value …", field);
    if (name in entry) throw new InvalidPlan(where, "given once", field);
    entry[name] = parseValue(field.slice(equals + 1), where);
  }
  return entry;
}

function parseValue(text: string, place: { index: number; field: string; line: number }): unknown {
  if (SIMPLE.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidPlan(place, "JSON without spaces, or a simple text", text);
  }
}
