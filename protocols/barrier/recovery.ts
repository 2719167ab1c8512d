/** How a member begins: anew, or with what an earlier life of it has kept. */

import { type Boot, HOME, type MemberId, type RequestId } from "../../actors/index.ts";
import { begin, keep, remember, rememberRequest } from "./keeping.ts";
import { countMissing, monitor } from "./parties.ts";
import { following } from "./phases.ts";
import { askToAdvance, passIfComplete } from "./release.ts";
import type { BarrierRecord, Broken, Outcome } from "./spec.ts";
import {
  type BarrierSpec,
  type BarrierState,
  type Home,
  homeOf,
  memberOf,
  type Out,
  type Party,
  UNHEARD,
} from "./state.ts";

export function recovered(boot: Boot<BarrierSpec>): BarrierState {
  const { self, config, isDurable, seed, at, recovered: kept } = boot;
  const isHome = self === HOME && config !== undefined;
  const state: BarrierState = {
    self,
    member: memberOf(seed, at, isHome),
    home: isHome ? homeOf(config, seed, isDurable, at) : undefined,
    isRecovered: kept !== undefined,
  };
  if (state.home === undefined) return state;
  if (kept?.snapshot !== undefined) {
    restore(state.home, kept.snapshot.data as Snapshot);
    state.home.index = kept.snapshot.upTo;
    state.home.snapshotIndex = kept.snapshot.upTo;
  }
  for (const record of kept?.records ?? []) replay(state.home, record);
  state.home.waitingFor = countMissing(state.home);
  return state;
}

/** Home speaks first of all to its log. */
export function startHome(home: Home, out: Out): void {
  if (home.index === 0) keep(home, { type: "created", life: home.life }, out);
  for (const [member, { incarnation }] of home.parties) {
    if (incarnation !== UNHEARD) monitor(member, out);
  }
  if (home.isAdvancing) return askToAdvance(home, out);
  if (home.arrivals.size === 0 || home.broken !== undefined) return;
  home.beganAt = home.now;
  out.push({ type: "timer", key: "phase", inMs: home.rules.timeoutMs });
  passIfComplete(home, out);
}

/** What a record of an earlier life says. */
function replay(home: Home, record: BarrierRecord): void {
  home.index += 1;
  const { rules, lost, parties, arrivals } = home;
  switch (record.type) {
    case "created":
      home.life = record.life;
      return;
    case "registered": {
      const { member, from, since, incarnation } = record;
      const isNew = !lost.delete(member) && !parties.has(member);
      if (isNew && home.openSeats > 0) home.openSeats -= 1;
      parties.set(member, { from, since, incarnation });
      return;
    }
    case "arrived":
      arrivals.set(record.member, record.value);
      rememberRequest(home, record.request);
      return;
    case "left":
      parties.delete(record.member);
      if (record.isArrived) arrivals.set(record.member, record.value);
      if (record.isLost && rules.membership === "fixed") lost.add(record.member);
      return;
    case "passed":
      remember(home, record);
      return begin(home, following(record.phase, false, rules.kind === "double"));
    case "broken":
      remember(home, record);
      home.broken = record;
      return;
    case "opened":
      return begin(home, record.phase);
  }
}

/**
 * What records say, in one piece: not what is asked and awaited in this life, nor the arrivals of
 * those that will repeat them.
 */
interface Snapshot {
  readonly life: number;
  readonly phase: number;
  readonly broken: Broken | undefined;
  readonly openSeats: number;
  readonly parties: readonly (readonly [MemberId, Party])[];
  readonly lost: readonly MemberId[];
  readonly arrivals: readonly (readonly [MemberId, unknown])[];
  readonly requests: readonly (readonly [RequestId, number])[];
  readonly outcomes: readonly Outcome[];
}

/** A copy: what it is taken of goes on to change. */
export function snapshotOf({ home }: BarrierState): unknown {
  if (home === undefined) return undefined;
  const { life, phase, broken, openSeats, parties, lost, arrivals, requests, outcomes } = home;
  const isKept = (member: MemberId): boolean =>
    member === HOME || (parties.get(member)?.from ?? phase + 1) > phase;
  const snapshot: Snapshot = {
    life,
    phase,
    broken,
    openSeats,
    parties: [...parties].map(([member, party]) => [member, { ...party }]),
    lost: [...lost],
    arrivals: [...arrivals].filter(([member]) => isKept(member)),
    requests: [...requests],
    outcomes: [...outcomes],
  };
  return snapshot;
}

function restore(home: Home, snapshot: Snapshot): void {
  const { life, phase, broken, openSeats, parties, lost, arrivals, requests, outcomes } = snapshot;
  Object.assign(home, { life, phase, broken, openSeats });
  home.parties.clear();
  for (const [member, party] of parties) home.parties.set(member, { ...party });
  for (const member of lost) home.lost.add(member);
  for (const [member, value] of arrivals) home.arrivals.set(member, value);
  for (const [request, at] of requests) home.requests.set(request, at);
  home.outcomes.push(...outcomes);
}
