/**
 * Goal: the sums of a ballot come to what its definition says, and an outcome is called fixed
 * exactly when every way to go on leads to it.
 * Method: all partial votes of small electorates, and random ones of larger, against `recount`,
 * which counts all votes anew, and `isForced`, which goes through all ways.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Approval,
  type BallotConfig,
  termsOf,
} from "../../../dist/protocols/ballot/config.js";
import { count, createHome } from "../../../dist/protocols/ballot/home-count.js";
import { outcomeOf } from "../../../dist/protocols/ballot/outcome.js";
import {
  decisionText,
  isForced,
  recount,
  type Votes,
} from "../../../dist/protocols/ballot/recount.js";
import { isFixed, verdict } from "../../../dist/protocols/ballot/rule.js";
import { assignments } from "./counting.ts";

const APPROVALS: readonly Approval[] = [
  "majority",
  "unanimous",
  "plurality",
  { atLeast: "3/5" },
  { atLeast: "1/3" },
  { atLeast: 0.67, of: "cast" },
  { atLeast: "1/4", of: "cast" },
];

const ELECTORATES: readonly BallotConfig["electorate"][] = [
  ["a"],
  ["a", "b"],
  ["a", "b", "c"],
  { a: 3, b: 1, c: 1 },
  { a: 4, b: 2, c: 2, d: 1 },
];

function counted(config: BallotConfig, votes: Votes) {
  const terms = termsOf(config);
  const home = createHome(terms, false);
  for (const [member, choice] of votes) {
    count(home, member, { choice, confidence: 1, rationale: "", revision: 1 });
  }
  const { quorum } = terms.config;
  const decided = verdict(terms.rule, quorum, home.standing);
  return {
    config: terms.config,
    decision: decisionText(outcomeOf(terms, home.votes, home.standing, decided, "votes")),
    isFixed: isFixed(terms.rule, quorum, home.standing),
  };
}

function compare(config: BallotConfig, votes: Votes): void {
  const { config: checked, decision, isFixed } = counted(config, votes);
  const isRight =
    decision === decisionText(recount(checked, votes)) && isFixed === isForced(checked, votes);
  if (isRight) return;
  const text = JSON.stringify({ ...config, votes: [...votes] });
  expect({ text, decision, isFixed }).toEqual({
    text,
    decision: decisionText(recount(checked, votes)),
    isFixed: isForced(checked, votes),
  });
}

test("every partial vote of a small electorate comes to what its definition says", () => {
  for (const approval of APPROVALS) {
    for (const electorate of ELECTORATES) {
      const members = [...termsOf({ proposal: 1, electorate }).weights.keys()];
      for (const options of [["accept"], ["red", "blue"]]) {
        for (const quorum of new Set([1, Math.ceil(members.length / 2)])) {
          for (const votes of assignments(members, [...options, "reject", "abstain"])) {
            if (options.length > 1 && members.length > 3) continue;
            compare({ proposal: 1, electorate, approval, options, quorum }, votes);
          }
        }
      }
    }
  }
});

test("so does every random one of up to six members with any weights", () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const choices = ["red", "green", "blue", "reject", "abstain"];
  const someone = fc.record({
    weight: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 2 ** 50 })),
    choice: fc.option(fc.constantFrom(...choices), { nil: undefined, freq: 6 }),
  });
  const approvals = fc.oneof(
    fc.constantFrom(...APPROVALS),
    fc.record({
      atLeast: fc
        .integer({ min: 1, max: 100 })
        .chain((d) => fc.integer({ min: 1, max: d }).map((n) => `${n}/${d}`)),
      of: fc.constantFrom("electorate" as const, "cast" as const),
    }),
  );
  const voters = fc.array(someone, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(voters, approvals, fc.nat(5), fc.nat(2), (electors, approval, extra, left) => {
      const members = names.slice(0, electors.length);
      const config: BallotConfig = {
        proposal: 1,
        electorate: electors.map(({ weight }, index) => ({ member: members[index] ?? "", weight })),
        approval,
        options: choices.slice(0, 3 - left),
        quorum: 1 + (extra % members.length),
      };
      const votes = new Map<string, string>();
      electors.forEach(({ choice }, index) => {
        const isOne = choice !== undefined && !choices.slice(3 - left, 3).includes(choice);
        // Of six members three or more have voted, or there are too many ways to go on.
        if (isOne || index >= 3) votes.set(members[index] ?? "", isOne ? choice : "reject");
      });
      compare(config, votes);
    }),
    { numRuns: 1000 },
  );
});
