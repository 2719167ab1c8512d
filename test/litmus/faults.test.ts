/**
 * A thread is cut off between any two steps of the data path, on real threads: the others go on, no
 * sleeper is left behind, and what it shared can be used by its next
 * life, and every message is accounted for. Needs dist/.
 */

import { afterAll, beforeAll, expect, test } from "vitest";
import { patchedBuild, runFixture } from "../support/children.ts";
import { FAULT_POINTS } from "../support/fault-points.ts";

interface Fact {
  point: string;
  answers: number[];
  crowd: number;
  relayed: boolean;
  remains: { queued: number; open: number };
}

const NAMES = FAULT_POINTS.map(({ put }) => /sabeamFault\?\.\("(.*?)"\)/.exec(put)?.[1] ?? "");
/** The thread ends after its message was published, so whoever sleeps must get it all the same. */
const PUBLISHED = ["TAIL, no bit", "bit, not rung", "PARKED taken"];

const build = patchedBuild(FAULT_POINTS);
let facts: Fact[] = [];

beforeAll(async () => {
  const outcome = await runFixture<Fact[]>("fault-points.mjs", { args: NAMES, build });
  expect([outcome.code, outcome.stderr]).toEqual([0, ""]);
  facts = outcome.facts;
}, 30_000);
afterAll(() => build.remove());

test.each(NAMES)("cut off at: %s", (name) => {
  const fact = facts.find(({ point }) => point === name);
  expect(fact?.answers).toEqual([1, 2, 3, 4]);
  expect(fact?.crowd).toBe(1100);
  expect(fact?.remains).toEqual({ queued: 0, open: 0 });
  if (PUBLISHED.includes(name)) expect(fact?.relayed).toBe(true);
});
