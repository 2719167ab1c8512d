/**
 * Proofs: programs that run under simulated faults, one seed after the other, with what must hold.
 *
 *     SABEAM_SIM_SEED=17 npx vitest run test/sim/names.test.ts     one seed alone
 *
 * What a run has met is added up, and a proof says how much of it there must be: seeds in which
 * nothing went wrong prove nothing.
 */

import {
  drawPlan,
  lastFaultAt,
  type Plan,
  type PlanEntry,
  type PlanKind,
  type SimulateOptions,
  type Simulation,
} from "../../../dist/actors/sim/index.js";
import { Random } from "../../../dist/runtime/index.js";

/** Options of systems whose threads may die as often as they like. */
export const MORTAL = { ownThreads: 0, threadIntensity: { deaths: 1000 } };
/** So long messages may wait for threads that are held up. */
const QUIET_MS = 30_000;

/** What has happened, by name: faults that struck, things that a program has done. */
export type Met = Readonly<Record<string, number>>;

/** What may be said of a run besides: a failure need not be shrunk. */
export type More = Pick<SimulateOptions, "shrink">;

export interface Proof {
  readonly name: string;
  /** Where it is run from, for whoever wants a seed again. */
  readonly file: string;
  /** Runs a seed. Rejects if something does not hold. */
  run(seed: number, more?: More): Promise<Met>;
  /** What a hundred seeds meet at least. */
  readonly least: Met;
}

export interface Seeds {
  readonly first: number;
  readonly count: number;
}

/** The one that is asked for, else these. */
export function seedsOr(seeds: Seeds, asked = process.env.SABEAM_SIM_SEED): Seeds {
  return asked === undefined ? seeds : { first: Number(asked), count: 1 };
}

/** Runs seeds, and returns what they have met. Rejects with the first one that fails. */
export async function prove(
  proof: Proof,
  { first, count }: Seeds,
): Promise<Record<string, number>> {
  const sum: Record<string, number> = {};
  for (let seed = first; seed < first + count; seed += 1) {
    const met = await proof.run(seed).catch((error: unknown) => {
      const again = `SABEAM_SIM_SEED=${seed} npx vitest run ${proof.file}`;
      const what = error instanceof Error ? error.message : String(error);
      throw new Error(`${proof.name}: seed ${seed}: ${what}\n\nagain: ${again}`, { cause: error });
    });
    for (const [name, times] of Object.entries(met)) sum[name] = (sum[name] ?? 0) + times;
  }
  return sum;
}

/** What of `least` was not met by so many seeds. */
export function missing({ least }: Proof, met: Met, seeds: number): string[] {
  const share = seeds / 100;
  const names = Object.keys(least);
  const few = names.filter((name) => (met[name] ?? 0) < Math.floor((least[name] ?? 0) * share));
  return few.map((name) => `${name}: ${met[name] ?? 0} in ${seeds} seeds`);
}

/** Faults begin only then, in ms: the program has started. */
export const START_MS = 250;

/** A thread that is to die does so before one of so many writes. */
const WRITES_MAX = 100;

export interface Trouble {
  /** Milliseconds in which faults begin. */
  readonly forMs: number;
  /** How many a minute, by kind. */
  readonly kinds: { readonly [Kind in PlanKind]?: number };
  /** Names or labels of actors that they may befall. */
  readonly actors: readonly string[];
  readonly threads: number;
}

/**
 * The faults of a seed. Some deaths of threads have others close behind them, which find the system
 * in the middle of a recovery.
 */
export function drawTrouble(seed: number, { forMs, kinds, actors, threads }: Trouble): PlanEntry[] {
  const random = new Random(seed).fork("trouble");
  const scope = { nodes: ["a"], threads };
  const times = { durationMs: forMs, quietAfterMs: forMs };
  const plan: PlanEntry[] = [];
  const add = (at: number, thread: number, afterWrites = 0): void => {
    plan.push({ at, type: "kill", node: "a", thread, afterWrites });
  };
  const armed = new Set<number>();
  for (const entry of drawPlan(random, { ...scope, ...times, kinds, actors })) {
    const at = START_MS + entry.at;
    if (entry.type !== "kill") {
      plan.push({ ...entry, at });
      continue;
    }
    add(at, entry.thread, random.chance(70) ? random.int(WRITES_MAX) : 0);
    armed.add(entry.thread);
    for (let after = at; random.chance(40); ) {
      after += random.int(random.chance(50) ? 4 : 60);
      add(after, 1 + random.int(threads));
    }
  }
  // A thread that does nothing makes no writes, and would die of them when all is thought calm.
  const lastMs = Math.max(START_MS + forMs, lastFaultAt(plan));
  for (const thread of armed) add(lastMs + random.int(60), thread);
  return plan.sort((one, other) => one.at - other.at);
}

/** Sleeps until faults may begin. */
export function started(sim: Simulation): Promise<void> {
  return sim.sleep(Math.max(0, START_MS - sim.now));
}

/** Sleeps until so long after the last fault. */
export function calm(sim: Simulation, faults: Plan, ms: number): Promise<void> {
  return sim.sleep(Math.max(0, lastFaultAt(faults) - sim.now) + ms);
}

/** Calls `changed` as soon as a thread of the first node has died, and when all run again. */
export function onThreads(
  sim: Simulation,
  threads: number,
  changed: (isWhole: boolean) => void,
): void {
  const [node] = sim.nodes.values();
  let hosts = node?.hosts ?? [];
  let isWhole = true;
  sim.always("threads that run are noted", () => {
    if (!isWhole) hosts = node?.hosts ?? [];
    const isNow = hosts.length > threads && !hosts.some(({ virtual }) => virtual.dead);
    if (isNow === isWhole) return;
    isWhole = isNow;
    changed(isWhole);
  });
}

/** All that was sent has been handled, or never will be. */
export async function quiet(sim: Simulation): Promise<void> {
  const { system } = sim;
  const until = sim.now + QUIET_MS;
  while (system.counters().queued > 0) {
    if (sim.now > until) throw new Error(`${system.counters().queued} messages still wait`);
    await sim.sleep(50);
  }
  await sim.sleep(50);
}

/** How many lives of threads have ended. */
export function deathsOf({ system }: Simulation): number {
  return system.threads.reduce((sum, { index, generation }) => {
    return index === 0 ? sum : sum + generation - 1;
  }, 0);
}
