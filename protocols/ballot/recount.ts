/**
 * What a ballot comes to, by the definition and from the votes alone: slow, and only to check by.
 *
 * Shares nothing with `rule.ts`, which counts in sums and looks at extremes: here all votes are
 * counted each time, in big integers, and all ways to go on are gone through one by one.
 */

import type { MemberId } from "../../actors/index.ts";
import { fraction } from "../fraction.ts";
import { ABSTAIN, type CheckedConfig, REJECT } from "./config.ts";
import type { Decision } from "./outcome.ts";

/** Member and choice. */
export type Votes = ReadonlyMap<MemberId, string>;

/** If it is closed with these votes. */
export function recount(config: CheckedConfig, votes: Votes): Decision {
  const { approval, options, quorum } = config;
  if (votes.size < quorum) return { type: "undecided", reason: "no-quorum" };
  const weightOf = weigh(config, votes);
  if (approval === "plurality") {
    const best = heaviest([...options, REJECT], weightOf);
    if (best.length > 1) return { type: "undecided", reason: "tie" };
    return best[0] === REJECT ? { type: "rejected" } : { type: "accepted", option: best[0] ?? "" };
  }
  const isEnough = enough(config, weightOf);
  const reached = options.filter((option) => isEnough(weightOf(option)));
  const [option, ...others] = heaviest(reached, weightOf);
  if (others.length > 0) return { type: "undecided", reason: "tie" };
  if (option !== undefined) return { type: "accepted", option };
  const isOfElectorate = typeof approval === "string" || approval.of !== "cast";
  const couldBe = options.some((one) => isEnough(weightOf(one) + weightOf(ABSENT)));
  return isOfElectorate && couldBe
    ? { type: "undecided", reason: "expired" }
    : { type: "rejected" };
}

/** No choice is called so. */
const ABSENT = "";

type WeightOf = (choice: string) => bigint;

function weigh({ electorate }: CheckedConfig, votes: Votes): WeightOf {
  const sums = new Map<string, bigint>();
  for (const { member, weight } of electorate) {
    const choice = votes.get(member) ?? ABSENT;
    sums.set(choice, (sums.get(choice) ?? 0n) + BigInt(weight));
  }
  return (choice) => sums.get(choice) ?? 0n;
}

function heaviest(choices: readonly string[], weightOf: WeightOf): string[] {
  return choices.filter((one) => choices.every((other) => weightOf(one) >= weightOf(other)));
}

function enough(
  { approval, options, electorate }: CheckedConfig,
  weightOf: WeightOf,
): (weight: bigint) => boolean {
  const total = electorate.reduce((sum, { weight }) => sum + BigInt(weight), 0n);
  if (approval === "unanimous") return (weight) => weight === total;
  if (typeof approval === "string") return (weight) => 2n * weight > total;
  const { numerator, denominator } = fraction(approval.atLeast);
  const cast = [...options, REJECT].reduce((sum, choice) => sum + weightOf(choice), 0n);
  const whole = approval.of === "cast" ? cast : total;
  return (weight) => weight > 0n && weight * BigInt(denominator) >= whole * BigInt(numerator);
}

/**
 * Whether all ways to go on come to the same. There are as many as there are choices, and one, to
 * the power of the members that have not voted.
 */
export function isForced(config: CheckedConfig, votes: Votes): boolean {
  const now = decisionText(recount(config, votes));
  const choices = [undefined, ...config.options, REJECT, ABSTAIN];
  const absent = config.electorate.filter(({ member }) => !votes.has(member));
  const goOn = (index: number, sofar: Map<MemberId, string>): boolean => {
    const elector = absent[index];
    if (elector === undefined) return decisionText(recount(config, sofar)) === now;
    return choices.every((choice) => {
      const next = new Map(sofar);
      if (choice !== undefined) next.set(elector.member, choice);
      return goOn(index + 1, next);
    });
  };
  return goOn(0, new Map(votes));
}

/** A decision in a word, to compare by: `accepted blue`, `rejected`, `undecided tie`. */
export function decisionText(decision: Decision): string {
  switch (decision.type) {
    case "accepted":
      return `accepted ${decision.option}`;
    case "undecided":
      return `undecided ${decision.reason}`;
    case "rejected":
      return "rejected";
  }
}
