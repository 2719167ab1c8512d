/**
 * Whom a phase waits for.
 *
 *     members ──▶ parties from the start        register ──▶ party, from this phase or the next
 *     count   ──▶ seats ──the first to come──▶   leaves, or dies (onDown: "deregister") ──▶ gone
 *
 * What somebody brought before it went stays: it did arrive.
 */

import { HOME, type MemberId } from "../../actors/index.ts";
import { keep, observe } from "./keeping.ts";
import type { RefusalReason, Welcome } from "./spec.ts";
import type { Home, Out, Party } from "./state.ts";

/** The first phase that would wait for it if it became a party now. */
export function firstFor(home: Home, member: MemberId): number {
  const { phase, arrivals, isAdvancing, rules } = home;
  const first = arrivals.has(member) || isAdvancing ? phase + 1 : phase;
  return rules.kind === "double" && first % 2 === 1 ? first + 1 : first;
}

export function addParty(home: Home, member: MemberId, party: Party, out: Out): void {
  home.parties.set(member, party);
  home.partiesMost = Math.max(home.partiesMost, home.parties.size);
  if (isWaitedFor(home, member, party)) home.waitingFor += 1;
  monitor(member, out);
  keep(home, { type: "registered", member, ...party }, out);
  observe(home, { type: "registered", member, from: party.from }, out);
}

export function monitor(member: MemberId, out: Out): void {
  // Home does not outlive itself.
  if (member !== HOME) out.push({ type: "monitor", member });
}

function isWaitedFor(home: Home, member: MemberId, { from }: Party): boolean {
  return from <= home.phase && !home.arrivals.has(member);
}

/** Takes one of the seats for those that come first. Returns what is in the way, if anything. */
export function seat(
  home: Home,
  member: MemberId,
  party: Party,
  out: Out,
): RefusalReason | undefined {
  if (home.parties.has(member)) return undefined;
  if (home.openSeats === 0) return whyNoPlace(home, member) ?? "not-registered";
  home.openSeats -= 1;
  addParty(home, member, party, out);
  return undefined;
}

/** Why it cannot become a party; undefined: it can. */
export function whyNoPlace(home: Home, member: MemberId): RefusalReason | undefined {
  const { rules, parties, lost, openSeats } = home;
  if (rules.membership === "changing") {
    return openSeats > 0 || parties.size < rules.partiesMax ? undefined : "full";
  }
  if (rules.members !== undefined) {
    return rules.members.includes(member) ? undefined : "unknown-member";
  }
  return openSeats > 0 || parties.size + lost.size < (rules.count ?? 0) ? undefined : "full";
}

/** Takes a party out. Whoever has lost it calls `passIfComplete` next. */
export function dismiss(
  home: Home,
  member: MemberId,
  isLost: boolean,
  reason: string,
  out: Out,
): void {
  const party = home.parties.get(member);
  if (party === undefined) return;
  home.parties.delete(member);
  const isArrived = home.arrivals.has(member);
  if (isWaitedFor(home, member, party)) home.waitingFor -= 1;
  if (isLost && home.rules.membership === "fixed") home.lost.add(member);
  if (!isLost && member !== HOME) out.push({ type: "demonitor", member });
  const value = home.arrivals.get(member);
  keep(home, { type: "left", member, isLost, isArrived, value }, out);
  observe(home, { type: "deregistered", member, reason }, out);
}

export function welcomeTo(home: Home, member: MemberId, n: number): Welcome {
  const party = home.parties.get(member);
  return {
    type: "welcome",
    life: home.life,
    n,
    phase: home.phase,
    from: party?.from ?? firstFor(home, member),
    isRegistered: party !== undefined,
    isDouble: home.rules.kind === "double",
    isDurable: home.isDurable,
    broken: home.broken,
    parties: home.parties.size,
    arrived: home.arrivals.size,
    openSeats: home.openSeats,
  };
}

/** Those that this phase still waits for, at most so many of them. */
export function missingOf(home: Home, max: number): readonly MemberId[] {
  const missing: MemberId[] = [];
  for (const [member, party] of home.parties) {
    if (missing.length === max) break;
    if (isWaitedFor(home, member, party)) missing.push(member);
  }
  return missing;
}

/** Counted anew, which is what `waitingFor` has to be. */
export function countMissing(home: Home): number {
  let count = 0;
  for (const [member, party] of home.parties) if (isWaitedFor(home, member, party)) count += 1;
  return count;
}
