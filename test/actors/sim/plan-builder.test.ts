/** Plans by hand: each call is the entry that it looks like, or nothing at all. */

import { expect, test } from "vitest";
import type { PlanEntry } from "../../../actors/sim/plan.ts";
import { PlanBuilder } from "../../../actors/sim/plan-builder.ts";
import { InvalidPlan } from "../../../actors/sim/plan-error.ts";
import { PLAN_TYPES } from "../../../actors/sim/plan-fields.ts";
import { SCOPE } from "./support/plans.ts";

test("each method adds its entry", () => {
  const builder = new PlanBuilder(SCOPE);
  const delay = { type: "fixed", ms: 1 } as const;
  const moment = builder.at(5_000);
  moment
    .crash("a", "counter")
    .stall("a", "counter", 10)
    .slow("a", "counter", delay)
    .kill("a", 1)
    .crashNode("b", "torn")
    .restartNode("b")
    .pauseNode("b")
    .resumeNode("b")
    .stepClock("c", -1)
    .driftClock("c", 100)
    .partition(["a"], ["b", "c"])
    .oneWayPartition(["a"], ["b"])
    .partialPartition(["a", "b"], ["b", "c"])
    .heal()
    .link(["a"], ["b"], { lossPercent: 5 })
    .mendLink()
    .slowDisk("a", delay)
    .failSync("a", 2)
    .fillDisk("a", 0)
    .flipBit("a", { file: "x" })
    .mendDisk("a");
  expect(builder.plan.map(({ type }) => type)).toEqual(PLAN_TYPES);
  expect(builder.plan.slice(1, 5)).toEqual([
    { at: 5000, type: "stall", node: "a", actor: "counter", forMs: 10 },
    { at: 5000, type: "slow", node: "a", actor: "counter", delay },
    { at: 5000, type: "kill", node: "a", thread: 1 },
    { at: 5000, type: "crashNode", node: "b", unsynced: "torn" },
  ]);
  expect(builder.plan[12]).toMatchObject({
    pairs: [
      ["a", "b"],
      ["b", "c"],
    ],
  });
});

test("what the methods have no argument for, and the order of times", () => {
  const builder = new PlanBuilder(SCOPE);
  builder.at(9).heal("split");
  builder.at(3).add({ type: "partition", groups: [["a"], ["b"]], name: "split", inFlight: "lost" });
  expect(builder.plan.map(({ at }) => at)).toEqual([3, 9]);
});

test("what is wrong adds nothing", () => {
  const added: PlanEntry[] = [];
  const builder = new PlanBuilder(SCOPE, { added: (entry) => added.push(entry) });
  builder.at(1).heal();
  expect(() => builder.at(2).kill("a", 1).kill("a", 3)).toThrow(InvalidPlan);
  expect(() => builder.at(-1).heal()).toThrow(/^plan\[2\]\.at must be a whole number from 0/);
  expect(() => builder.at(5).partition(["a"])).toThrow(InvalidPlan);
  expect(builder.plan).toHaveLength(2);
  expect(added).toEqual(builder.plan);
});

test("while a run goes on, the past cannot be changed", () => {
  let now = 0;
  const added: PlanEntry[] = [];
  const builder = new PlanBuilder(SCOPE, { now: () => now, added: (entry) => added.push(entry) });
  builder.at(10).pauseNode("a");
  now = 20;
  builder.at(20).resumeNode("a");
  expect(() => builder.at(19).heal()).toThrow("plan[2].at must be 20 ms or later");
  expect(added).toEqual(builder.plan);
});
