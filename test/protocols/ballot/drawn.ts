/** Ballots as chance has it: of any members, weights and rules, with voters who say anything. */

import { expect } from "vitest";
import type { Answer, MemberId } from "../../../dist/actors/index.js";
import type { ProtocolGroup, ProtocolScenario } from "../../../dist/actors/sim/index.js";
import { ballot } from "../../../dist/protocols/ballot/ballot.js";
import type { BallotSpec } from "../../../dist/protocols/ballot/spec.js";
import type { Random } from "../../../dist/runtime/index.js";

export const says = (vote: string): Answer => {
  return { type: "value", value: { vote, rationale: "so" } };
};

export function draw(chance: Random): ProtocolScenario<BallotSpec> {
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

/** Nobody who has learned an outcome has learned another one. Returns one for each who has. */
export function oneOutcome(group: ProtocolGroup<BallotSpec>): string[] {
  const all = [...group.members.keys()].flatMap((member) => learned(group, member));
  expect(new Set(all).size).toBeLessThanOrEqual(1);
  return all;
}

/** What a member has learned, each once. */
function learned(group: ProtocolGroup<BallotSpec>, member: MemberId): string[] {
  const outcomes = group
    .observations(member)
    .flatMap((told) => (told.type === "decided" ? [JSON.stringify(told.outcome)] : []));
  return [...new Set(outcomes)];
}
