/**
 * Two actors write numbers into a store of a simulated node, which lives through what seeds decide:
 * crashes, with what is left then of unsynced bytes; deaths of threads; disks that refuse.
 */

import { expect } from "vitest";
import {
  openStore,
  type StoreOptions,
  type StoreRef,
  type System,
} from "../../../../dist/actors/index.js";
import { type Simulation, simulate } from "../../../../dist/actors/sim/index.js";
import { forget, Scribes, seen } from "./scribes.ts";

const RUN_MS = 1500;
const CALM_MS = 700;
/** Threads of the store and of the actors that write. */
const [STORE, SCRIBES] = [1, 2];
const UNSYNCED = ["lost", "kept", "torn"] as const;

type Trouble = (sim: Simulation, at: number) => void;

export const OF_THREADS: readonly Trouble[] = [
  (sim, at) => void sim.at(at).kill("a", STORE),
  (sim, at) => void sim.at(at).kill("a", STORE, sim.random.int(60)),
  (sim, at) => void sim.at(at).kill("a", SCRIBES),
];

export const OF_NODES: readonly Trouble[] = [
  ...OF_THREADS,
  (sim, at) => {
    sim.at(at).crashNode("a", UNSYNCED[sim.random.int(UNSYNCED.length)]);
    sim.at(at + 20).restartNode("a");
  },
  (sim, at) => void sim.at(at).failSync("a"),
];

/** Faults that have struck, by kind. */
export async function hardTimes(
  seed: number,
  options: StoreOptions,
  troubles: readonly Trouble[],
): Promise<Readonly<Record<string, number>>> {
  forget();
  const boot = async (system: System): Promise<void> => {
    const open = (): Promise<StoreRef> => openStore(system, { thread: STORE, ...options });
    // A sync that fails may be one of those that opening needs; it is one at a time.
    const store = await open().catch(open);
    try {
      await system.spawn(Scribes, [store], { thread: 0 });
    } catch (error) {
      // The node may crash while it starts.
      const { cause } = error as { readonly cause?: { readonly code?: unknown } };
      if (cause?.code !== "ERR_NODE_DOWN") throw error;
    }
  };
  const { faults } = await simulate({ seed, threads: 2, boot }, async (sim) => {
    const begin = Math.ceil(sim.now) + 50;
    for (let at = begin; at < begin + RUN_MS - 300; at += 100 + sim.random.int(300)) {
      troubles[sim.random.int(troubles.length)]?.(sim, at);
    }
    await sim.sleep(RUN_MS);
    const before = new Map(seen.durable);
    await sim.sleep(CALM_MS);
    // In the end it works again.
    for (const log of ["a", "b"]) {
      expect(seen.durable.get(log)).toBeGreaterThan(before.get(log) ?? 0);
    }
  });
  expect(seen.problems).toEqual([]);
  return faults;
}
