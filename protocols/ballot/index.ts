/** Ballots: see `ballot.ts`. */

export { ballot } from "./ballot.ts";
export { BallotClient, type Receipt, type VoteOptions } from "./client.ts";
export {
  ABSTAIN,
  type Approval,
  type BallotConfig,
  type CheckedConfig,
  type Elector,
  MEMBERS_MAX,
  OPTIONS_MAX,
  PROPOSAL_BYTES_MAX,
  RATIONALE_MAX,
  REJECT,
  REVISIONS_MAX,
} from "./config.ts";
export { Ballot } from "./definition.ts";
export { BallotRefused, InvalidBallot } from "./errors.ts";
export type {
  Audited,
  BallotOutcome,
  ChoiceTally,
  ClosedBy,
  Decision,
  Participation,
} from "./outcome.ts";
export type {
  BallotCommand,
  BallotMessage,
  BallotObservation,
  BallotQuestion,
  BallotRecord,
  BallotReply,
  BallotSpec,
  BallotStatus,
  Evaluation,
  Opinion,
  Recorded as RecordedVote,
  RefusalReason,
  Vote,
} from "./spec.ts";
