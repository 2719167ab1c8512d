/** Whoever uses all there is leaves turns for timers, files and the others. Needs dist/. */

import { expect, test } from "vitest";
import { runFixture } from "../support/children.ts";

interface Watch {
  timers: number;
  files: number;
  p99Ms: number;
  asked: number;
}

interface Facts {
  flooded: Watch;
  flood: number;
  answers: number;
  ticks: number;
  local: Watch;
  far: Watch;
}

/**
 * Of the hundred timers that would fire in an idle half second; somebody starved sees none or one.
 */
const SOME = 5;

test("timers, files and other threads get their turn", async () => {
  const { facts } = await runFixture<Facts>("fairness.mjs");
  for (const { timers, files } of [facts.flooded, facts.local, facts.far]) {
    expect(timers).toBeGreaterThan(SOME);
    expect(files).toBeGreaterThan(SOME);
  }
  expect(facts.flood).toBeGreaterThan(10_000);
  expect(facts.answers).toBeGreaterThan(SOME);
  expect(facts.ticks).toBeGreaterThan(SOME);
  expect(facts.local.asked).toBeGreaterThan(1000);
  expect(facts.far.asked).toBeGreaterThan(100);
  const p99 = [facts.flooded, facts.local, facts.far].map(({ p99Ms }) => p99Ms);
  process.stdout.write(`timers of 5 ms late by (p99): ${p99.join(", ")} ms\n`);
});
