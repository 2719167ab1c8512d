/**
 * What must be true of a barrier after every step, whatever is lost, repeated, or killed:
 *
 *     S1  a phase passes only when all its parties that live have arrived, by their own word
 *     S2  a phase has one outcome, with one set of results, for all who hear of it
 *         and nobody hears of a phase that a next life of home does not know to be over
 *
 * Left out: that it ends (tests bound their runs), and what clients were told before they died.
 */

import { HOME, type MemberId, type States } from "../../actors/index.ts";
import { countMissing } from "./parties.ts";
import type { Outcome } from "./spec.ts";
import type { BarrierSpec, Home, Member } from "./state.ts";

/** Phases whose outcomes are compared. */
const PHASES_MAX = 256;
/** The last phase passes, and with the last party the barrier ends. */
const OUTCOMES_PER_STEP = 2;

/** What the looks before have seen. */
export interface Seen {
  /** A hash of each, by "life:phase"; oldest first. */
  readonly outcomes: Map<string, number>;
  /** Of them, those of which a member was seen to have heard. */
  readonly told: Set<string>;
  /** The last that each member was seen to have heard of. */
  readonly heard: Map<MemberId, string>;
  /** From which phase on home waited for each party. */
  parties: Map<MemberId, number>;
  /** At home, as "life:phase". */
  at: string;
}

/** @throws Error that says what must not be, and at which phase */
export function watch(members: States<BarrierSpec>, before: Seen | undefined): Seen {
  const seen = before ?? nothing();
  const home = members.get(HOME)?.home;
  if (home !== undefined) checkHome(home, members, seen);
  for (const [id, { member }] of members) {
    if (home !== undefined) checkKnown(id, member, home);
    checkHeard(id, member, home, seen);
  }
  for (const key of seen.outcomes.keys()) {
    if (seen.outcomes.size <= PHASES_MAX) break;
    seen.outcomes.delete(key);
    seen.told.delete(key);
  }
  if (home === undefined) return seen;
  seen.parties = new Map();
  for (const [id, { from }] of home.parties) seen.parties.set(id, from);
  seen.at = keyOf(home, home.phase);
  return seen;
}

function nothing(): Seen {
  const [outcomes, told, heard, parties] = [new Map(), new Set<string>(), new Map(), new Map()];
  return { outcomes, told, heard, parties, at: "" };
}

function checkHome(home: Home, members: States<BarrierSpec>, seen: Seen): void {
  const isOpen = home.broken === undefined && !home.isAdvancing;
  if (isOpen && home.waitingFor !== countMissing(home)) {
    const missing = countMissing(home);
    wrong(home.phase, `waits for ${home.waitingFor}, and ${missing} have not arrived`);
  }
  for (const outcome of home.outcomes.slice(-OUTCOMES_PER_STEP)) {
    const key = keyOf(home, outcome.phase);
    const hash = hashOf(outcome);
    if (seen.outcomes.get(key) === hash) continue;
    if (seen.told.has(key)) wrong(outcome.phase, `was told, and is ${textOf(outcome)} now`);
    seen.outcomes.set(key, hash);
    if (outcome.type === "passed" && seen.at === key) {
      checkPass(outcome, members, seen, home.isDurable);
    }
  }
}

/** It has just passed: those that it waited for have sent word, and wait themselves. */
function checkPass(
  { phase, results }: Outcome & { readonly type: "passed" },
  members: States<BarrierSpec>,
  seen: Seen,
  isDurable: boolean,
): void {
  for (const [id, from] of seen.parties) {
    const member = members.get(id)?.member;
    // One that has not heard of home has come anew, and its place was that of its earlier life.
    if (from > phase || member?.known === undefined) continue;
    // What home's own clients have brought is kept, and they say it again.
    if (id === HOME && isDurable) continue;
    // Home's own has heard of it already.
    const { arrival, next } = member;
    const hasArrived = arrival?.phase === phase || arrival?.isLeaving === true || next > phase;
    if (!hasArrived) wrong(phase, `passed before ${id} had arrived`);
  }
  if (new Set(results.map(({ member }) => member)).size < results.length) {
    wrong(phase, "has two results of one member");
  }
}

function checkKnown(id: MemberId, { known, arrival }: Member, home: Home): void {
  if (known === undefined || known.life !== home.life) return;
  if (known.phase > home.phase) wrong(known.phase, `is known to ${id}, and not to home`);
  if (arrival !== undefined && arrival.phase > home.phase) {
    wrong(arrival.phase, `has been arrived at by ${id}, and is not open`);
  }
}

/**
 * What a member has heard is what home has said. Of a home that died in the step in which it spoke,
 * nobody has seen what it said: then whoever hears of it first is believed.
 */
function checkHeard(
  id: MemberId,
  { known, last }: Member,
  home: Readonly<Home> | undefined,
  seen: Seen,
): void {
  if (known === undefined || last === undefined) return;
  const key = keyOf(known, last.phase);
  if (key === seen.heard.get(id)) return;
  seen.heard.set(id, key);
  const hash = hashOf(last);
  const decided = seen.outcomes.get(key) ?? (home?.life === known.life ? undefined : hash);
  if (decided === undefined && seen.outcomes.size >= PHASES_MAX) return;
  if (decided !== hash) wrong(last.phase, `is ${textOf(last)} at ${id}, and is not at home`);
  seen.outcomes.set(key, hash);
  seen.told.add(key);
}

function keyOf({ life }: { readonly life: number }, phase: number): string {
  return `${life}:${phase}`;
}

/** @source Fowler, Noll and Vo, FNV-1a with 32 bits */
function hashOf(outcome: Outcome): number {
  let hash = 0x811c9dc5;
  const text = textOf(outcome);
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}

function textOf(outcome: Outcome): string {
  return JSON.stringify(outcome, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
}

function wrong(phase: number, what: string): never {
  throw new Error(`barrier: phase ${phase} ${what}`);
}
