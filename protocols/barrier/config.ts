/** What a barrier may be created with, and the defaults. */

import { ID_RULE, isMemberId } from "../../actors/index.ts";
import { InvalidBarrier } from "./errors.ts";
import { PHASE_MAX } from "./phases.ts";
import type { BarrierConfig, BarrierRules } from "./spec.ts";
import { ENTRY_BYTES, RESULTS_BYTES_MAX } from "./value.ts";

export const TIMEOUT_MS_DEFAULT = 30_000;
export const VALUE_BYTES_DEFAULT = 1024;
/** Parties of one barrier where they bring nothing. */
export const PARTIES_MAX = 65_536;
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

const KEYS: readonly (keyof BarrierConfig)[] = [
  "count",
  "members",
  "membership",
  "kind",
  "onDown",
  "timeoutMs",
  "valueBytesMax",
  "firstPhase",
  "onAdvance",
];

/** @throws InvalidBarrier (ERR_INVALID_BARRIER) that names the part which is wrong */
export function checkConfig(config: unknown): BarrierRules {
  const given = config as BarrierConfig;
  const isObject = typeof config === "object" && config !== null;
  const unknown = isObject ? Object.keys(config).find((key) => !KEYS.includes(key as never)) : "";
  const allowed = `an object with some of ${KEYS.join(", ")}`;
  need(unknown === undefined, "config", allowed, unknown === "" ? config : unknown);
  const { count, members, onAdvance = false } = given;
  const isOne = (count === undefined) !== (members === undefined);
  need(isOne, "config", "created with either count or members", config);
  const parties = members === undefined ? checkCount(count) : checkMembers(members);
  const kind = oneOf("kind", given.kind ?? "cyclic", ["cyclic", "double"]);
  need(typeof onAdvance === "boolean", "onAdvance", "true or false", onAdvance);
  const { valueBytesMax, partiesMax } = checkValues(given.valueBytesMax, parties);
  return {
    count,
    members: members === undefined ? undefined : [...members],
    membership: oneOf("membership", given.membership ?? "fixed", ["fixed", "changing"]),
    kind,
    onDown: oneOf("onDown", given.onDown ?? "break", ["break", "deregister"]),
    timeoutMs: whole("timeoutMs", given.timeoutMs ?? TIMEOUT_MS_DEFAULT, 1, TIMEOUT_MS_MAX),
    valueBytesMax,
    partiesMax,
    firstPhase: checkPhase(given.firstPhase ?? 0, kind === "double"),
    onAdvance,
  };
}

function checkCount(count: unknown): number {
  return whole("count", count, 1, PARTIES_MAX);
}

function checkMembers(members: unknown): number {
  const isList = Array.isArray(members) && members.length > 0 && members.length <= PARTIES_MAX;
  need(isList, "members", `a list of 1 to ${PARTIES_MAX} member ids`, members);
  const seen = new Set<unknown>();
  for (const [index, member] of (members as unknown[]).entries()) {
    const part = `members[${index}]`;
    need(isMemberId(member), part, ID_RULE, member);
    need(!seen.has(member), part, "an id that is not in the list already", member);
    seen.add(member);
  }
  return seen.size;
}

/** What all bring goes into one message, so many members can bring little each. */
function checkValues(
  given: unknown,
  parties: number,
): { readonly valueBytesMax: number; readonly partiesMax: number } {
  const share = Math.max(0, Math.floor(RESULTS_BYTES_MAX / parties) - ENTRY_BYTES);
  const asked = given ?? Math.min(VALUE_BYTES_DEFAULT, share);
  const valueBytesMax = whole("valueBytesMax", asked, 0, RESULTS_BYTES_MAX - ENTRY_BYTES);
  const fits = valueBytesMax === 0 || valueBytesMax <= share;
  need(fits, "valueBytesMax", `at most ${share} with ${parties} members`, given);
  const room = Math.floor(RESULTS_BYTES_MAX / (ENTRY_BYTES + valueBytesMax));
  return { valueBytesMax, partiesMax: valueBytesMax === 0 ? PARTIES_MAX : room };
}

function checkPhase(phase: unknown, isDouble: boolean): number {
  const first = whole("firstPhase", phase, 0, PHASE_MAX);
  need(!isDouble || first % 2 === 0, "firstPhase", "even for a double barrier", phase);
  return first;
}

function whole(part: string, value: unknown, min: number, max: number): number {
  const isWhole = Number.isSafeInteger(value) && (value as number) >= min;
  need(isWhole && (value as number) <= max, part, `a whole number from ${min} to ${max}`, value);
  return value as number;
}

function oneOf<T extends string>(part: string, value: unknown, allowed: readonly T[]): T {
  need(allowed.includes(value as T), part, `one of ${allowed.join(", ")}`, value);
  return value as T;
}

function need(holds: boolean, part: string, allowed: string, got: unknown): void {
  if (!holds) throw new InvalidBarrier(part, allowed, got);
}
