/**
 * Goal: whatever the order, and whoever dies, there is one outcome, it is what the votes come to,
 * and all who live learn it.
 * Method: a walk through all interleavings of three members, with `watch` in each state; then
 * random runs with more members, rules and faults. What dies, dies at any point, with any part of
 * its last writes.
 */
import { expect, test } from "vitest";
import {
  type CheckProtocolOptions,
  checkProtocol,
  exploreProtocol,
} from "../../../dist/actors/sim/index.js";
import { ballot } from "../../../dist/protocols/ballot/ballot.js";
import type { BallotSpec } from "../../../dist/protocols/ballot/spec.js";
import { draw, oneOutcome, says } from "./drawn.ts";

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

const random: CheckProtocolOptions<BallotSpec> = {
  scenario: draw,
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
    scenario: (chance) => ({ ...draw(chance), durable: true }),
    runs: 80,
    timers: 0,
    atEnd(group) {
      expect(oneOutcome(group)).toHaveLength(group.members.size);
    },
  });
  expect(met.crashes).toBeGreaterThan(50);
});
