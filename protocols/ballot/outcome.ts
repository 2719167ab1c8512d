/**
 * What a ballot came to: the decision, and how it came about.
 *
 * Depends on the votes alone, not on the order in which they came: all lists are in the order of
 * the options or of the names of the members, sums of confidence too.
 */

import type { MemberId } from "../../actors/index.ts";
import { choicesOf, type Terms } from "./config.ts";
import { EXPIRED, NO_QUORUM, REJECTED, type Standing, TIE, type Verdict } from "./rule.ts";
import type { Vote } from "./spec.ts";

export type Decision =
  | { readonly type: "accepted"; readonly option: string }
  /** The quorum was there, and no option can be accepted any more. */
  | { readonly type: "rejected" }
  /**
   * - "no-quorum": too few have taken part.
   * - "tie": two or more have most.
   * - "expired": an option could still have been accepted, had more voted in time.
   */
  | { readonly type: "undecided"; readonly reason: "no-quorum" | "tie" | "expired" };

/** Votes: nothing could change it any more. Deadline: the time was over. Client: was told to. */
export type ClosedBy = "votes" | "deadline" | "client";

export interface ChoiceTally {
  /** An option, "reject" or "abstain". */
  readonly choice: string;
  readonly weight: number;
}

export interface Participation {
  /** Members that took part, of those that may, and how many had to. */
  readonly members: number;
  readonly electorate: number;
  readonly quorum: number;
  /** The same in weight. */
  readonly weight: number;
  readonly totalWeight: number;
}

export type BallotOutcome = Decision & {
  readonly epoch: number;
  readonly closedBy: ClosedBy;
  readonly tallies: readonly ChoiceTally[];
  readonly participation: Participation;
  /** Of all votes; undefined if there are none. */
  readonly confidence?:
    | { readonly mean: number; readonly min: number; readonly max: number }
    | undefined;
};

/** One line of the audit: who has voted what, and why. */
export type Audited = { readonly member: MemberId; readonly weight: number } & Vote;

export function outcomeOf(
  terms: Terms,
  votes: ReadonlyMap<MemberId, Vote>,
  standing: Standing,
  verdict: Verdict,
  closedBy: ClosedBy,
): BallotOutcome {
  const { config, total } = terms;
  const confidence = confidenceOf(terms, votes);
  return {
    ...decisionOf(verdict, config.options),
    epoch: config.epoch,
    closedBy,
    tallies: choicesOf(config.options).map((choice, place) => ({
      choice,
      weight: standing.weights[place] ?? standing.abstained,
    })),
    participation: {
      members: standing.present,
      electorate: terms.weights.size,
      quorum: config.quorum,
      weight: total - standing.absent,
      totalWeight: total,
    },
    ...(confidence === undefined ? {} : { confidence }),
  };
}

function decisionOf(verdict: Verdict, options: readonly string[]): Decision {
  switch (verdict) {
    case REJECTED:
      return { type: "rejected" };
    case NO_QUORUM:
      return { type: "undecided", reason: "no-quorum" };
    case TIE:
      return { type: "undecided", reason: "tie" };
    case EXPIRED:
      return { type: "undecided", reason: "expired" };
    default:
      return { type: "accepted", option: options[verdict] ?? "" };
  }
}

function confidenceOf(
  { weights }: Terms,
  votes: ReadonlyMap<MemberId, Vote>,
): BallotOutcome["confidence"] {
  let [sum, min, max] = [0, 1, 0];
  for (const member of weights.keys()) {
    const confidence = votes.get(member)?.confidence;
    if (confidence === undefined) continue;
    sum += confidence;
    min = Math.min(min, confidence);
    max = Math.max(max, confidence);
  }
  return votes.size === 0 ? undefined : { mean: sum / votes.size, min, max };
}

/** Who has voted what, by the names of the members. */
export function auditOf(terms: Terms, votes: ReadonlyMap<MemberId, Vote>): Audited[] {
  return terms.config.electorate.flatMap(({ member, weight }) => {
    const vote = votes.get(member);
    return vote === undefined ? [] : [{ member, weight, ...vote }];
  });
}
