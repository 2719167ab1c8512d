/**
 * What a member of a ballot knows. It has one of two parts, or both: home counts, voters vote.
 */

import type { Effect, MemberId, ProtocolEvent, RequestId } from "../../actors/index.ts";
import type { Terms } from "./config.ts";
import type { BallotOutcome } from "./outcome.ts";
import type { Standing } from "./rule.ts";
import type { BallotSpec, OpenMessage, Opinion, Recorded, RefusalReason, Vote } from "./spec.ts";

/** Clients of one member that may wait at the same time. */
export const WAITING_MAX = 65_536;

/** A message is repeated ever later, up to this. */
export const RETRY_MS_MAX = 5_000;

export type Effects = Effect<BallotSpec>[];

export type CommandEvent = Extract<ProtocolEvent<BallotSpec>, { readonly type: "command" }>;
export type MessageEvent = Extract<ProtocolEvent<BallotSpec>, { readonly type: "message" }>;

export interface BallotState {
  readonly self: MemberId;
  readonly home: Home | undefined;
  readonly voter: Voter | undefined;
}

export interface Home {
  readonly terms: Terms;
  readonly isDurable: boolean;
  /** Whether what it was opened with is kept. */
  isOpened: boolean;
  readonly votes: Map<MemberId, Vote>;
  readonly standing: Standing;
  outcome: BallotOutcome | undefined;
  /** Clients that wait for the outcome. */
  readonly waiting: RequestId[];
  /** Once it is closed: members that are not known to have seen the outcome. */
  unseen: Set<MemberId>;
  deadlineAt: number;
  /** Until `open`, or `closed`, is said again. */
  retryMs: number;
  /** The last write, and the last that is durable; both 0 if nothing is kept. */
  seq: number;
  durableUpTo: number;
  /** Of the last record. */
  index: number;
  /** The write of the outcome. */
  decidedSeq: number;
}

/** A vote of a client that waits until it is recorded. */
export interface Casting {
  readonly id: RequestId;
  readonly opinion: Opinion;
  readonly epoch: number | undefined;
  /** Which vote of the member it has become; 0 while it is not cast. */
  revision: number;
}

export interface Voter {
  readonly self: MemberId;
  /** What it is all about; undefined until home has told. */
  ballot: OpenMessage | undefined;
  /** Incarnation of home. */
  homeLife: number;
  /** By the clock of this member. */
  deadlineAt: number;
  /** What it says, and what home has said that it counts. */
  vote: Vote | undefined;
  recorded: Recorded | undefined;
  /** The ballot is closed, and home will tell with what outcome. */
  isDecided: boolean;
  isAsking: boolean;
  /** There is no participant. */
  isAlone: boolean;
  casting: Casting[];
  /** Clients that wait for the outcome. */
  readonly waiting: RequestId[];
  outcome: BallotOutcome | undefined;
  /** Why there will never be an outcome here. */
  ended: RefusalReason | undefined;
  /** Until it speaks again; 0 while it does not. */
  retryMs: number;
}
