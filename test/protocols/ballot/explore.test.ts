/**
 * Goal: whatever the order, and whoever dies, there is one outcome, it is what the votes come to,
 * and all who live learn it.
 * Method: a walk through all interleavings of three members, with `watch` in each state; then
 * random runs with more members, rules and faults. What dies, dies at any point, with any part of
 * its last writes.
 */
import { expect, test } from "vitest";
import type { Answer, MemberId } from "../../../actors/index.ts";
import {
  type CheckProtocolOptions,
  checkProtocol,
  exploreProtocol,
  type ProtocolGroup,
  type ProtocolScenario,
} from "../../../actors/sim/index.ts";
import { ballot } from "../../../protocols/ballot/ballot.ts";
import type { BallotSpec } from "../../../protocols/ballot/spec.ts";
import type { Random } from "../../../runtime/index.ts";

const says = (vote: string): Answer => ({ type: "value", value: { vote, rationale: "so" } });

/** What members have learned, each once and the same. */
function learned(group: ProtocolGroup<BallotSpec>, members: readonly MemberId[]): string[] {
  return members.flatMap((member) => {
    const outcomes = group
      .observations(member)
      .flatMap((told) => (told.type === "decided" ? [JSON.stringify(told.outcome)] : []));
    return [...new Set(outcomes)];
  });
}

/** Nobody who has learned an outcome has learned another one. */
function oneOutcome(group: ProtocolGroup<BallotSpec>): string[] {
  const all = learned(group, [...group.members.keys()]);
  expect(new Set(all).size).toBeLessThanOrEqual(1);
  return all;
}

test("all interleavings of home and two voters, who disagree", () => {
  const config = ballot.check({ proposal: 1, electorate: ["a", "b"], approval: { atLeast: 0.5 } });
  const seen = exploreProtocol(ballot, {
    members: { home: { config }, a: {}, b: {} },
    answers: (_, member) => [says(member === "a" ? "accept" : "reject")],
    atEnd(group) {
      const [outcome, ...others] = oneOutcome(group);
      expect(outcome).toMatch('{"type":"accepted","option":"accept"');
      expect(others).toHaveLength(2);
    },
  });
  expect(seen.states).toBeGreaterThan(5_000);
});

test("all interleavings of home and a voter, one of whom dies at any point", () => {
  const config = ballot.check({ proposal: 1, electorate: ["a"] });
  const seen = exploreProtocol(ballot, {
    members: { home: { config }, a: {} },
    answers: () => [says("accept")],
    durable: true,
    crashes: 1,
    atEnd(group) {
      expect(oneOutcome(group)).toHaveLength(2);
    },
  });
  expect(seen.states).toBeGreaterThan(1_000);
});

function scenario(chance: Random): ProtocolScenario<BallotSpec> {
  const ids = ["a", "b", "c", "d"].slice(0, 1 + chance.int(4));
  const members = chance.chance(50) ? [...ids, "home"] : ids;
  const electorate = Object.fromEntries(members.map((id) => [id, 1 + chance.int(3)]));
  const config = ballot.check({
    proposal: 1,
    electorate,
    approval: (["majority", "plurality", { atLeast: "2/3" }] as const)[chance.int(3)],
    quorum: 1 + chance.int(members.length),
    votes: chance.chance(50) ? "final" : "revisable",
    epoch: 3,
  });
  const choices = ["accept", "reject", "abstain", "nonsense"];
  const vote = (member?: MemberId) => {
    const choice = choices[chance.int(4)] ?? "";
    return { type: "vote", choice, ...(member !== undefined && { member }) } as const;
  };
  return {
    members: { home: { config }, ...Object.fromEntries(ids.map((id) => [id, {}])) },
    clients: [
      { at: "a", commands: [vote(), { type: "outcome" }] },
      { at: "home", commands: [vote("a"), vote("b"), { type: "outcome" }] },
    ],
    answers: (_, member) => choices.map((choice) => says(member === "a" ? "accept" : choice)),
    durable: chance.chance(70),
  };
}

const random: CheckProtocolOptions<BallotSpec> = {
  scenario,
  crashes: 2,
  atEnd: oneOutcome,
};

test("random ballots with deaths, losses, partitions and impatient timers", () => {
  const met = checkProtocol(ballot, { ...random, runs: 80, timers: 8 });
  expect(met.crashes).toBeGreaterThan(50);
  expect(met.answered).toBeGreaterThan(150);
});

test("durable ballots whose timers are not ahead of everything else: all learn the outcome", () => {
  const met = checkProtocol(ballot, {
    ...random,
    scenario: (chance) => ({ ...scenario(chance), durable: true }),
    runs: 80,
    timers: 0,
    atEnd(group) {
      expect(oneOutcome(group)).toHaveLength(group.members.size);
    },
  });
  expect(met.crashes).toBeGreaterThan(50);
});
