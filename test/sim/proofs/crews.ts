/**
 * Crews: a dynamic supervisor, partitions and a ladder, while members fail, end and are ended, and
 * threads die.
 *
 * Always: one life of each member at a time; a key leads to its partition; epochs grow, and who
 * asks by the ladder's address is never answered by an older one. At the end: all run that should,
 * nobody else, and the best rung is in charge.
 */

import {
  childSpec,
  DynamicSupervisor,
  ladderRef,
  PartitionSupervisor,
  partitionsOf,
  type Ref,
  type System,
  startChild,
} from "../../../dist/actors/index.js";
import { type Plan, type Simulation, simulate } from "../../../dist/actors/sim/index.js";
import { Member, noteIn, type RungService, Service } from "./crews.actors.ts";
import { calm, drawTrouble, type Met, MORTAL, type Proof, started } from "./proof.ts";
import { Roster } from "./roster.ts";

const THREADS = 3;
const TROUBLE_MS = 800;
const CALM_MS = 3_000;
const PARTITIONS = 4;
const OFTEN = { intensity: 1_000, period: 1_000 };

type MemberRef = Ref<{ who(): string; end(fails: boolean): void }>;

/** Adds, ends and stops children of a dynamic supervisor; returns what checks them at the end. */
async function dynamic(sim: Simulation, roster: Roster, until: number) {
  const { system } = sim;
  const random = sim.random.fork("dynamic");
  const crew = await system.spawn(DynamicSupervisor, [OFTEN], { thread: 0 });
  const wanted = new Map<string, MemberRef>();
  for (let number = 0; sim.now < until; number += 1) {
    const id = `d${number}`;
    const thread = random.chance(50) ? "spread" : random.int(THREADS + 1);
    const one = await startChild(crew, Member, [id], { thread }).catch(() => undefined);
    if (one !== undefined) wanted.set(id, one as MemberRef);
    // Refs of one life each, so some of them lead to nobody any more.
    const all = [...wanted.values()];
    all[random.int(all.length + 1)]?.cast.end(random.chance(70));
    const [key, chosen] = [...wanted][random.int(wanted.size + 2)] ?? [];
    if (key !== undefined && chosen !== undefined) {
      const ended = await crew.call.terminateChild(chosen).then(
        () => true,
        () => false,
      );
      if (ended) wanted.delete(key);
    }
    await sim.sleep(random.int(50));
  }
  return async (): Promise<void> => {
    const infos = await crew.call.whichChildren();
    const running = infos.map(({ ref }) => String(ref)).sort();
    const living = roster.living("d").sort();
    roster.is(String(running) === String(living), () => `${living} live, and ${running} are known`);
    roster.is(running.length >= wanted.size, () => `${running} of ${[...wanted.keys()]} run`);
  };
}

/** Asks partitions by key, and has them end. */
async function partitions(sim: Simulation, roster: Roster, until: number) {
  const random = sim.random.fork("partitions");
  const child = childSpec(Member, ["p"]);
  const options = { child, partitions: PARTITIONS, withIndex: true, ...OFTEN };
  const supervisor = await sim.system.spawn(PartitionSupervisor, [options], { thread: 0 });
  const shards = await partitionsOf(Member, supervisor);
  let size = PARTITIONS;
  const ask = async (key: number, must: boolean): Promise<void> => {
    const answer = await shards
      .of(key)
      .call.who()
      .catch((error: unknown) => error);
    const isRight = answer === `p${key % size}`;
    const isDown = answer instanceof Error && !must;
    roster.is(isRight || isDown, () => `key ${key} of ${size} leads to ${answer}`);
    roster.count("asked");
  };
  while (sim.now < until) {
    const key = random.int(PARTITIONS);
    if (random.chance(40)) shards.of(key).cast.end(random.chance(70));
    else if (random.chance(85)) await ask(key, false);
    else {
      const wanted = 1 + random.int(PARTITIONS);
      const done = await shards.resize(wanted).catch((error: unknown) => error);
      if (done === undefined) size = wanted;
    }
    await sim.sleep(random.int(20));
  }
  return async (): Promise<void> => {
    const known = (await supervisor.call.whichChildren()).map(({ ref }) => String(ref)).sort();
    const living = roster.living("p").sort();
    roster.is(String(known) === String(living), () => `${living} live, and ${known} are known`);
    roster.is(known.length === size, () => `${known} run, of ${size}`);
    for (let key = 0; key < PARTITIONS; key += 1) await ask(key, true);
  };
}

/** Asks a service whose rungs fail. */
async function ladder({ system, ...sim }: { system: System } & Asking, until: number) {
  const { random, roster } = sim;
  const threads = [1 + random.int(THREADS), random.int(THREADS + 1)] as const;
  const service = await system.spawn(Service, [...threads], { thread: 0 });
  const address = (await ladderRef(service)) as Ref<RungService>;
  while (sim.now() < until) {
    if (random.chance(10)) address.cast.end();
    const epoch = await address
      .with({ timeout: 300 })
      .call.serve()
      .catch(() => undefined);
    if (epoch !== undefined) roster.served(epoch);
    await sim.sleep(random.int(25));
  }
  return async (): Promise<void> => {
    const { state, rung } = await service.call.status();
    roster.is(state === "serving" && rung === "best", () => `${rung} is in charge (${state})`);
    roster.served(await address.call.serve());
  };
}

interface Asking {
  readonly random: Simulation["random"];
  readonly roster: Roster;
  now(): number;
  sleep(ms: number): Promise<void>;
}

async function body(sim: Simulation, faults: Plan): Promise<Met> {
  const roster = new Roster(sim);
  noteIn(roster);
  sim.always("crews", () => roster.problems[0]);
  await started(sim);
  const until = sim.now + TROUBLE_MS;
  const asking: Asking = {
    random: sim.random.fork("ladder"),
    roster,
    now: () => sim.now,
    sleep: (ms) => sim.sleep(ms),
  };
  const checks = await Promise.all([
    dynamic(sim, roster, until),
    partitions(sim, roster, until),
    ladder({ system: sim.system, ...asking }, until),
  ]);
  await calm(sim, faults, CALM_MS);
  for (const check of checks) await check();
  await sim.system.stop();
  return roster.met;
}

export const crews: Proof = {
  name: "crews",
  file: "test/sim/crews.test.ts",
  least: { begun: 6_000, epochs: 500, served: 3_500, asked: 2_500, crash: 40, kill: 80 },
  async run(seed, more) {
    const actors = ["p0", "p1", "p2", "p3", "d1", "d3", "d5", "Best", "Simple"];
    const kinds = { kill: [0, 100, 400][seed % 3] ?? 0, crash: 200, slow: 40, stall: 5 };
    const faults = drawTrouble(seed, { forMs: TROUBLE_MS, kinds, actors, threads: THREADS });
    const system = { development: seed % 2 === 0, ...MORTAL };
    const options = { seed, threads: THREADS, system, faults, ...more };
    const { result, faults: met, messages } = await simulate(options, (sim) => body(sim, faults));
    return { ...result, ...met, messages };
  },
};
