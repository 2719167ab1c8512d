/** Goal: thousands of runs in one process need no more memory than one. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { simulate } from "../../dist/actors/sim/index.js";

const ROUNDS = 5;
const MIB = 2 ** 20;

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** What finalizers let go of is collected the next time. */
async function sharedMemory(): Promise<number> {
  for (let round = 0; round < 4; round += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().arrayBuffers;
}

test("runs that are over leave no memory behind, however they ended", async () => {
  const options = { threads: 1, shrink: { runsMax: 2 }, faults: { durationMs: 5_000 } };
  const run = async (seed: number): Promise<void> => {
    await simulate({ seed, ...options }, async (sim) => {
      await sim.sleep(5_000);
      if (seed % 2 === 0) throw new Error("it fails on purpose");
    }).catch(() => {});
  };
  await run(0);
  const before = await sharedMemory();
  for (let seed = 1; seed <= ROUNDS; seed += 1) await run(seed);
  // One run has some 10 MiB.
  expect((await sharedMemory()) - before).toBeLessThan(5 * MIB);
});

test("what is collected in a run tells nobody: when it would is up to the collector", async () => {
  const told: string[] = [];
  const registry = new FinalizationRegistry<string>((what) => void told.push(what));
  await simulate({ seed: 1, threads: 0 }, () => registry.register({}, "in a run"));
  registry.register({}, "behind it");
  for (let round = 0; round < 50 && told.length === 0; round += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(told).toEqual(["behind it"]);
});
