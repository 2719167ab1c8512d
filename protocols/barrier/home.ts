/**
 * What home does with what it is told: whoever arrives is counted once.
 *
 *     arrived p ──▶ p is over?        ──▶ what became of it, at once
 *               ──▶ counted already?  ──▶ nothing, or "counted" to whoever asks
 *               ──▶ no party?         ──▶ takes a seat, or is refused
 *               ──▶ counted; the last ──▶ **release** (release.ts)
 *
 * Messages come in any order, more than once where members repeat themselves, or never. So each
 * says which life and phase it means, and what has been overtaken has no effect:
 *
 *     an arrival   by its phase, and by `n` once its sender has registered anew
 *     to register  by the phase from which on: the one that home would give now
 *     a reset      by the phase that it ends
 */

import { HOME, type MemberId } from "../../actors/index.ts";
import { keep, rememberRequest, tell } from "./keeping.ts";
import { addParty, dismiss, firstFor, monitor, seat, welcomeTo, whyNoPlace } from "./parties.ts";
import { breakPhase, isFinal, openNext, outcomeOf, passIfComplete, refuse } from "./release.ts";
import type { Arrived, ToHome } from "./spec.ts";
import { type Home, type Out, type Party, UNHEARD } from "./state.ts";
import { fits } from "./value.ts";

export function hear(
  home: Home,
  from: MemberId,
  incarnation: number,
  message: ToHome,
  out: Out,
): void {
  noteLife(home, from, incarnation, out);
  if (message.type === "ask") return tell(home, from, welcomeTo(home, from, message.n), out);
  if (message.life !== home.life) return tell(home, from, welcomeTo(home, from, 0), out);
  switch (message.type) {
    case "register":
      return register(home, from, incarnation, message, out);
    case "arrived":
      return arrived(home, from, incarnation, message, out);
    case "await":
      return awaited(home, from, message, out);
    case "reset":
      return reset(home, from, message, out);
  }
}

/**
 * A party that is another incarnation than before has died in between, whether or not its death has
 * been told. Back again, it has its place back.
 */
function noteLife(home: Home, from: MemberId, incarnation: number, out: Out): void {
  if (home.parties.get(from)?.incarnation === incarnation) return;
  const before = home.parties.get(from)?.incarnation ?? UNHEARD;
  // Its own earlier life is what it has recovered from.
  if (before !== UNHEARD && from !== HOME) {
    out.push({ type: "demonitor", member: from });
    partyDown(home, from, "it came back as another incarnation", out);
  }
  if (home.lost.delete(from)) {
    addParty(home, from, { from: firstFor(home, from), since: 0, incarnation }, out);
    return;
  }
  const party = home.parties.get(from);
  if (party === undefined) return;
  party.since = 0;
  heardFrom(home, from, party, incarnation, out);
  monitor(from, out);
}

function heardFrom(
  home: Home,
  member: MemberId,
  party: Party,
  incarnation: number,
  out: Out,
): void {
  party.incarnation = incarnation;
  keep(home, { type: "registered", member, ...party }, out);
}

export function partyDown(home: Home, member: MemberId, reason: string, out: Out): void {
  const party = home.parties.get(member);
  if (party === undefined) return;
  heardFrom(home, member, party, UNHEARD, out);
  if (home.rules.onDown === "deregister") {
    dismiss(home, member, true, reason, out);
    return passIfComplete(home, out);
  }
  if (home.broken === undefined) {
    breakPhase(home, "member-down", `${member}: ${reason}`, out);
  }
}

function register(
  home: Home,
  from: MemberId,
  incarnation: number,
  { n, phase }: { readonly n: number; readonly phase: number },
  out: Out,
): void {
  if (!home.parties.has(from)) {
    const welcome = welcomeTo(home, from, 0);
    if (welcome.from !== phase) return tell(home, from, welcome, out);
    const isLast = home.broken !== undefined && isFinal(home.broken);
    const why = isLast ? "over" : whyNoPlace(home, from);
    if (why !== undefined) return refuse(home, from, n, why, phase, out);
    if (home.openSeats > 0) home.openSeats -= 1;
    addParty(home, from, { from: phase, since: n, incarnation }, out);
  }
  tell(home, from, welcomeTo(home, from, n), out);
}

