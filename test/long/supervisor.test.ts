/** As test/actors/supervision/model.test.ts, with many more runs. Needs dist/. */

import { expect, test } from "vitest";
import { sabeam } from "../actors/support/native.ts";
import { type Found, modelRuns } from "../actors/support/supervisor-runs.ts";
import { keepingLog } from "../actors/support/systems.ts";

const RUNS = 10_000;

test(`${RUNS} runs of random commands on a supervisor and on the model`, async () => {
  const system = await sabeam.startSystem({ threads: 0, log: keepingLog().log });
  const found: Found = { commands: new Map(), ended: 0, refused: 0, restarts: 0 };
  await modelRuns(system, RUNS, found);
  expect(found.ended).toBeGreaterThan(0);
  await system.stop();
});
