/**
 * Whether a value is a fault plan, and that plan in its one form.
 *
 *     any value ──copied as data──► each entry against its fields ──► sorted, frozen
 *
 * It is copied before it is looked at, so what was checked is what is carried out, whatever the
 * giver does to his own later. Two plans that mean the same have the same JSON.
 */

import { isWhole } from "../../runtime/wrong.ts";
import type { Plan, PlanEntry, PlanScope } from "./plan.ts";
import { sortPlan } from "./plan.ts";
import { InvalidPlan, type PlanPlace } from "./plan-error.ts";
import { AT, type FieldRule, fieldsOf, isPlanType, PLAN_TYPES } from "./plan-fields.ts";

export const PLAN_ENTRIES_MAX = 100_000;
/** Lists in lists in an entry; the deepest that is allowed has three. */
const DEPTH_MAX = 6;
/** Parts of any list in an entry; each field has its own bound below it. */
const PARTS_MAX = 10_000;

type Data = { readonly [name: string]: unknown };

/**
 * The plan that `value` is: a list of entries, each a plain object. `undefined` in a field means
 * that it is left out.
 *
 * @throws InvalidPlan (`ERR_INVALID_PLAN`), naming entry, field, what is allowed and what came.
 */
export function checkPlan(value: unknown, scope: PlanScope): Plan {
  const allowed = `a list of at most ${PLAN_ENTRIES_MAX} entries`;
  if (!Array.isArray(value) || value.length > PLAN_ENTRIES_MAX) {
    throw new InvalidPlan({ index: -1, field: "" }, allowed, value);
  }
  const entries: PlanEntry[] = [];
  for (let index = 0; index < value.length; index += 1) {
    entries.push(checkEntry(value[index], { index, field: "" }, scope));
  }
  return Object.freeze(sortPlan(entries));
}

/** One entry; `place` says where it stands, should it be wrong. */
export function checkEntry(value: unknown, place: PlanPlace, scope: PlanScope): PlanEntry {
  const data = copyOf(value, place, []);
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw new InvalidPlan(place, "an object { at, type, … }", value);
  }
  const { at, type, ...given } = data as Data;
  checkField("at", at, AT, place, scope);
  if (!isPlanType(type)) {
    throw new InvalidPlan({ ...place, field: "type" }, listedTypes(), type);
  }
  const entry: { [name: string]: unknown } = { at, type };
  const fields = fieldsOf(type);
  for (const [name, rule] of fields) {
    if (!checkField(name, given[name], rule, place, scope)) continue;
    entry[name] = given[name];
  }
  const names = fields.map(([name]) => name);
  const other = Object.keys(given).find((name) => !names.includes(name));
  if (other !== undefined) {
    const allowed = `left out: "${type}" has ${["at", "type", ...names].join(", ")}`;
    throw new InvalidPlan({ ...place, field: other }, allowed, given[other]);
  }
  return Object.freeze(entry) as unknown as PlanEntry;
}

function listedTypes(): string {
  return `a type: ${PLAN_TYPES.join(", ")}`;
}

/** Whether there is a value, which is then right. */
function checkField(
  name: string,
  value: unknown,
  rule: FieldRule,
  place: PlanPlace,
  scope: PlanScope,
): boolean {
  if (value === undefined && rule.optional) return false;
  const wrong = rule.wrong(value, scope);
  if (wrong === undefined) return true;
  const dot = wrong.key === "" || wrong.key.startsWith("[") ? "" : ".";
  throw new InvalidPlan({ ...place, field: `${name}${dot}${wrong.key}` }, wrong.allowed, wrong.got);
}

/** The same as frozen data; throws for what JSON would lose or change. */
function copyOf(value: unknown, place: PlanPlace, above: readonly object[]): unknown {
  const refuse = (what: string): never => {
    throw new InvalidPlan(place, `${what}, since a plan is written down and replayed`, value);
  };
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "number") {
    // JSON has no -0 either, and means 0 by it.
    return Number.isFinite(value) ? value + 0 : refuse("a finite number");
  }
  if (typeof value !== "object") return refuse("a text, number, true, false, list or plain object");
  if (above.includes(value)) return refuse("free of circles");
  if (above.length > DEPTH_MAX) return refuse(`at most ${DEPTH_MAX} levels deep`);
  const deeper = [...above, value];
  if (Array.isArray(value)) {
    if (!isWhole(0, PARTS_MAX).holds(value.length)) refuse(`a list of at most ${PARTS_MAX}`);
    // Holes are looked at as undefined, and refused.
    const parts = Array.from(value, (one, index) =>
      copyOf(one, within(place, `[${index}]`), deeper),
    );
    return Object.freeze(parts);
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) refuse("a plain object");
  return copyOfObject(value, place, deeper);
}

function copyOfObject(value: object, place: PlanPlace, above: readonly object[]): unknown {
  const copy: [name: string, value: unknown][] = [];
  for (const name of Reflect.ownKeys(value)) {
    const field = within(place, String(name));
    const descriptor = Object.getOwnPropertyDescriptor(value, name);
    if (typeof name === "symbol" || descriptor === undefined || !("value" in descriptor)) {
      throw new InvalidPlan(field, "a plain property with a text as its name", "something else");
    }
    if (descriptor.value === undefined) continue;
    copy.push([name, copyOf(descriptor.value, field, above)]);
  }
  // Unlike an assignment, it takes "__proto__" for a name like any other.
  return Object.freeze(Object.fromEntries(copy));
}

function within(place: PlanPlace, step: string): PlanPlace {
  const dot = place.field === "" || step.startsWith("[") ? "" : ".";
  return { ...place, field: `${place.field}${dot}${step}` };
}
