/**
 * The words of a ballot: what clients ask, what members say to each other, what is kept.
 *
 *     client ──vote──▶ voter ──vote──▶ home     home ──open──▶ voter ──evaluate──▶ participant
 *                      voter ◀─recorded─        home ──closed──▶ voter ──outcome──▶ client
 */

import type { MemberId, ProtocolSpec } from "../../actors/index.ts";
import type { BallotConfig, CheckedConfig } from "./config.ts";
import type { Audited, BallotOutcome } from "./outcome.ts";
import type { BallotState } from "./state.ts";
import type { BallotHistory } from "./watch.ts";

/** What a member says, as a client or a participant puts it. */
export interface Opinion {
  /** One of the options, or "reject" (none of them), or "abstain" (counts for the quorum only). */
  readonly choice: string;
  /** From 0 to 1; default 1. It is told, and never counts. */
  readonly confidence?: number;
  /** At most RATIONALE_MAX characters; default "". */
  readonly rationale?: string;
}

/** An opinion as it is counted: complete, and the how manieth of its member, from 1. */
export interface Vote {
  readonly choice: string;
  readonly confidence: number;
  readonly rationale: string;
  readonly revision: number;
}

/** What a participant answers to `evaluate`. */
export interface Evaluation {
  readonly vote: string;
  readonly confidence?: number;
  readonly rationale?: string;
}

export type RefusalReason =
  | "unknown-member"
  | "wrong-epoch"
  | "unknown-choice"
  | "invalid-confidence"
  | "invalid-rationale"
  | "voted-already"
  | "too-many-revisions"
  | "too-many-waiting"
  | "not-home"
  | "unknown-command"
  | "home-lost";

export type BallotCommand =
  /** `member` for whom it is: at home anybody of the electorate, elsewhere the member itself. */
  | ({ readonly type: "vote"; readonly member?: MemberId; readonly epoch?: number } & Opinion)
  /** Waits until the ballot is closed. */
  | { readonly type: "outcome" }
  /** Closes it now, as its deadline would. At home only, as are the next two. */
  | { readonly type: "close" }
  | { readonly type: "status" }
  | { readonly type: "audit" }
  /** How long it may last. */
  | { readonly type: "left" };

/** How it stands. */
export interface BallotStatus {
  readonly isOpen: boolean;
  readonly epoch: number;
  /** Members whose vote is recorded, and those whose vote is not. */
  readonly voted: readonly MemberId[];
  readonly missing: readonly MemberId[];
}

export type BallotReply =
  /** With the outcome, if this vote decided, or that was known by then. */
  | ({
      readonly type: "recorded";
      readonly member: MemberId;
      readonly outcome?: BallotOutcome;
    } & Recorded)
  | { readonly type: "closed"; readonly outcome: BallotOutcome }
  | ({ readonly type: "status" } & BallotStatus)
  | { readonly type: "audit"; readonly votes: readonly Audited[] }
  | { readonly type: "left"; readonly leftMs: number | undefined }
  | { readonly type: "refused"; readonly reason: RefusalReason };

/** What counts for a member now. */
export interface Recorded {
  readonly choice: string;
  readonly revision: number;
}

export interface OpenMessage {
  readonly type: "open";
  readonly epoch: number;
  readonly proposal?: unknown;
  readonly options: readonly string[];
  readonly isRevisable: boolean;
  readonly isDurable: boolean;
  /** Milliseconds until the deadline, when it was sent. */
  readonly leftMs: number;
  readonly retryMs: number;
  /** The vote of the member that it is sent to, if there is one. */
  readonly recorded?: Recorded | undefined;
}

export type BallotMessage =
  /** From home. */
  | OpenMessage
  /** `isDecisive`: with it the ballot is closed, and that will be told. */
  | ({
      readonly type: "recorded";
      readonly epoch: number;
      readonly isDecisive?: boolean | undefined;
    } & Recorded)
  | { readonly type: "refused"; readonly epoch: number; readonly reason: RefusalReason }
  | { readonly type: "closed"; readonly epoch: number; readonly outcome: BallotOutcome }
  /** To home: what is going on? */
  | { readonly type: "join" }
  | ({ readonly type: "vote"; readonly epoch: number } & Vote)
  | { readonly type: "seen"; readonly epoch: number };

export type BallotRecord =
  | { readonly type: "opened"; readonly config: CheckedConfig }
  | ({ readonly type: "vote"; readonly member: MemberId } & Vote)
  | { readonly type: "decided"; readonly outcome: BallotOutcome };

export type BallotObservation =
  | { readonly type: "opened"; readonly epoch: number; readonly members: number }
  | { readonly type: "voted"; readonly member: MemberId; readonly choice: string }
  | { readonly type: "refused"; readonly member: MemberId; readonly reason: RefusalReason }
  | { readonly type: "decided"; readonly outcome: BallotOutcome }
  /** This member will learn no outcome. */
  | { readonly type: "ended"; readonly reason: RefusalReason }
  | { readonly type: "no-evaluation"; readonly code: string; readonly message: string };

export interface BallotQuestion {
  readonly type: "evaluate";
  readonly proposal: unknown;
  readonly options: readonly string[];
}

export interface BallotSpec extends ProtocolSpec {
  readonly state: BallotState;
  readonly config: CheckedConfig;
  readonly options: BallotConfig;
  readonly command: BallotCommand;
  readonly reply: BallotReply;
  readonly message: BallotMessage;
  readonly record: BallotRecord;
  readonly observation: BallotObservation;
  readonly question: BallotQuestion;
  readonly history: BallotHistory;
}
