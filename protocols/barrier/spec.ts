/**
 * What is said at a barrier: by clients, between members, in the log, and to whoever watches.
 *
 *     client ──command──▶ member ──ask, register, arrived, await, reset──▶ home
 *     client ◀──reply──── member ◀──welcome, counted, over, refused── home
 *
 * `life` names what home knows: another life knows nothing of the phases before. `n` numbers what
 * one member asks for, so that an answer to something older is told from the answer to this.
 */

import type { MemberId, RequestId } from "../../actors/index.ts";

/** How a barrier is created: with a count, or with the ids of its members. */
export interface BarrierConfig {
  /** Seats for the first so many members that come, 1 to 65 536. */
  readonly count?: number;
  /** Who has to arrive. At least one, no id twice. */
  readonly members?: readonly MemberId[];
  /**
   * "fixed" (default): nobody but them, who may come back after they have left.
   * "changing": any member may register at any time, as with a phaser.
   */
  readonly membership?: "fixed" | "changing";
  /** "double": phases come in pairs, to enter and to leave. Default "cyclic". */
  readonly kind?: "cyclic" | "double";
  /** When a party dies: break the phase for all (default), or go on without it. */
  readonly onDown?: "break" | "deregister";
  /** Milliseconds from a phase's first arrival until it is broken, 1 to 2^31 - 1; 30 000. */
  readonly timeoutMs?: number;
  /** Most that one member may bring, default 1024 or what 491 520 bytes leave to each. */
  readonly valueBytesMax?: number;
  /** Where to begin, default 0; even for a double one. */
  readonly firstPhase?: number;
  /**
   * Home's participant is asked `onAdvance` with all values before anybody is released, once per
   * phase that passes. What it returns is carried to all instead of them.
   */
  readonly onAdvance?: boolean;
}

/** Checked, with its defaults. Travels and is kept, so it is plain data. */
export interface BarrierRules {
  readonly count: number | undefined;
  readonly members: readonly MemberId[] | undefined;
  readonly membership: "fixed" | "changing";
  readonly kind: "cyclic" | "double";
  readonly onDown: "break" | "deregister";
  readonly timeoutMs: number;
  readonly valueBytesMax: number;
  readonly partiesMax: number;
  readonly firstPhase: number;
  readonly onAdvance: boolean;
}

export type BarrierCommand =
  /** Be a party from now on. */
  | { readonly type: "register" }
  /** Counted, and not to wait. */
  | { readonly type: "arrive"; readonly value?: unknown; readonly phase?: number }
  | { readonly type: "arriveAndAwait"; readonly value?: unknown; readonly phase?: number }
  | { readonly type: "arriveAndDeregister"; readonly value?: unknown; readonly phase?: number }
  /** Of a double barrier. */
  | { readonly type: "enter"; readonly value?: unknown }
  | { readonly type: "leave"; readonly value?: unknown }
  /** What became of a phase; anybody may wait for it. */
  | { readonly type: "await"; readonly phase: number }
  /** Opens a broken barrier again; breaks a phase at which somebody waits. Only this phase. */
  | { readonly type: "reset"; readonly phase?: number }
  | { readonly type: "status" };

export const BREAK_CAUSES = [
  "timeout",
  "member-down",
  "reset",
  "advance-failed",
  "home-lost",
  "exhausted",
  "ended",
] as const;
export type BreakCause = (typeof BREAK_CAUSES)[number];

/** What a member brought. */
export interface Brought {
  readonly member: MemberId;
  readonly value?: unknown;
}

export interface Passed {
  readonly type: "passed";
  readonly phase: number;
  /** How many arrived. */
  readonly arrived: number;
  /** Of those that brought something, by the order of their ids. */
  readonly results: readonly Brought[];
  /** What `onAdvance` returned. */
  readonly outcome?: unknown;
}

export interface Broken {
  readonly type: "broken";
  readonly phase: number;
  readonly cause: BreakCause;
  /** Whose death it was, or what else there is to say. */
  readonly detail: string;
  /** Some of those that had not arrived, at most 32. */
  readonly missing: readonly MemberId[];
  readonly missingCount: number;
}

export type Outcome = Passed | Broken;

