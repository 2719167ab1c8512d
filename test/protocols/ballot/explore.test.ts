import { expect, test } from "vitest";
import type { Answer } from "../../../actors/index.ts";
import { exploreProtocol, type ProtocolGroup } from "../../../actors/sim/index.ts";
import { ballot } from "../../../protocols/ballot/ballot.ts";
import type { BallotSpec } from "../../../protocols/ballot/spec.ts";

const config = ballot.check({ proposal: { rate: 1 }, electorate: ["a", "b"] });

const says = (vote: string): Answer => ({ type: "value", value: { vote } });
const run = (name: string, o: any, extra: any = {}) => test(name, () => {
  const start = performance.now();
  const outcomes = new Set<string>();
  const seen = exploreProtocol(ballot, {
    members: { home: { config, ...extra.home }, a: {}, b: {} },
    answers: (_q, m) => extra.both ? [says("accept"), says("reject")] : m === "a" ? [says("accept")] : [says("reject")],
    atEnd(group: ProtocolGroup<BallotSpec>) {
      outcomes.add(JSON.stringify([...group.states].map(([m, s]) => [m, (s.home ?? s.voter)?.outcome?.type])));
    },
    ...o
  });
  console.log(name, seen, outcomes, performance.now() - start);
});
run("plain", {});
run("two answers", {}, {both: true});
run("durable", {durable: true});
run("timers 1", {timers: 1});
run("loss 1", {losses: 1});
run("crash", {crashes: 1});
