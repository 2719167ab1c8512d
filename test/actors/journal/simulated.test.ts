/**
 * Goal: whatever happens to a node, all that its store has said to be durable is there afterwards,
 * in order and without holes.
 */

import { expect, test } from "vitest";
import { hardTimes, OF_NODES, OF_THREADS } from "./support/hard-times.ts";

const SEEDS = 4;

test("what was durable survives crashes of the node, deaths of threads, failed syncs", async () => {
  const all: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    all.push(...Object.keys(await hardTimes(seed, { folder: "/var/journal" }, OF_NODES)));
  }
  expect([...new Set(all)].sort()).toEqual(["crashNode", "failSync", "kill", "restartNode"]);
});

test("a journal in memory survives threads that die at any store of theirs", async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    expect(await hardTimes(seed, { memory: 65_536 }, OF_THREADS)).toHaveProperty("kill");
  }
});
