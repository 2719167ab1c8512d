/**
 * Who must agree, so that it is decided: exact integers only.
 *
 *     yes ████████░░░░░░░░░░░░ no     needed = 8: won, whatever comes
 *     yes ██████··········░░░░ no     6 have not voted: pending
 *     yes ███···░░░░░░░░░░░░░░ no     3 + 3 < 8: lost, whatever comes
 *
 * A threshold is a part of the electorate and not of the votes that came, or one vote of a hundred
 * would be unanimous. So an outcome is final as soon as it is told, in whatever order votes come.
 *
 * Left out: what a vote is about, whether it may be revised, abstention (it counts like a no here:
 * it will never be a yes), and when one stops to wait.
 *
 * @source Won, lost and pending, and joint majorities, after the package `quorum` of etcd's raft
 *   and section 4.3 of Ongaro, Consensus: Bridging Theory and Practice, 2014. Byzantine quorums
 *   after Malkhi and Reiter, Byzantine Quorum Systems, Distributed Computing 11(4), 1998.
 */

import type { MemberId } from "../actors/index.ts";
import { InvalidQuorum } from "./errors.ts";
import { atLeast, fraction, type Threshold } from "./fraction.ts";

/**
 * Of votes so far. `won` and `lost` if, and only if, no further vote can change it: every way in
 * which those who have not voted may vote leads to it.
 */
export type Outcome = "won" | "lost" | "pending";

/** Which groups of members are enough. Plain data. */
export type Quorum =
  | {
      readonly type: "weighted";
      /** Of each member of the electorate; 1 where all are equal. */
      readonly weights: ReadonlyMap<MemberId, number>;
      readonly total: number;
      /** Weight that is enough, from 1 to `total`. */
      readonly needed: number;
    }
  | { readonly type: "joint"; readonly before: Quorum; readonly after: Quorum };

/**
 * The smallest number of members of which any two groups share one: ⌊n/2⌋ + 1.
 *
 * @throws InvalidQuorum (ERR_INVALID_QUORUM) unless `members` is a positive safe integer.
 */
export function majority(members: number): number {
  return Math.floor(positive("members", members) / 2) + 1;
}

/**
 * The smallest number of members of which any two groups share an honest one, although up to
 * `faults` members lie: ⌈(n + f + 1) / 2⌉. With the usual f = ⌊(n - 1) / 3⌋ it is 2 of 3, 3 of 4,
 * 4 of 5 and 6, 5 of 7; fewer than 4 members stand no liar. 2f + 1 is right only for n = 3f + 1.
 *
 * @param faults from 0 to ⌊(n - 1) / 3⌋: beyond, those who do not lie are too few to decide.
 * @throws InvalidQuorum (ERR_INVALID_QUORUM) for other numbers.
 */
export function byzantine(members: number, faults?: number): number {
  const faultsMax = Math.floor((positive("members", members) - 1) / 3);
  const f = faults ?? faultsMax;
  if (!(Number.isSafeInteger(f) && f >= 0 && f <= faultsMax)) {
    const allowed = `a whole number from 0 to ${faultsMax}, for ${members} members`;
    throw new InvalidQuorum("faults", allowed, faults);
  }
  // ⌊(n + f) / 2⌋ + 1, without a sum that may be too large to be exact.
  return f + Math.floor((members - f) / 2) + 1;
}

/** True if any two groups of `size` have more members in common than may lie. */
export function shareHonest(size: number, members: number, faults: number): boolean {
  return size - faults > members - size;
}

/** More than half of the members. @throws InvalidQuorum (ERR_INVALID_QUORUM), as `weightedOf` */
export function majorityOf(members: Iterable<MemberId>): Quorum {
  return weightedOf(equal(members));
}

/** At least this part of the members. @throws InvalidQuorum (ERR_INVALID_QUORUM) */
export function thresholdOf(members: Iterable<MemberId>, threshold: Threshold): Quorum {
  return weightedOf(equal(members), threshold);
}

/**
 * So many that two groups share an honest member: see `byzantine`.
 *
 * @throws InvalidQuorum (ERR_INVALID_QUORUM)
 */
export function byzantineOf(members: Iterable<MemberId>, faults?: number): Quorum {
  const weights = weightsOf(equal(members));
  const total = weights.size;
  return { type: "weighted", weights, total, needed: byzantine(total, faults) };
}

/**
 * Members with at least this part of the weight of all; without a threshold, with more than half.
 *
 * @param weights positive safe integers, as is their sum.
 * @throws InvalidQuorum (ERR_INVALID_QUORUM) for nobody, somebody twice, and wrong weights.
 */
export function weightedOf(
  weights: Iterable<readonly [MemberId, number]>,
  threshold?: Threshold,
): Quorum {
  const known = weightsOf(weights);
  const total = totalOf(known);
  const needed = threshold === undefined ? majority(total) : atLeast(fraction(threshold), total);
  return { type: "weighted", weights: known, total, needed };
}

/** What is enough before a change of the electorate and also after it: both at the same time. */
export function jointOf(before: Quorum, after: Quorum): Quorum {
  return { type: "joint", before, after };
}

/**
 * What the votes so far come to. Votes of strangers do not count. Costs a look-up per member; for
 * many votes on one question, keep sums and ask `weigh`.
 */
export function outcome(quorum: Quorum, votes: ReadonlyMap<MemberId, boolean>): Outcome {
  if (quorum.type === "joint") {
    return both(outcome(quorum.before, votes), outcome(quorum.after, votes));
  }
  let yes = 0;
  let no = 0;
  for (const [member, weight] of quorum.weights) {
    const vote = votes.get(member);
    if (vote === true) yes += weight;
    else if (vote === false) no += weight;
  }
  return weigh(quorum.needed, quorum.total, yes, no);
}

/** The same from sums of weights: two comparisons and no allocation. */
export function weigh(needed: number, total: number, yes: number, no: number): Outcome {
  if (yes >= needed) return "won";
  return total - no < needed ? "lost" : "pending";
}

/** Lost as soon as one of them is; won once both are. */
function both(a: Outcome, b: Outcome): Outcome {
  if (a === "lost" || b === "lost") return "lost";
  return a === "won" && b === "won" ? "won" : "pending";
}

function* equal(members: Iterable<MemberId>): Iterable<readonly [MemberId, number]> {
  for (const member of members) yield [member, 1];
}

function weightsOf(weights: Iterable<readonly [MemberId, number]>): Map<MemberId, number> {
  const known = new Map<MemberId, number>();
  for (const [member, weight] of weights) {
    if (typeof member !== "string") throw new InvalidQuorum("a member", "a text", member);
    if (known.has(member)) throw new InvalidQuorum("members", "named once each", member);
    known.set(member, positive(`weights[${JSON.stringify(member)}]`, weight));
  }
  if (known.size === 0) throw new InvalidQuorum("members", "at least one", 0);
  return known;
}

function totalOf(weights: ReadonlyMap<MemberId, number>): number {
  let total = 0;
  for (const weight of weights.values()) {
    total += weight;
    // Both were safe, so a sum that is too large rounds to 2^53 or more, and is seen here.
    if (!Number.isSafeInteger(total)) {
      throw new InvalidQuorum("the sum of weights", `at most ${Number.MAX_SAFE_INTEGER}`, total);
    }
  }
  return total;
}

function positive(part: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidQuorum(part, "a whole number from 1 to 2^53 - 1", value);
}
