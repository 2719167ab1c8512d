/**
 * Goal: the cores of ballots and barriers alone are safe, and end, in far more random runs than
 * `npm test` has time for (checkProtocol). Bound: RUNS each, some two minutes.
 */

import { expect, test } from "vitest";
import { checkProtocol, type ProtocolRuns } from "../../dist/actors/sim/index.js";
import { ballot } from "../../dist/protocols/ballot/ballot.js";
import { barrier } from "../../dist/protocols/barrier/index.js";
import { draw as drawBallot, oneOutcome } from "../protocols/ballot/drawn.ts";
import { atEnd, draw as drawBarrier } from "../protocols/barrier/drawn.ts";

const RUNS = 15_000;
/** A member that has never heard of its ballot waits for it for an hour. */
const BALLOT_MS = 3_700_000;
/** A client of a barrier asks for four things in a row, each of which may wait for a minute. */
const BARRIER_MS = 400_000;
const CRASHES = 3;
const PARTITIONS = 3;
const faults = { runs: RUNS, seed: "long", crashes: CRASHES, partitions: PARTITIONS, losses: 10 };

/** Prints what they have met, and demands enough of it. */
function told(name: string, met: ProtocolRuns): void {
  const { delivered, partitions, crashes, runs } = met;
  const text = `messages ${delivered}, partitions ${partitions}, crashes ${crashes}`;
  process.stdout.write(`core of ${name}: ${text}, instances ${runs}, violations 0\n`);
  expect(runs).toBe(RUNS);
  expect(delivered).toBeGreaterThan(10 * RUNS);
  expect(partitions).toBeGreaterThan(RUNS);
  expect(crashes).toBeGreaterThan(RUNS / 2);
}

test("ballots", () => {
  const options = { ...faults, scenario: drawBallot, settleMs: BALLOT_MS, atEnd: oneOutcome };
  told("ballot", checkProtocol(ballot, options));
});

test("durable ballots, whose members all learn the outcome", () => {
  const met = checkProtocol(ballot, {
    ...faults,
    scenario: (chance) => ({ ...drawBallot(chance), durable: true }),
    settleMs: BALLOT_MS,
    timers: 0,
    atEnd(group) {
      expect(oneOutcome(group)).toHaveLength(group.members.size);
    },
  });
  told("durable ballot", met);
});

test("barriers", () => {
  const options = { ...faults, scenario: drawBarrier, settleMs: BARRIER_MS, atEnd };
  told("barrier", checkProtocol(barrier, options));
});
