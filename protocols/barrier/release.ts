/**
 * The end of a phase, once and with one outcome for all.
 *
 *     all are there ──▶ (onAdvance?) ──▶ **passed** ──▶ the next phase is open
 *     time-out, a death, reset        ──▶ **broken** ──▶ a reset opens the next
 */

import { type Answer, HOME, type MemberId } from "../../actors/index.ts";
import { begin, keep, OUTCOMES_MAX, observe, remember, tell } from "./keeping.ts";
import { countMissing, missingOf } from "./parties.ts";
import { following, PHASE_MAX } from "./phases.ts";
import type { BreakCause, Outcome, RefusalReason } from "./spec.ts";
import type { Home, Out } from "./state.ts";
import { fits, RESULTS_BYTES_MAX, resultsOf } from "./value.ts";

/** Names of those that had not arrived that a broken phase tells. */
export const MISSING_TOLD = 32;
/** For so long home tells whoever asks again that it is over, before it finishes. */
export const OVER_MS = 3000;
export const DETAIL_CHARACTERS_MAX = 256;

export function passIfComplete(home: Home, out: Out): void {
  if (home.broken !== undefined || home.isAdvancing) return;
  if (home.waitingFor > 0 || home.openSeats > 0) return;
  if (home.arrivals.size === 0) return endIfLeft(home, out);
  if (!home.rules.onAdvance) return pass(home, undefined, out);
  home.isAdvancing = true;
  out.push({ type: "cancel", key: "phase" });
  askToAdvance(home, out);
}

export function askToAdvance(home: Home, out: Out): void {
  const { phase, arrivals, rules } = home;
  const question = { type: "onAdvance", phase, results: resultsOf(arrivals) } as const;
  out.push({ type: "ask", key: advanceKey(home), question, withinMs: rules.timeoutMs });
}

function advanceKey({ phase }: Home): string {
  return `advance:${phase}`;
}

/** What the participant made of the values. */
export function advanced(home: Home, key: string, answer: Answer, out: Out): void {
  if (!home.isAdvancing || key !== advanceKey(home)) return;
  if (answer.type === "failed") {
    return breakPhase(home, "advance-failed", `${answer.code}: ${answer.message}`, out);
  }
  if (!fits(answer.value, RESULTS_BYTES_MAX)) {
    const detail = `it returned no plain data of at most ${RESULTS_BYTES_MAX} bytes`;
    return breakPhase(home, "advance-failed", detail, out);
  }
  pass(home, { value: answer.value }, out);
}

function pass(home: Home, made: { readonly value: unknown } | undefined, out: Out): void {
  const { phase, arrivals } = home;
  const arrived = arrivals.size;
  const results = made === undefined ? resultsOf(arrivals) : [];
  const outcome: Outcome = { type: "passed", phase, arrived, results, outcome: made?.value };
  const waitMs = home.now - (home.beganAt ?? home.now);
  if (made === undefined) out.push({ type: "cancel", key: "phase" });
  begin(home, following(phase, false, home.rules.kind === "double"));
  announce(home, outcome, out);
  observe(home, { type: "passed", phase, arrived, waitMs }, out);
  out.push({ type: "metric", name: "phaseMs", value: waitMs });
  if (home.phase > PHASE_MAX) breakPhase(home, "exhausted", `behind phase ${PHASE_MAX}`, out);
  endIfLeft(home, out);
}

export function breakPhase(home: Home, cause: BreakCause, detail: string, out: Out): void {
  const { phase } = home;
  home.broken = {
    type: "broken",
    phase,
    cause,
    detail: detail.slice(0, DETAIL_CHARACTERS_MAX),
    missing: missingOf(home, MISSING_TOLD),
    missingCount: countMissing(home) + home.openSeats,
  };
  home.isAdvancing = false;
  home.beganAt = undefined;
  out.push({ type: "cancel", key: "phase" });
  announce(home, home.broken, out);
  observe(home, { type: "broken", phase, cause }, out);
}

/** No phase comes after it, and no reset helps. */
export function isFinal(outcome: Outcome): boolean {
  return outcome.type === "broken" && FINAL.has(outcome.cause);
}

const FINAL: ReadonlySet<BreakCause> = new Set(["ended", "exhausted"]);

/** Persists it, and tells all parties and whoever has asked. */
function announce(home: Home, outcome: Outcome, out: Out): void {
  remember(home, outcome);
  keep(home, outcome, out);
  const to = [...home.parties.keys()];
  // Its own clients have to know before it finishes.
  if (isFinal(outcome) && !home.parties.has(HOME)) to.push(HOME);
  for (const [member, phase] of home.awaiting) {
    const isTold = home.parties.has(member) || (member === HOME && isFinal(outcome));
    if (!isTold) to.push(member);
    if (phase <= outcome.phase) home.awaiting.delete(member);
  }
  if (to.length > 0) tell(home, to, { type: "over", life: home.life, outcome }, out);
}

export function timeOut(home: Home, out: Out): void {
  if (home.broken !== undefined || home.isAdvancing || home.beganAt === undefined) return;
  breakPhase(home, "timeout", `after ${home.rules.timeoutMs} ms`, out);
}

/** Nobody is left to arrive, and nobody can come back. */
function endIfLeft(home: Home, out: Out): void {
  if (home.isOver || home.parties.size > 0 || home.openSeats > 0 || home.lost.size > 0) return;
  if (home.broken === undefined) breakPhase(home, "ended", "all parties have left", out);
  home.isOver = true;
  out.push({ type: "timer", key: "over", inMs: OVER_MS });
}

/** After a break. */
export function openNext(home: Home, out: Out): void {
  const phase = following(home.phase, true, home.rules.kind === "double");
  begin(home, phase);
  keep(home, { type: "opened", phase }, out);
}

/** Undefined: it was over too long ago. */
export function outcomeOf(home: Home, phase: number): Outcome | undefined {
  return home.outcomes.findLast((outcome) => outcome.phase === phase);
}

export function refuse(
  home: Home,
  to: MemberId,
  n: number,
  reason: RefusalReason,
  phase: number,
  out: Out,
): void {
  const limit = limitOf(home, reason);
  tell(home, to, { type: "refused", life: home.life, n, reason, phase, limit }, out);
}

function limitOf({ rules }: Home, reason: RefusalReason): number {
  if (reason === "forgotten") return OUTCOMES_MAX;
  if (reason === "too-large") return rules.valueBytesMax;
  if (reason === "full")
    return rules.membership === "fixed" ? (rules.count ?? 0) : rules.partiesMax;
  return 0;
}
