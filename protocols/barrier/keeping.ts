/**
 * What home writes down if it is durable; recovery.ts reads it.
 *
 * Kept: who is a party, what those brought that have left, and what became of each phase. Not kept:
 * arrivals of other members, since they repeat themselves until the phase is over.
 *
 * Nothing that home says leaves before all that it has written is durable: so nobody ever hears of
 * a phase which a next life of home would not know to be over.
 */

import type { MemberId, RequestId } from "../../actors/index.ts";
import type { BarrierObservation, BarrierRecord, FromHome, Outcome } from "./spec.ts";
import type { Home, Out } from "./state.ts";

/** Outcomes of past phases that are kept for those who ask late. */
export const OUTCOMES_MAX = 16;
/** Commands of home's own clients that are known if they come again. */
const REQUESTS_MAX = 64;
/** Records until what is known is kept instead of them. */
export const SNAPSHOT_RECORDS = 256;

export function keep(home: Home, record: BarrierRecord, out: Out): void {
  if (!home.isDurable) return;
  home.seq += 1;
  home.index += 1;
  out.push({ type: "persist", seq: home.seq, records: [record] });
}

/** Once per event, when the state is whole. */
export function keepSnapshot(home: Home, out: Out): void {
  if (!home.isDurable || home.index - home.snapshotIndex < SNAPSHOT_RECORDS) return;
  home.seq += 1;
  home.snapshotIndex = home.index;
  out.push({ type: "snapshot", seq: home.seq, upTo: home.index });
}

/** To whoever watches. */
export function observe(home: Home, observation: BarrierObservation, out: Out): void {
  if (home.isDurable) out.push({ type: "observe", observation, after: home.seq });
  else out.push({ type: "observe", observation });
}

export function tell(
  home: Home,
  to: MemberId | readonly MemberId[],
  message: FromHome,
  out: Out,
): void {
  if (home.isDurable) out.push({ type: "send", to, message, after: home.seq });
  else out.push({ type: "send", to, message });
}

export function remember(home: Home, outcome: Outcome): void {
  home.outcomes.push(outcome);
  if (home.outcomes.length > OUTCOMES_MAX) home.outcomes.shift();
}

/** So that a client of its own that asks again is not counted again. */
export function rememberRequest({ requests, phase }: Home, request: RequestId): void {
  requests.set(request, phase);
  if (requests.size <= REQUESTS_MAX) return;
  for (const oldest of requests.keys()) {
    requests.delete(oldest);
    return;
  }
}

/** A next phase: nobody has arrived at it. */
export function begin(home: Home, phase: number): void {
  home.phase = phase;
  home.broken = undefined;
  home.isAdvancing = false;
  home.beganAt = undefined;
  home.arrivals.clear();
  home.waitingFor = 0;
  for (const { from } of home.parties.values()) if (from <= phase) home.waitingFor += 1;
}
