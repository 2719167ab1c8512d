/** Grows a tree of supervisors and workers, has it restarted from the top, and stops it. */

import type { Placement, System } from "../../../dist/actors/index.js";
import { fixture } from "./native.ts";
import { until } from "./systems.ts";

const { Trunk } = await fixture<typeof import("../fixtures/forest.mjs")>("forest");

/** Far more than a tree of 100 000 needs. */
const TREE_MS_MAX = 300_000;

export interface TreeTimes {
  readonly startMs: number;
  readonly restartMs: number;
  readonly stopMs: number;
}

export interface TreeSize {
  readonly branches: number;
  readonly leaves: number;
  readonly thread: Placement;
}

/** Rejects if at any point there are more or fewer actors than there should be. */
export async function liveTree(system: System, size: TreeSize): Promise<TreeTimes> {
  const { branches, leaves, thread } = size;
  const all = 1 + branches * (1 + leaves);
  const actors = (count: number): Promise<void> =>
    until(`there are ${count} actors`, () => system.counters().actors === count);

  const begun = performance.now();
  const trunk = await system.spawn(Trunk, [branches, leaves, thread], { thread });
  const started = performance.now();
  await actors(all);
  const before = await trunk.call.whichChildren();

  const killed = performance.now();
  const one = before[Math.floor(branches / 2)]?.ref;
  if (one === undefined) throw new Error("a branch does not run");
  system.exit(one, "kill");
  const ask = trunk.with({ timeout: TREE_MS_MAX });
  const again = async (): Promise<boolean> => {
    const { active } = await ask.call.countChildren();
    const last = (await ask.call.whichChildren()).at(-1);
    return active === branches && last?.restarts === 1 && last.status === "running";
  };
  await until("all have been started again", again, TREE_MS_MAX);
  const restarted = performance.now();
  await actors(all);
  const after = await trunk.call.whichChildren();
  const same = after.filter(({ ref }, index) => ref === before[index]?.ref);
  if (same.length > 0) throw new Error(`${same.length} branches were not started again`);

  const stopping = performance.now();
  await system.stopActor(trunk, { reason: "shutdown", timeout: TREE_MS_MAX });
  const stopped = performance.now();
  await actors(0);
  return {
    startMs: started - begun,
    restartMs: restarted - killed,
    stopMs: stopped - stopping,
  };
}
