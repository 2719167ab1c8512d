/** What a member makes of what home says. */

import { HOME } from "../../actors/index.ts";
import { begin, reset } from "./member.ts";
import { isFinal } from "./release.ts";
import { toHome } from "./repeat.ts";
import { goOn, settle } from "./settling.ts";
import type { BreakCause, Broken, FromHome, Outcome, Refused, Welcome } from "./spec.ts";
import type { Item, Member, Out } from "./state.ts";

export function heard(member: Member, message: FromHome, out: Out): void {
  member.heardAt = member.now;
  if (!member.isHome && !member.isWatching) {
    member.isWatching = true;
    out.push({ type: "monitor", member: HOME });
  }
  if (message.type === "welcome") return welcomed(member, message, out);
  if (message.life !== member.known?.life) return;
  switch (message.type) {
    case "counted":
      return counted(member, message, out);
    case "over":
      return over(member, message.outcome, out);
    case "refused":
      return refused(member, message, out);
  }
}

function welcomed(member: Member, welcome: Welcome, out: Out): void {
  const { life, phase, from, isDouble, isDurable, broken } = welcome;
  const isBroken = broken !== undefined;
  if (member.known !== undefined && member.known.life !== life) {
    loseHome(member, "home-lost", "another life of home has begun", out);
  }
  const { known } = member;
  if (known === undefined) {
    if (welcome.n <= member.first || welcome.n > member.n) return;
    member.known = { life, isDouble, isDurable, phase, isBroken, from };
    member.next = Math.max(phase, from);
  } else if (phase > known.phase || (phase === known.phase && isBroken)) {
    known.phase = phase;
    known.isBroken = isBroken;
  }
  if (known !== undefined) known.from = from;
  for (const item of member.items.values()) answer(member, item, welcome, out);
}

/** What a welcome means for one command. */
function answer(member: Member, item: Item, welcome: Welcome, out: Out): void {
  const { n, phase } = welcome;
  const isFresh = item.ask > 0 && n >= item.ask;
  switch (item.command.type) {
    case "register":
      return registered(member, item, welcome, out);
    case "status":
      return isFresh ? settle(member, item, { ...status(welcome) }, out) : undefined;
    case "reset":
      if (item.n > 0 && item.n === n) return settle(member, item, { type: "reset", phase }, out);
      if (item.command.phase !== undefined) return begin(member, item, out);
      return isFresh ? reset(member, item, phase, welcome.life, out) : undefined;
    default:
      if (item.phase !== undefined) return;
      begin(member, item, out);
      if (isFresh) stillUnbound(member, item, welcome, out);
  }
}

function registered(member: Member, item: Item, { n, from }: Welcome, out: Out): void {
  if (item.n > 0 && item.n === n) {
    member.next = Math.max(member.next, from);
    return settle(member, item, { type: "registered", phase: from }, out);
  }
  if (item.n === 0 || item.named !== from) begin(member, item, out);
}

function status({ phase, broken, parties, arrived, openSeats }: Welcome) {
  return { type: "status", phase, broken, parties, arrived, openSeats } as const;
}

/** It is to arrive at a phase that is not open, and has asked why. */
function stillUnbound(member: Member, item: Item, welcome: Welcome, out: Out): void {
  const isUnbound = member.items.has(item.id) && item.phase === undefined;
  if (!isUnbound || member.next <= welcome.phase) return;
  if (welcome.broken !== undefined) return settle(member, item, welcome.broken, out);
  if (welcome.isRegistered) return;
  const { next } = member;
  settle(member, item, { type: "refused", reason: "not-registered", phase: next, limit: 0 }, out);
}

function counted(
  member: Member,
  { n, phase }: { readonly n: number; readonly phase: number },
  out: Out,
): void {
  const { arrival } = member;
  if (arrival?.n === n) {
    member.arrival = arrival.isLeaving ? undefined : { ...arrival, isAsking: false };
    // What becomes of the phase is not told to it any more.
    if (arrival.isLeaving) goOn(member, phase, false);
  }
  for (const item of member.items.values()) {
    if (item.phase !== phase || item.n > n || !isAsking(item)) continue;
    settle(member, item, { type: "arrived", phase }, out);
  }
  if (member.arrival !== undefined || member.known === undefined) return;
  const { life } = member.known;
  for (const item of member.items.values()) {
    if (item.phase === phase) toHome({ type: "await", life, n: item.n, phase }, out);
  }
  beginRest(member, out);
}

function isAsking({ command: { type } }: Item): boolean {
  return type === "arrive" || type === "arriveAndDeregister";
}

/** A phase is over. */
function over(member: Member, outcome: Outcome, out: Out): void {
  const { phase } = outcome;
  const isBroken = outcome.type === "broken";
  learn(member, phase, isBroken);
  if (member.last === undefined || member.last.phase <= phase) member.last = outcome;
  const leaving = member.arrival?.isLeaving === true ? member.arrival.phase : undefined;
  // That it leaves is not known to be heard yet.
  if (member.arrival?.phase === phase && leaving === undefined) member.arrival = undefined;
  if (!isBroken) goOn(member, phase, false);
  if (member.items.size === 0) return;
  const isLast = isFinal(outcome);
  for (const item of member.items.values()) {
    const isLeaving = item.command.type === "arriveAndDeregister" && item.phase === leaving;
    // It waits for the next phase, which does not come.
    const isEarly = isBroken && item.phase === undefined && isArriving(item);
    if ((item.phase === phase && !isLeaving) || isEarly || isLast) {
      settle(member, item, outcome, out);
    }
  }
  beginRest(member, out);
}

function learn(member: Member, phase: number, isBroken: boolean): void {
  const { known } = member;
  if (known === undefined || phase < known.phase) return;
  known.phase = isBroken ? phase : phase + 1;
  known.isBroken = isBroken;
}

/** Those that had to wait until an arrival before theirs was over, or a phase was open. */
function beginRest(member: Member, out: Out): void {
  for (const item of member.items.values()) {
    if (item.phase === undefined && isArriving(item)) begin(member, item, out);
  }
}

function isArriving({ command: { type } }: Item): boolean {
  return type !== "register" && type !== "status" && type !== "reset";
}

function refused(
  member: Member,
  { n, reason, phase, limit }: Refused & { n: number },
  out: Out,
): void {
  const refusal: Refused = { type: "refused", reason, phase, limit };
  const isArrival = member.arrival?.n === n;
  if (isArrival) member.arrival = undefined;
  // It has slept through too many phases: it goes on where the others are.
  if (reason === "forgotten") member.next = Math.max(member.next, member.known?.phase ?? 0);
  for (const item of member.items.values()) {
    const isMeant = isArrival
      ? item.phase === phase && item.command.type !== "await"
      : item.n === n;
    if (isMeant) settle(member, item, refusal, out);
  }
}

/** Home kept nothing, and is gone: nobody will ever say what became of what was asked. */
export function loseHome(member: Member, cause: BreakCause, detail: string, out: Out): void {
  if (member.known === undefined) return;
  const { next } = member;
  for (const item of member.items.values()) {
    const phase = item.phase ?? next;
    const broken: Broken = { type: "broken", phase, cause, detail, missing: [], missingCount: 0 };
    settle(member, item, broken, out);
  }
  member.known = undefined;
  member.arrival = undefined;
  member.last = undefined;
}
