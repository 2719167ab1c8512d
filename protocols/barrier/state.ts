/** What a member knows, and what home knows beside. Plain data, changed in place by the core. */

import type { Effect, MemberId, ProtocolSpec, RequestId } from "../../actors/index.ts";
import type {
  Arrived,
  BarrierCommand,
  BarrierConfig,
  BarrierMessage,
  BarrierObservation,
  BarrierQuestion,
  BarrierRecord,
  BarrierReply,
  BarrierRules,
  Broken,
  Outcome,
} from "./spec.ts";
import type { Seen } from "./watch.ts";

/** Of a member that has not been heard of. */
export const UNHEARD = -1;

export interface BarrierSpec extends ProtocolSpec {
  readonly state: BarrierState;
  readonly config: BarrierRules;
  readonly options: BarrierConfig;
  readonly command: BarrierCommand;
  readonly reply: BarrierReply;
  readonly message: BarrierMessage;
  readonly record: BarrierRecord;
  readonly observation: BarrierObservation;
  readonly question: BarrierQuestion;
  readonly history: Seen;
}

/** What a step wants, in order. */
export type Out = Effect<BarrierSpec>[];

export interface BarrierState {
  readonly self: MemberId;
  member: Member;
  /** Of the member that counts. */
  readonly home: Home | undefined;
  /** It has not begun since it was recovered from what was kept. */
  isRecovered: boolean;
}

export interface Party {
  /** The first phase that waits for it. */
  from: number;
  /** What it asked for before this number does not concern its place here. */
  since: number;
  incarnation: number;
}

export interface Home {
  readonly rules: BarrierRules;
  /** Uint32, drawn when the instance was created. */
  life: number;
  readonly isDurable: boolean;
  phase: number;
  /** Why the phase will not pass; until a reset. */
  broken: Broken | undefined;
  /** All arrived, and the participant is asked `onAdvance`. */
  isAdvancing: boolean;
  readonly parties: Map<MemberId, Party>;
  openSeats: number;
  /** Parties that died, and get their place back when they return. */
  readonly lost: Set<MemberId>;
  /** Who arrived at this phase, and what each brought. */
  readonly arrivals: Map<MemberId, unknown>;
  /** Parties that this phase waits for: from it on, and not arrived. */
  waitingFor: number;
  /** Who wants to hear of a phase that is not over, party or not. */
  readonly awaiting: Map<MemberId, number>;
  /** At which phases commands of its own clients have arrived, the last ones, oldest first. */
  readonly requests: Map<RequestId, number>;
  /** The last ones, oldest first. */
  readonly outcomes: Outcome[];
  /** When the first arrived at this phase. */
  beganAt: number | undefined;
  /** All parties have left: it finishes once its clients know. */
  isOver: boolean;
  /** As many as there were at a time. */
  partiesMost: number;
  now: number;
  /** The last write of this life, the last that is durable, and the last record of all lives. */
  seq: number;
  durable: number;
  index: number;
  /** The last record that a snapshot stands for. */
  snapshotIndex: number;
}

/** A command on its way. */
export interface Item {
  readonly id: RequestId;
  readonly command: BarrierCommand;
  readonly deadline: number;
  readonly since: number;
  /** The answer to this `ask` is fresh enough for it; 0: it has not asked. */
  ask: number;
  /** Of the message to home that carries it; 0: there is none. */
  n: number;
  /** Whose outcome it waits for. */
  phase: number | undefined;
  /** The phase that a message to register or to reset names. */
  named: number;
}

export interface Member {
  /** Uint32, by which the repeats of members spread. */
  readonly seed: number;
  /** What it knows of home; undefined until home has answered. */
  known:
    | {
        readonly life: number;
        readonly isDouble: boolean;
        readonly isDurable: boolean;
        phase: number;
        isBroken: boolean;
        /** What to register from. */
        from: number;
      }
    | undefined;
  /** Where its users arrive next. */
  next: number;
  /** Counts what it asks for, from `first` on, so that answers to an earlier life do not fit. */
  n: number;
  readonly first: number;
  readonly isHome: boolean;
  /** Sent to home again until its phase is over. */
  arrival: Arrived | undefined;
  /** The last that it has heard of. */
  last: Outcome | undefined;
  readonly items: Map<RequestId, Item>;
  now: number;
  /** It will hear when home dies. */
  isWatching: boolean;
  heardAt: number;
  /** Repeats since something new was sent, and when that was. */
  repeats: number;
  sentAt: number;
  isTimed: boolean;
}

export function memberOf(seed: number, now: number, isHome: boolean): Member {
  const first = (seed + Math.floor(now)) >>> 0;
  return {
    seed,
    known: undefined,
    next: 0,
    n: first,
    first,
    isHome,
    arrival: undefined,
    last: undefined,
    items: new Map(),
    now,
    isWatching: false,
    heardAt: now,
    repeats: 0,
    sentAt: now,
    isTimed: false,
  };
}

export function homeOf(rules: BarrierRules, life: number, isDurable: boolean, now: number): Home {
  const parties = new Map<MemberId, Party>();
  for (const member of rules.members ?? []) {
    parties.set(member, { from: rules.firstPhase, since: 0, incarnation: UNHEARD });
  }
  return {
    rules,
    life,
    isDurable,
    phase: rules.firstPhase,
    broken: undefined,
    isAdvancing: false,
    parties,
    openSeats: rules.count ?? 0,
    lost: new Set(),
    arrivals: new Map(),
    waitingFor: parties.size,
    awaiting: new Map(),
    requests: new Map(),
    outcomes: [],
    beganAt: undefined,
    isOver: false,
    partiesMost: parties.size,
    now,
    seq: 0,
    durable: 0,
    index: 0,
    snapshotIndex: 0,
  };
}