export const REFUSALS = [
  "unknown-member",
  "full",
  "not-registered",
  "too-large",
  "not-open",
  "not-double",
  "not-cyclic",
  "already-entered",
  "not-entered",
  "forgotten",
  "over",
  "not-a-command",
] as const;
export type RefusalReason = (typeof REFUSALS)[number];

/** Nothing has happened. `limit` is the number that was in the way, if one was. */
export interface Refused {
  readonly type: "refused";
  readonly reason: RefusalReason;
  readonly phase: number;
  readonly limit: number;
}

export interface BarrierStatus {
  readonly type: "status";
  readonly phase: number;
  readonly broken: Broken | undefined;
  readonly parties: number;
  readonly arrived: number;
  readonly openSeats: number;
}

export type BarrierReply =
  | Outcome
  | Refused
  | BarrierStatus
  /** From which phase on. */
  | { readonly type: "registered"; readonly phase: number }
  | { readonly type: "arrived"; readonly phase: number }
  /** Which phase is open. */
  | { readonly type: "reset"; readonly phase: number }
  /** Home has been silent for so long, and has not said what became of it. */
  | { readonly type: "unknown"; readonly afterMs: number }
  /** Home has not been heard of at all. Nothing has happened. */
  | { readonly type: "unheard"; readonly afterMs: number };

export interface Arrived {
  readonly type: "arrived";
  readonly life: number;
  readonly n: number;
  readonly phase: number;
  readonly value?: unknown;
  /** Of home's own client, which asks again when home has died. */
  readonly request?: RequestId | undefined;
  readonly isLeaving: boolean;
  /** It wants to hear that it is counted, and not only what becomes of the phase. */
  readonly isAsking: boolean;
}

export type ToHome =
  | { readonly type: "ask"; readonly n: number }
  | {
      readonly type: "register";
      readonly life: number;
      readonly n: number;
      readonly phase: number;
    }
  | Arrived
  | { readonly type: "await"; readonly life: number; readonly n: number; readonly phase: number }
  | { readonly type: "reset"; readonly life: number; readonly n: number; readonly phase: number };

export interface Welcome {
  readonly type: "welcome";
  readonly life: number;
  /** What it answers; 0: nothing. */
  readonly n: number;
  readonly phase: number;
  /** The first phase at which this member is, or could be, waited for. */
  readonly from: number;
  readonly isRegistered: boolean;
  readonly isDouble: boolean;
  readonly isDurable: boolean;
  readonly broken?: Broken | undefined;
  readonly parties: number;
  readonly arrived: number;
  readonly openSeats: number;
}

export type FromHome =
  | Welcome
  | { readonly type: "counted"; readonly life: number; readonly n: number; readonly phase: number }
  /** What became of a phase. */
  | { readonly type: "over"; readonly life: number; readonly outcome: Outcome }
  | ({ readonly life: number; readonly n: number } & Refused);

export type BarrierMessage = ToHome | FromHome;

export type BarrierRecord =
  | { readonly type: "created"; readonly life: number }
  | {
      readonly type: "registered";
      readonly member: MemberId;
      readonly from: number;
      readonly since: number;
      readonly incarnation: number;
    }
  | {
      readonly type: "arrived";
      readonly member: MemberId;
      readonly value?: unknown;
      readonly request: RequestId;
    }
  /** Arrived at the open phase and left, or died. */
  | {
      readonly type: "left";
      readonly member: MemberId;
      readonly isLost: boolean;
      readonly isArrived: boolean;
      readonly value?: unknown;
    }
  | Outcome
  /** A phase is open that does not follow one that passed. */
  | { readonly type: "opened"; readonly phase: number };

export type BarrierObservation =
  | { readonly type: "registered"; readonly member: MemberId; readonly from: number }
  | { readonly type: "deregistered"; readonly member: MemberId; readonly reason: string }
  | {
      readonly type: "passed";
      readonly phase: number;
      readonly arrived: number;
      /** From the first arrival to the last. */
      readonly waitMs: number;
    }
  | { readonly type: "broken"; readonly phase: number; readonly cause: BreakCause };

export interface BarrierQuestion {
  readonly type: "onAdvance";
  readonly phase: number;
  readonly results: readonly Brought[];
}
