/** As test/actors/supervision/tree.test.ts: 1000 supervisors, 100 000 workers. Needs dist/. */

import { expect, test } from "vitest";
import { sabeam } from "../actors/support/native.ts";
import { keepingLog } from "../actors/support/systems.ts";
import { liveTree, type TreeTimes } from "../actors/support/trees.ts";

/** Four times the tree may take four times as long, and as much again for a busy machine. */
const GROWTH_MAX = 8;
/** What is left of a tree that has ended. */
const BYTES_MAX = 20 * 2 ** 20;

test.each([0, 2])("threads: %i, in linear time and bounded memory", async (threads) => {
  const { log } = keepingLog();
  const system = await sabeam.startSystem({ threads, log, development: false });
  const grow = (branches: number): Promise<TreeTimes> =>
    liveTree(system, { branches, leaves: 100, thread: "spread" });
  await grow(250);
  const quarter = await grow(250);
  const before = process.memoryUsage().rss;
  const whole = await grow(1000);
  const first = process.memoryUsage().rss;
  await grow(1000);
  const second = process.memoryUsage().rss;
  const told = [quarter, whole].map((times) => JSON.stringify(times)).join(", ");
  const bytes = [before, first, second].map((rss) => Math.round(rss / 2 ** 20)).join(", ");
  process.stdout.write(`threads ${threads}: ${told}; ${bytes} MB\n`);
  for (const key of ["startMs", "restartMs", "stopMs"] as const) {
    expect(whole[key]).toBeLessThan(GROWTH_MAX * Math.max(10, quarter[key]));
  }
  expect(second - first).toBeLessThan(first - before + BYTES_MAX);
  await system.stop();
});
