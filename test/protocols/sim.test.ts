/**
 * Goal: instances over several nodes come to their end under faults, and `watch` sees what is
 * wrong. Needs dist/.
 */

import { expect, test } from "vitest";
import {
  openStore,
  type ProtocolDefinition,
  type Ref,
  type System,
} from "../../dist/actors/index.js";
import { type Plan, type Simulation, simulate } from "../../dist/actors/sim/index.js";
import { type Adder, DoubleToy, MoreToy, Toy } from "./toy.actors.ts";
import type { Toy as ToySpec } from "./toy.ts";

const NODES = ["a", "b", "c"];
const MEMBERS = ["home", "left", "right"];
/** Two members on one node: between them no network. */
const CLOSE = { home: "a", left: "a", right: "b" };
/** Long enough for a member to have been told that a disk is full, or is so no more. */
const FULL_MS = 20_000;
const inMemory = (system: System) => openStore(system, { memory: true });

/** Half of what is sent between nodes is lost, much comes twice, and nothing is in order. */
const BAD_LINKS: Plan = [
  {
    ...{ at: 0, type: "link", from: NODES, to: NODES, lossPercent: 50, duplicatePercent: 30 },
    delay: { type: "uniform", minMs: 1, maxMs: 400 },
  },
];

/** Each member adds 1 and 2. Gives what home counts then. */
async function add(
  sim: Simulation,
  definition: ProtocolDefinition<ToySpec, Adder>,
  more: Partial<Parameters<Simulation["protocol"]>[1]> = {},
): Promise<number> {
  const members = { home: "a", left: "b", right: "c" };
  const options = { id: "toy-1", config: { most: 9 }, members, ...more };
  const group = await sim.protocol(definition, options as never);
  await Promise.all(
    MEMBERS.map(async (member) => {
      const client = group.client(member);
      for (const by of [1, 2]) await client.add(by);
    }),
  );
  sim.completed();
  return group.states.get("home")?.total ?? 0;
}

test("members on three nodes over a network that loses, repeats and reorders", async () => {
  const options = { nodes: NODES, threads: 1, faults: BAD_LINKS };
  for (let seed = 0; seed < 5; seed += 1) {
    const { result, completed } = await simulate({ ...options, seed }, (sim) => add(sim, Toy));
    expect([result, completed]).toEqual([9, 1]);
  }
});

test("the same seed gives the same run", async () => {
  const options = { seed: 3, nodes: NODES, threads: 1, faults: BAD_LINKS };
  const [one, again] = [
    await simulate(options, (sim) => add(sim, Toy)),
    await simulate(options, (sim) => add(sim, Toy)),
  ];
  expect(again.hash).toBe(one.hash);
});

test("a request that is sent again is counted twice by who is wrong", async () => {
  const options = { seed: 1, nodes: NODES, threads: 1, faults: BAD_LINKS };
  const { result } = await simulate(options, (sim) => add(sim, DoubleToy));
  expect(result).toBeGreaterThan(9);
});

test("watch looks after each step, and its error fails the run", async () => {
  const options = { seed: 1, nodes: NODES, threads: 1, shrink: false } as const;
  await expect(simulate(options, (sim) => add(sim, MoreToy))).rejects.toThrow(
    /watch of MoreToy\/toy-1: Error: home counts \d+, and \d+ was told/,
  );
});

test("members that the body has started itself are looked at, too, until that ends", async () => {
  const run = async (sim: Simulation, ends: boolean): Promise<void> => {
    const end = sim.watchProtocol(MoreToy, "toy-2", ["home", "left"]);
    const members = { left: { thread: 1 } };
    await sim.system.protocol(MoreToy, { id: "toy-2", config: { most: 9 }, members } as never);
    if (ends) end();
    const left = await sim.system.protocol(MoreToy, { id: "toy-2", member: "right" } as never);
    await left.add(1);
  };
  const options = { seed: 1, threads: 2, shrink: false } as const;
  await simulate(options, (sim) => run(sim, true));
});

test("who keeps what it knows comes back after the death of its thread", async () => {
  const kills = [300, 340, 400].map((at) => ({ at, type: "kill", node: "a", thread: 1 }) as const);
  const members = { home: { node: "a", thread: 1 }, left: { node: "a", thread: 2 }, right: "b" };
  const system = { ownThreads: 1, threadIntensity: { deaths: 100 } };
  for (let seed = 0; seed < 5; seed += 1) {
    const options = { seed, nodes: ["a", "b"], threads: 2, system, faults: kills };
    const { result } = await simulate(options, async (sim) => {
      await sim.sleep(280);
      return add(sim, Toy, { members, journal: inMemory } as never);
    });
    expect(result).toBe(9);
  }
});

test("a member waits for a store that is being started again", async () => {
  const system = { ownThreads: 1 };
  await simulate({ seed: 1, nodes: ["a"], threads: 1, system }, async (sim) => {
    const store = await openStore(sim.system, { memory: true });
    const members = { home: { node: "a", thread: 1 }, left: "a", right: "a" };
    sim.crash(store);
    await sim.sleep(1);
    expect(await add(sim, Toy, { members, journal: () => store } as never)).toBe(9);
  });
});

test("an instance begins while one of its nodes starts: the members there follow", async () => {
  const options = { seed: 1, nodes: NODES, threads: 1 };
  const { result } = await simulate(options, async (sim) => {
    const b = sim.node("b");
    const at = Math.ceil(sim.now) + 1;
    sim.at(at).crashNode("b");
    sim.at(at + 10).restartNode("b");
    while (b.lives < 2) await sim.sleep(0.01);
    expect([b.down, b.runs]).toEqual([false, false]);
    return await add(sim, Toy, { journal: inMemory });
  });
  expect(result).toBe(9);
});

test("a member whose log cannot be opened has no state, and has its own when it can", async () => {
  const options = { seed: 1, nodes: NODES, threads: 1 };
  const { result } = await simulate(options, async (sim) => {
    const journal = (system: System) => openStore(system, { folder: "journal", thread: 1 });
    const group = await sim.protocol(Toy, {
      ...{ id: "toy-3", config: { most: 9 }, members: { home: "a" }, journal },
    });
    await group.client().add(1);
    sim.node("a").disk.fill(0);
    sim.crash(group.ref("home") as Ref<unknown>);
    await sim.sleep(FULL_MS);
    const full = group.states.has("home");
    sim.node("a").disk.mend();
    await sim.sleep(FULL_MS);
    return [full, group.states.get("home")?.total];
  });
  expect(result).toEqual([false, 1]);
});

test("an instance lives on one node that crashes: who waits is told", async () => {
  const faults: Plan = [
    { at: 400, type: "crashNode", node: "a" },
    { at: 500, type: "restartNode", node: "a" },
  ];
  const options = { seed: 1, nodes: NODES, threads: 1, faults } as const;
  await simulate(options, async (sim) => {
    const group = await sim.protocol(Toy, { id: "toy-3", config: { most: 9 }, members: CLOSE });
    await expect(group.client("left").add(1, 5_000)).resolves.toBe(1);
    await sim.sleep(600 - sim.now);
    await expect(group.client("right").add(1, 2_000)).rejects.toMatchObject({
      code: "ERR_OUTCOME_UNKNOWN",
    });
    await expect(group.client("home").add(1, 2_000)).rejects.toMatchObject({
      code: "ERR_NO_SUCH_INSTANCE",
    });
  });
});
