/**
 * Which fields each kind of entry has, and what may stand in them. The one list of them: the check,
 * the text form and the order of fields come from it, and the compiler compares it with the types.
 */

import { wrongDelay } from "../../runtime/sim/delay.ts";
import type { Unsynced } from "../../runtime/sim/stored.ts";
import type { DiskTrouble } from "../../runtime/sim/troubles.ts";
import { isNumber, isWhole, type Rule, type Wrong } from "../../runtime/wrong.ts";
import type { EntryOf, PlanScope, PlanType } from "./plan.ts";

/** `key` of what is wrong is the place within the field: "" or like `[0][1]`. */
export interface FieldRule {
  readonly optional: boolean;
  wrong(value: unknown, scope: PlanScope): Wrong | undefined;
}

type FieldsOf<Type extends PlanType> = {
  readonly [Name in Exclude<keyof EntryOf<Type>, "at" | "type">]-?: FieldRule;
};

/** 49 days: as nanoseconds, still exact in a double. */
export const AT_MS_MAX = 4_294_967_295;
/** A year, there or back. */
const CLOCK_STEP_MS_MAX = 31_536_000_000;
/** Clocks that run at half or at one and a half of the right speed. */
const DRIFT_PPM_MAX = 500_000;
const WRITES_MAX = 1_000_000_000;
const SYNCS_MAX = 1_000_000;
const BYTES_MAX = Number.MAX_SAFE_INTEGER;
const TEXT_CHARS_MAX = 1000;
/** Longest list of groups or pairs. */
const LIST_MAX = 1000;
/** Nodes that an error names. */
const NODES_TOLD_MAX = 10;

export const UNSYNCED: readonly Unsynced[] = ["lost", "prefix", "torn", "kept"];
const DISK_TROUBLES: readonly DiskTrouble[] = ["slowDisk", "failSync", "fillDisk"];
const IN_FLIGHT = ["delivered", "lost"];

const must = (wrong: FieldRule["wrong"]): FieldRule => ({ optional: false, wrong });
const may = ({ wrong }: FieldRule): FieldRule => ({ optional: true, wrong });
const simple = (rule: Rule): FieldRule =>
  must((got) => (rule.holds(got) ? undefined : { key: "", allowed: rule.allowed, got }));
const oneOf = (names: readonly string[]): FieldRule =>
  simple({ allowed: listed(names), holds: (value) => names.includes(value as string) });

const node = must(wrongNode);
const nodes = must((value, scope) => wrongList(value, 1, (one) => wrongNode(one, scope)));
const whole = (min: number, max: number): FieldRule => simple(isWhole(min, max));
const percent = simple(isNumber(0, 100));
const flag = simple({ allowed: "true or false", holds: (value) => typeof value === "boolean" });
const delay = must(wrongDelay);
const forMs = may(whole(0, AT_MS_MAX));
const text = simple({
  allowed: `a text of 1 to ${TEXT_CHARS_MAX} characters`,
  holds: (value) => typeof value === "string" && value.length > 0 && value.length <= TEXT_CHARS_MAX,
});
const cut = { name: may(text), inFlight: may(oneOf(IN_FLIGHT)) };

export const AT: FieldRule = whole(0, AT_MS_MAX);

export const FIELDS: { readonly [Type in PlanType]: FieldsOf<Type> } = {
  crash: { node, actor: text },
  stall: { node, actor: text, forMs },
  slow: { node, actor: text, delay, forMs },
  kill: { node, thread: must(wrongThread), afterWrites: may(whole(0, WRITES_MAX)) },
  crashNode: { node, unsynced: may(oneOf(UNSYNCED)) },
  restartNode: { node },
  pauseNode: { node },
  resumeNode: { node },
  stepClock: { node, byMs: whole(-CLOCK_STEP_MS_MAX, CLOCK_STEP_MS_MAX) },
  driftClock: { node, ppm: whole(-DRIFT_PPM_MAX, DRIFT_PPM_MAX) },
  partition: { groups: must(wrongGroups), ...cut },
  oneWayPartition: { from: nodes, to: nodes, ...cut },
  partialPartition: { pairs: must(wrongPairs), ...cut },
  heal: { name: may(text) },
  link: {
    from: may(nodes),
    to: may(nodes),
    delay: may(delay),
    lossPercent: may(percent),
    duplicatePercent: may(percent),
    fifo: may(flag),
  },
  mendLink: { from: may(nodes), to: may(nodes) },
  slowDisk: { node, delay },
  failSync: { node, times: may(whole(1, SYNCS_MAX)) },
  fillDisk: { node, freeBytes: whole(0, BYTES_MAX) },
  flipBit: {
    node,
    file: may(text),
    offset: may(whole(0, BYTES_MAX)),
    bit: may(whole(0, 7)),
  },
  mendDisk: { node, of: may(oneOf(DISK_TROUBLES)) },
};

/** The types of entries, in the order of the table. */
export const PLAN_TYPES: readonly PlanType[] = Object.keys(FIELDS) as PlanType[];

export function isPlanType(type: unknown): type is PlanType {
  return typeof type === "string" && Object.hasOwn(FIELDS, type);
}

/** The fields of a type with their rules, in the order in which they are told. */
export function fieldsOf(type: PlanType): [name: string, rule: FieldRule][] {
  return Object.entries(FIELDS[type]);
}

export function listed(names: readonly string[]): string {
  const told = names.slice(0, NODES_TOLD_MAX).map((name) => JSON.stringify(name));
  const more = names.length > told.length ? `, … (${names.length} in all)` : "";
  return names.length === 1 ? `${told[0]}` : `one of ${told.join(", ")}${more}`;
}

function wrongNode(got: unknown, scope: PlanScope): Wrong | undefined {
  if (scope.nodes.includes(got as string)) return undefined;
  return { key: "", allowed: `the name of a node, ${listed(scope.nodes)}`, got };
}

function wrongThread(got: unknown, { threads }: PlanScope): Wrong | undefined {
  if (threads === 0) return { key: "", allowed: "of a node with worker threads; it has none", got };
  return simple(isWhole(1, threads)).wrong(got, { nodes: [], threads });
}

/** Looks at each part of a list of `min` or more, and says where the wrong one stands. */
function wrongList(
  value: unknown,
  min: number,
  wrongOne: (one: unknown) => Wrong | undefined,
): Wrong | undefined {
  if (!Array.isArray(value) || value.length < min || value.length > LIST_MAX) {
    return { key: "", allowed: `a list of ${min} to ${LIST_MAX}`, got: value };
  }
  for (const [index, one] of value.entries()) {
    const wrong = wrongOne(one);
    if (wrong !== undefined) return { ...wrong, key: `[${index}]${wrong.key}` };
  }
  return undefined;
}

function wrongGroups(value: unknown, scope: PlanScope): Wrong | undefined {
  const seen = new Set<unknown>();
  const wrongMember = (got: unknown): Wrong | undefined => {
    const twice = { key: "", allowed: "in one group only", got };
    if (seen.has(got)) return twice;
    seen.add(got);
    return wrongNode(got, scope);
  };
  return wrongList(value, 2, (group) => wrongList(group, 1, wrongMember));
}

function wrongPairs(value: unknown, scope: PlanScope): Wrong | undefined {
  return wrongList(value, 1, (pair) => {
    const wrong = wrongList(pair, 2, (one) => wrongNode(one, scope));
    if (wrong !== undefined) return wrong;
    const [one, other, ...more] = pair as unknown[];
    if (one !== other && more.length === 0) return undefined;
    return { key: "", allowed: "two different nodes", got: pair };
  });
}
