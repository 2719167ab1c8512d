/**
 * Goal: what is kept of votes that are revised again and again stays small, and is enough.
 * Method: a home with a log that is kept here, and a new life after each vote.
 */
import { expect, test } from "vitest";
import type { Recovered } from "../../../dist/actors/index.js";
import { ballot } from "../../../dist/protocols/ballot/ballot.js";
import type { BallotSpec } from "../../../dist/protocols/ballot/spec.js";

const config = ballot.check({ proposal: 1, electorate: { a: 2, b: 1 }, votes: "revisable" });
const self = { self: "home", instance: "test", config, isDurable: true, seed: 1, at: 0 };

test("300 votes of two members are kept as a snapshot and a few records", () => {
  let snapshot: Recovered<BallotSpec>["snapshot"];
  let records: BallotSpec["record"][] = [];
  let first = 1;
  const state = ballot.init({ ...self, recovered: undefined });
  const step = (event: object): void => {
    for (const effect of ballot.step(state, { at: 0, ...event } as never)) {
      if (effect.type === "persist") records.push(...effect.records);
      if (effect.type !== "snapshot") continue;
      snapshot = { upTo: effect.upTo, data: structuredClone(ballot.snapshot?.(state)) };
      records = records.slice(effect.upTo + 1 - first);
      first = effect.upTo + 1;
    }
  };
  step({ type: "start" });
  let most = 0;
  for (let vote = 1; vote <= 300; vote += 1) {
    const choice = ["accept", "reject", "abstain"][vote % 3] ?? "";
    const member = vote % 2 === 0 ? "a" : "b";
    const command = { type: "vote", member, choice };
    step({ type: "command", id: `r${vote}`, command, deadline: 1, isRepeated: false });
    most = Math.max(most, records.length);
    const next = ballot.init({ ...self, recovered: { metadata: undefined, snapshot, records } });
    expect(next.home?.standing).toEqual(state.home?.standing);
    expect(next.home?.votes).toEqual(state.home?.votes);
    expect(next.home?.index).toBe(state.home?.index);
  }
  expect(most).toBeLessThanOrEqual(64 + 4 * 2);
  step({ type: "timer", key: "deadline" });
  const last = ballot.init({ ...self, recovered: { metadata: undefined, snapshot, records } });
  expect(last.home?.outcome).toEqual(state.home?.outcome);
});
