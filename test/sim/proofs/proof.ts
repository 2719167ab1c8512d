/**
 * Proofs: programs that run under simulated faults, one seed after the other, with what must hold.
 *
 *     SABEAM_SEEDS=17 npx vitest run test/sim/names.test.ts     one seed alone; 17-40 is a range
 *
 * What a run has met is added up, and a proof says how much of it there must be: seeds in which
 * nothing went wrong prove nothing.
 */

import { drawPlan, type PlanKind, type Simulation } from "../../../dist/actors/sim/index.js";

/** What has happened, by name: faults that struck, things that a program has done. */
export type Met = Readonly<Record<string, number>>;

export interface Proof {
  readonly name: string;
  /** Where it is run from, for whoever wants a seed again. */
  readonly file: string;
  /** Runs a seed. Rejects if something does not hold. */
  run(seed: number): Promise<Met>;
  /** What a hundred seeds meet at least. */
  readonly least: Met;
}

export interface Seeds {
  readonly first: number;
  readonly count: number;
}

/** As asked for, else these. */
export function seedsOr(seeds: Seeds, asked = process.env.SABEAM_SEEDS): Seeds {
  if (asked === undefined) return seeds;
  const [first = 0, last = first] = asked.split("-").map(Number);
  return { first, count: last - first + 1 };
}

/** Runs seeds, and returns what they have met. Rejects with the first one that fails. */
export async function prove(
  proof: Proof,
  { first, count }: Seeds,
): Promise<Record<string, number>> {
  const sum: Record<string, number> = {};
  for (let seed = first; seed < first + count; seed += 1) {
    const met = await proof.run(seed).catch((error: unknown) => {
      const again = `SABEAM_SEEDS=${seed} npx vitest run ${proof.file}`;
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

export interface Trouble {
  /** Milliseconds from now on in which faults begin. */
  readonly forMs: number;
  /** How many a minute, by kind. */
  readonly kinds: { readonly [Kind in PlanKind]?: number };
  /** Names or labels of actors that they may befall. */
  readonly actors?: readonly string[];
  readonly threads: number;
}

/**
 * Draws faults for the time from now on. Some deaths of threads have others close behind them,
 * which find the system in the middle of a recovery. Returns when the last one has had its effect.
 */
export function makeTrouble(sim: Simulation, { forMs, kinds, actors, threads }: Trouble): number {
  const from = Math.ceil(sim.now) + 1;
  const nodes = [...sim.nodes.keys()];
  const options = { nodes, threads, durationMs: forMs, quietAfterMs: forMs, kinds };
  const random = sim.random.fork("trouble");
  let lastMs = from;
  for (const { at, ...entry } of drawPlan(random, actors ? { ...options, actors } : options)) {
    sim.at(from + at).add(entry);
    lastMs = Math.max(lastMs, from + at + ("forMs" in entry ? (entry.forMs ?? 0) : 0));
    if (entry.type !== "kill") continue;
    for (let after = at; random.chance(40); ) {
      after += random.int(random.chance(50) ? 4 : 60);
      sim.at(from + after).kill(entry.node, 1 + random.int(threads));
      lastMs = Math.max(lastMs, from + after);
    }
  }
  return lastMs;
}

/** Sleeps until so long after that time. */
export function calm(sim: Simulation, lastMs: number, ms: number): Promise<void> {
  return sim.sleep(Math.max(0, lastMs - sim.now) + ms);
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