function arrived(
  home: Home,
  from: MemberId,
  incarnation: number,
  message: Arrived,
  out: Out,
): void {
  const { n, phase, isLeaving, isAsking } = message;
  // Nobody is told of a phase before it opens.
  if (phase > home.phase) return;
  const isOver = phase < home.phase || home.broken !== undefined;
  // Who says it again wants to know that home lives.
  const isAnswered = isAsking || home.arrivals.has(from);
  if (isOver && !isLeaving && home.openSeats === 0 && !home.parties.has(from)) {
    const why = whyNoPlace(home, from) ?? "not-registered";
    return refuse(home, from, n, why, phase, out);
  }
  if (!isOver && !isCounted(home, from, incarnation, message, out)) return;
  const party = home.parties.get(from);
  if (isLeaving && party !== undefined && n >= party.since) {
    dismiss(home, from, false, "it left", out);
  }
  // Nobody tells it what becomes of the phase, but it may have clients that wait for it.
  if (!isOver && !home.parties.has(from)) wantOutcome(home, from, phase);
  if (isOver) tellOutcome(home, from, n, phase, out);
  if (isAnswered && (isLeaving || !isOver)) {
    tell(home, from, { type: "counted", life: home.life, n, phase }, out);
  }
  passIfComplete(home, out);
}

/** True: it is counted at the open phase, now or before. */
function isCounted(
  home: Home,
  from: MemberId,
  incarnation: number,
  { n, phase, value, request }: Arrived,
  out: Out,
): boolean {
  if (home.arrivals.has(from)) return true;
  const why = seat(home, from, { from: phase, since: n, incarnation }, out);
  const party = home.parties.get(from);
  if (party === undefined) {
    refuse(home, from, n, why ?? "not-registered", phase, out);
    return false;
  }
  if (n < party.since || party.from > phase) return false;
  if (!fits(value, home.rules.valueBytesMax)) {
    refuse(home, from, n, "too-large", phase, out);
    return false;
  }
  home.arrivals.set(from, value);
  home.waitingFor -= 1;
  if (from === HOME && request !== undefined) {
    rememberRequest(home, request);
    keep(home, { type: "arrived", member: from, value, request }, out);
  }
  if (home.beganAt === undefined) {
    home.beganAt = home.now;
    out.push({ type: "timer", key: "phase", inMs: home.rules.timeoutMs });
  }
  return true;
}

function awaited(
  home: Home,
  from: MemberId,
  { n, phase }: { readonly n: number; readonly phase: number },
  out: Out,
): void {
  const { broken } = home;
  if (broken !== undefined && phase > broken.phase && isFinal(broken)) {
    return tell(home, from, { type: "over", life: home.life, outcome: broken }, out);
  }
  const isOver = phase < home.phase || (phase === home.phase && broken !== undefined);
  if (isOver) return tellOutcome(home, from, n, phase, out);
  // Who says it again wants to know that home lives.
  if (home.awaiting.get(from) === phase) tell(home, from, welcomeTo(home, from, 0), out);
  wantOutcome(home, from, phase);
}

function wantOutcome(home: Home, from: MemberId, phase: number): void {
  // Who finds no room here asks again, and hears of it then.
  if (home.awaiting.size < home.rules.partiesMax) home.awaiting.set(from, phase);
}

function tellOutcome(home: Home, from: MemberId, n: number, phase: number, out: Out): void {
  const outcome = outcomeOf(home, phase);
  if (outcome === undefined) return refuse(home, from, n, "forgotten", phase, out);
  tell(home, from, { type: "over", life: home.life, outcome }, out);
}

function reset(
  home: Home,
  from: MemberId,
  { n, phase }: { readonly n: number; readonly phase: number },
  out: Out,
): void {
  if (phase === home.phase) {
    if (home.broken !== undefined && isFinal(home.broken)) {
      return refuse(home, from, n, "over", phase, out);
    }
    if (home.broken === undefined && home.arrivals.size > 0) {
      breakPhase(home, "reset", `by ${from}`, out);
    }
    if (home.broken !== undefined) openNext(home, out);
  }
  tell(home, from, welcomeTo(home, from, n), out);
}
