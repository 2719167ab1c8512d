/**
 * Names: claims and releases from all threads, while holders crash and threads die.
 *
 * Always: no two living holders of a name; whoever is refused was refused because of somebody; a
 * name leads to the holder that lives, on every thread. At the end: every name can be had.
 */

import { type Plan, type Simulation, simulate } from "../../../dist/actors/sim/index.js";
import { Claimer, Holder, noteIn } from "./names.actors.ts";
import { calm, drawTrouble, type Met, MORTAL, type Proof, started, type Trouble } from "./proof.ts";
import { Registry } from "./registry.ts";

const NAMES = ["ann", "bob", "cid"];
const THREADS = 3;
const USERS = 3;
const TROUBLE_MS = 1_000;
/** After the last fault: deaths have been heard of, threads are there again. */
const CALM_MS = 1_000;
const TROUBLE: Trouble = {
  forMs: TROUBLE_MS,
  kinds: { kill: 300, crash: 600, stall: 20, slow: 100 },
  actors: NAMES,
  threads: THREADS,
};

async function user(sim: Simulation, registry: Registry, number: number): Promise<void> {
  const { system } = sim;
  const random = sim.random.fork(`user ${number}`);
  const until = sim.now + TROUBLE_MS;
  while (sim.now < until) {
    const name = NAMES[random.int(NAMES.length)] ?? "";
    const thread = random.int(THREADS + 1);
    const from = random.int(THREADS + 1);
    const holder = system.named(Holder, name);
    const claimer = system.named(Claimer, `claimer ${from}`);
    const here = from === 0;
    const spawn = (number: number) => system.spawn(Holder, [name, number], { name, thread });
    // A claimer may be dead, or end in the middle of it; what it did is in the registry.
    const there = async (work: Promise<unknown>): Promise<void> =>
      void (await work.catch(() => {}));
    const actions = [
      () => (here ? registry.claim(name, spawn) : there(claimer.call.claim(name, thread))),
      () => (here ? registry.claim(name, spawn) : there(claimer.call.claim(name, thread))),
      () => (here ? registry.ask(name, () => holder.call.who()) : there(claimer.call.ask(name))),
      () => there(claimer.call.look(name)),
      () => registry.look(name, () => system.whereis(Holder, name)),
      () => void holder.cast.leave(),
      () => void holder.cast.fail(),
    ];
    await actions[random.int(actions.length)]?.();
    await sim.sleep(random.int(30));
  }
}

/** One on each thread, again and again, until told to stop. */
async function keepClaimers(sim: Simulation, goesOn: () => boolean): Promise<void> {
  while (goesOn()) {
    for (let thread = 1; thread <= THREADS; thread += 1) {
      const name = `claimer ${thread}`;
      if (sim.system.whereis(Claimer, name) !== undefined) continue;
      await sim.system.spawn(Claimer, [], { name, thread }).catch(() => {});
    }
    await sim.sleep(20);
  }
}

/** Whoever has a name gives it up, and then it can be had at once. */
async function allCanBeHad({ system }: Simulation, registry: Registry): Promise<void> {
  const before = registry.met.claimed ?? 0;
  for (const name of NAMES) {
    const holder = system.whereis(Holder, name);
    if (holder !== undefined) {
      const down = system.whenDown(holder);
      holder.cast.leave();
      await down;
    }
    await registry.claim(name, (number) => system.spawn(Holder, [name, number], { name }));
    registry.look(name, () => system.whereis(Holder, name));
  }
  if (registry.met.claimed !== before + NAMES.length) throw new Error("a name cannot be had");
}

async function body(sim: Simulation, faults: Plan): Promise<Met> {
  const registry = new Registry(sim);
  noteIn(registry);
  sim.always("names", () => registry.problems[0]);
  sim.always("who has gone is noted", () => void registry.sweep(), { every: 16 });
  let goesOn = true;
  const keeping = keepClaimers(sim, () => goesOn);
  await started(sim);
  await Promise.all(Array.from({ length: USERS }, (_, at) => user(sim, registry, at)));
  await calm(sim, faults, CALM_MS);
  await allCanBeHad(sim, registry);
  goesOn = false;
  await keeping;
  await sim.system.stop();
  return registry.met;
}

export const names: Proof = {
  name: "names",
  file: "test/sim/names.test.ts",
  least: { claimed: 2_000, refused: 1_500, asked: 2_000, absent: 800, kill: 180 },
  async run(seed, more) {
    const faults = drawTrouble(seed, TROUBLE);
    const system = { development: seed % 2 === 0, ...MORTAL };
    const options = { seed, threads: THREADS, system, faults, ...more };
    const { result, faults: met, messages } = await simulate(options, (sim) => body(sim, faults));
    return { ...result, ...met, messages };
  },
};
