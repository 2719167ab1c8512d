/**
 * Goal: a tree starts, is restarted from the top and stops as a whole, and nobody is left out or
 * left behind. A hundred times as large, and measured, in test/long/tree.test.ts.
 */
import { expect, test } from "vitest";
import { fixture, sabeam } from "../support/native.ts";
import { keepingLog, THREADS } from "../support/systems.ts";
import { liveTree } from "../support/trees.ts";

const { Branch, Leaf } = await fixture<typeof import("../fixtures/forest.mjs")>("forest");
const { childSpec, startSystem } = sabeam;

test.each(THREADS)("threads: %i, 20 supervisors and 1000 workers", async (threads) => {
  const system = await startSystem({ threads, log: keepingLog().log });
  await liveTree(system, { branches: 20, leaves: 50, thread: "spread" });
  await system.stop();
});

test("a child that is forgotten gives back its place, and that of its ref by id", async () => {
  // One range of slots: a thousand that are kept would be all there are.
  const system = await startSystem({ threads: 0, maxActors: 1024, log: keepingLog().log });
  const app = await system.spawn(Branch, [0, "local"]);
  const spec = childSpec(Leaf, [], { id: "a", restart: "temporary" });
  for (let times = 0; times < 1100; times += 1) {
    await app.call.startChild(spec);
    await app.call.child("a");
    await app.call.terminateChild("a");
  }
  expect(await app.call.countChildren()).toMatchObject({ specs: 0 });
  expect(system.counters().actors).toBe(1);
  await system.stop();
});
