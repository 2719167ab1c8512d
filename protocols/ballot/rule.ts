/**
 * When a ballot is decided, and how: pure integers.
 *
 *     standing  accept ██████  reject ███  abstained █  absent ····
 *     verdict   what it comes to if it is closed now
 *     isFixed   the same, however those who are absent vote: nothing is gained by waiting
 *
 * Quorum and approval are two questions. The quorum counts members that take part, in whichever
 * way; without it nothing is decided, not even a rejection. Approval counts weight:
 *
 * - a part of the electorate (majority, threshold, unanimous): those who are absent or abstain are
 *   no help. If nobody has reached it in time but could have, the verdict is EXPIRED; if nobody
 *   could any more, it is REJECTED.
 * - a part of the votes cast, for an option or "reject": who is absent or abstains does not count.
 * - plurality: more than any other option has, and more than "reject".
 *
 * Nothing here knows in which order votes came, so the order cannot matter.
 *
 * **Why `isFixed` is exact.** That nobody else votes is one of the ways it may go on, so an outcome
 * is fixed if, and only if, it is the verdict now and no other way changes it. Of all ways, those
 * in which all absent weight goes to one place are the extremes: an option gains most from all of
 * it, a rival overtakes soonest with all of it, and a part of the votes cast falls fastest if all
 * of it goes to "reject". If the extremes agree, all ways do. The tests compare with all ways.
 *
 * Left out: how votes are recorded and may be revised. A vote that may be revised is as good as an
 * absent one until the ballot closes, so nothing is fixed before.
 */

import type { Fraction } from "../fraction.ts";

/** What an option needs; checked, and in exact integers. */
export type Rule =
  | {
      readonly type: "electorate";
      /** Weight, from 1 to that of all. */
      readonly needed: number;
    }
  | { readonly type: "cast"; readonly atLeast: Fraction }
  | { readonly type: "plurality" };

/** What has been voted, in sums. Changed in place. */
export interface Standing {
  /** Weight for each option, in the order of the options; behind them that for "reject". */
  readonly weights: number[];
  /** Weight of members that took part and abstained. */
  abstained: number;
  /** Weight of members that have not voted. */
  absent: number;
  /** Members that took part. */
  present: number;
}

/** From 0: the option that is accepted. */
export type Verdict = number;
export const REJECTED: Verdict = -1;
export const NO_QUORUM: Verdict = -2;
export const TIE: Verdict = -3;
export const EXPIRED: Verdict = -4;

/** What it comes to if it is closed now. Costs a loop over the options; allocates nothing. */
export function verdict(rule: Rule, quorum: number, standing: Standing): Verdict {
  if (standing.present < quorum) return NO_QUORUM;
  const { weights, absent } = standing;
  const reject = weights.length - 1;
  const contenders = rule.type === "plurality" ? weights.length : reject;
  const first = heaviest(weights, contenders);
  const most = weights[first] ?? 0;
  if (!isReached(rule, most, weights)) {
    return rule.type === "electorate" && most + absent >= rule.needed ? EXPIRED : REJECTED;
  }
  if (isShared(weights, contenders, first)) return TIE;
  return first === reject ? REJECTED : first;
}

/**
 * True if, and only if, the verdict is the same however those who are absent vote, and whether they
 * do. Costs as many verdicts as there are options, and two; allocates nothing.
 */
export function isFixed(rule: Rule, quorum: number, standing: Standing): boolean {
  if (standing.present < quorum) return false;
  const { weights, absent } = standing;
  if (absent === 0) return true;
  const now = verdict(rule, quorum, standing);
  if (now === EXPIRED || now === TIE) return false;

  let isSame = true;
  standing.absent = 0;
  for (let place = 0; place < weights.length && isSame; place += 1) {
    const weight = weights[place] ?? 0;
    weights[place] = weight + absent;
    isSame = verdict(rule, quorum, standing) === now;
    weights[place] = weight;
  }
  standing.absent = absent;
  return isSame;
}

/** Index of the greatest of the first `count`; of several the first. */
function heaviest(weights: readonly number[], count: number): number {
  let best = 0;
  for (let place = 1; place < count; place += 1) {
    if ((weights[place] ?? 0) > (weights[best] ?? 0)) best = place;
  }
  return best;
}

function isShared(weights: readonly number[], count: number, first: number): boolean {
  for (let place = first + 1; place < count; place += 1) {
    if (weights[place] === weights[first]) return true;
  }
  return false;
}

function isReached(rule: Rule, weight: number, weights: readonly number[]): boolean {
  switch (rule.type) {
    case "electorate":
      return weight >= rule.needed;
    case "plurality":
      return true;
    case "cast":
      return weight > 0 && isPart(weight, sum(weights), rule.atLeast);
  }
}

/** Whether weight / all ≥ the fraction, by products instead of quotients. */
function isPart(weight: number, all: number, { numerator, denominator }: Fraction): boolean {
  const [part, threshold] = [weight * denominator, all * numerator];
  // A product that is not exact is not safe either: rounding never goes below 2^53.
  if (Number.isSafeInteger(part) && Number.isSafeInteger(threshold)) return part >= threshold;
  return BigInt(weight) * BigInt(denominator) >= BigInt(all) * BigInt(numerator);
}

function sum(weights: readonly number[]): number {
  let total = 0;
  for (const weight of weights) total += weight;
  return total;
}
