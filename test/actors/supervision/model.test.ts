/**
 * Goal: whatever is done to a supervisor and its children, in whatever order, they are where a
 * small model of the rules (support/supervisor-model.ts) has them. See supervisor-runs.ts.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { System } from "../../../dist/actors/index.js";
import { sabeam } from "../support/native.ts";
import { type Found, modelRuns } from "../support/supervisor-runs.ts";
import { keepingLog } from "../support/systems.ts";

const RUNS = 500;
/** The same commands each time, or chance decides how far they come; test/long varies them. */
const SEED = 2;

let system: System;
beforeAll(async () => {
  system = await sabeam.startSystem({ threads: 0, log: keepingLog().log });
});
afterAll(() => system.stop());

test(`${RUNS} runs of random commands`, async () => {
  const found: Found = { commands: new Map(), ended: 0, refused: 0, restarts: 0 };
  await modelRuns(system, RUNS, found, SEED);
  // The runs went everywhere.
  expect([...found.commands.values()].every((count) => count > RUNS / 5)).toBe(true);
  expect(found.ended).toBeGreaterThan(RUNS / 50);
  expect(found.refused).toBeGreaterThan(RUNS / 5);
  expect(found.restarts).toBeGreaterThan(RUNS / 5);
});
