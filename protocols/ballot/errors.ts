/**
 * What can be wrong with a ballot, or with a vote. Each has a `code` that never changes, the facts
 * as fields, and a message that says what happened, with which values, and what to do.
 */

import { SabeamError } from "../../actors/index.ts";
import { shown } from "../shown.ts";
import type { RefusalReason } from "./spec.ts";

/** A ballot cannot be as its config says. Nothing was opened. */
export class InvalidBallot extends SabeamError {
  override readonly name = "InvalidBallot";
  /** What is wrong, as one would write it: `quorum`, `electorate[2]`. */
  readonly part: string;

  constructor(part: string, allowed: string, got: unknown) {
    super("ERR_INVALID_BALLOT", `${part} of a ballot must be ${allowed}; got ${shown(got)}`);
    this.part = part;
  }
}

/** What each reason is called as a code, and what to do about it. */
const REFUSALS: Readonly<Record<RefusalReason, readonly [code: string, advice: string]>> = {
  "unknown-member": [
    "ERR_UNKNOWN_MEMBER",
    "it is not of the electorate, which is fixed when the ballot is opened",
  ],
  "wrong-epoch": ["ERR_WRONG_EPOCH", "the ballot has another epoch; ask for its status"],
  "unknown-choice": [
    "ERR_UNKNOWN_CHOICE",
    'a vote is for one of the options of the ballot, or "reject", or "abstain"',
  ],
  "invalid-confidence": ["ERR_INVALID_CONFIDENCE", "confidence is a number from 0 to 1"],
  "invalid-rationale": ["ERR_INVALID_RATIONALE", "a rationale is a text of bounded length"],
  "voted-already": ["ERR_VOTED_ALREADY", "votes are final here; open ballots with revisable votes"],
  "too-many-revisions": ["ERR_TOO_MANY_REVISIONS", "its last vote stays as it is"],
  "too-many-waiting": ["ERR_TOO_MANY_WAITING", "try again when some of them are answered"],
  "not-home": ["ERR_NOT_HOME", "ask the member that has opened the ballot"],
  "unknown-command": ["ERR_UNKNOWN_COMMAND", "a ballot knows the commands of its client only"],
  "home-lost": [
    "ERR_HOME_LOST",
    "the member that counts has ended without an outcome; open another ballot, with a journal " +
      "if it has to outlive this",
  ],
};

/** The ballot did not do as it was told, and is as it was. Its `code` depends on the reason. */
export class BallotRefused extends SabeamError {
  override readonly name = "BallotRefused";
  readonly instance: string;
  readonly reason: RefusalReason;

  constructor(instance: string, what: string, reason: RefusalReason) {
    const [code, advice] = REFUSALS[reason];
    super(code, `ballot ${instance} refused ${what} (${reason}): ${advice}`);
    this.instance = instance;
    this.reason = reason;
  }
}
