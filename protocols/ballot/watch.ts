/**
 * What must never be, looked at after each step of each member in tests and simulations.
 *
 * - One outcome: whoever knows one knows the same, for ever, whoever has died since.
 * - It is what the votes come to, counted by definition (recount.ts).
 * - It was not told before it was fixed, unless its time was over or a client closed it.
 * - Nobody counts twice, and nobody who is not of the electorate.
 * - What a member was told is recorded is recorded.
 *
 * Left out: whether it ends. That takes a run that has ended, not a look.
 */

import { HOME, type MemberId, type States } from "../../actors/index.ts";
import { auditOf, type BallotOutcome } from "./outcome.ts";
import { decisionText, isForced, recount } from "./recount.ts";
import type { BallotSpec } from "./spec.ts";
import type { BallotState, Home } from "./state.ts";

export interface BallotHistory {
  /** Undefined until somebody knows it. */
  readonly outcome: BallotOutcome | undefined;
}

/** All ways to go on are tried for up to so many members that have not voted. */
const ABSENT_MAX = 4;

export function watchBallot(
  members: States<BallotSpec>,
  seen: BallotHistory = { outcome: undefined },
): BallotHistory {
  let { outcome } = seen;
  const home = members.get(HOME)?.home;
  if (home !== undefined) checkCount(home);
  for (const [member, state] of members) {
    if (home !== undefined) checkRecorded(member, state, home);
    const known = announced(state);
    if (known === undefined) continue;
    if (outcome === undefined) {
      if (home !== undefined) checkOutcome(home, known);
      outcome = known;
    }
    if (isSame(known, outcome)) continue;
    must(false, `${member} knows ${JSON.stringify(known)}, and it was ${JSON.stringify(outcome)}`);
  }
  return outcome === seen.outcome ? seen : { outcome };
}

/** The same decision, from the same votes. */
function isSame(one: BallotOutcome, other: BallotOutcome): boolean {
  if (one === other) return true;
  return (
    decisionText(one) === decisionText(other) &&
    one.closedBy === other.closedBy &&
    one.epoch === other.epoch &&
    one.tallies.every(({ weight }, place) => weight === other.tallies[place]?.weight)
  );
}

/** What a member knows for sure: home knows it when it is durable. */
function announced({ home, voter }: Readonly<BallotState>): BallotOutcome | undefined {
  if (voter?.outcome !== undefined) return voter.outcome;
  if (home === undefined || home.durableUpTo < home.decidedSeq) return undefined;
  return home.outcome;
}

function checkCount({ terms, votes, standing }: Home): void {
  const { weights, abstained, absent, present } = standing;
  const sum = weights.reduce((total, weight) => total + weight, abstained + absent);
  must(sum === terms.total, `the sums come to ${sum} of ${terms.total}`);
  must(present === votes.size, `${present} members are counted, and ${votes.size} have voted`);
  for (const member of votes.keys()) {
    must(terms.weights.has(member), `${member} has voted and is not of the electorate`);
  }
}

function checkRecorded(member: MemberId, { voter }: Readonly<BallotState>, home: Home): void {
  const recorded = voter?.recorded;
  if (recorded === undefined) return;
  const vote = home.votes.get(member);
  must(
    vote !== undefined && vote.revision >= recorded.revision,
    `${member} was told that vote ${recorded.revision} is recorded, and it is not`,
  );
  const isSame = vote?.choice === recorded.choice || (vote?.revision ?? 0) > recorded.revision;
  must(isSame, `${member} was told that ${recorded.choice} is recorded; it is ${vote?.choice}`);
}

function checkOutcome({ terms, votes }: Home, outcome: BallotOutcome): void {
  const choices = new Map(auditOf(terms, votes).map(({ member, choice }) => [member, choice]));
  const decision = decisionText(recount(terms.config, choices));
  must(decisionText(outcome) === decision, `${decisionText(outcome)} instead of ${decision}`);
  const absent = terms.weights.size - votes.size;
  if (outcome.closedBy !== "votes" || absent > ABSENT_MAX) return;
  must(isForced(terms.config, choices), `${decision} before it was fixed`);
}

function must(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(`a ballot is broken: ${what}`);
}
