/**
 * Fleets: instances of a protocol, one after the other, whose members are on three nodes, while
 * networks, threads, nodes and disks fail.
 *
 *     faults:   links, partitions, kills, crashes of nodes …   │ all is healed
 *     workers:  instance, instance, instance, …                │ the last ones end; of durable
 *                                                              │ runs some nodes lose power, and
 *                                                              │ a few instances more begin there
 */

import { type AskOptions, openStore, type System } from "../../../dist/actors/index.js";
import {
  drawPlan,
  lastFaultAt,
  type PlacedInstance,
  type PlacedMember,
  type Plan,
  type PlanEntry,
  type PlanKind,
  type Simulation,
  simulate,
} from "../../../dist/actors/sim/index.js";
import { Random } from "../../../dist/runtime/index.js";
import type { Met, More } from "./proof.ts";

export const NODES: readonly string[] = ["a", "b", "c"];
export const THREADS = 2;
/** Seeds from here on are for the long suite, and their runs are larger. */
export const LONG_FROM = 1_000;
const WORKERS = { short: 6, long: 64 };
/** Who keeps nothing is cheap. */
const VOLATILE_TIMES = 2;
/** Milliseconds in which faults happen, from the beginning on. */
const TROUBLE_MS = { short: 8_000, long: 30_000 };
/** So long after the last fault an instance that can end has ended. */
export const CALM_MS = 60_000;
/** Milliseconds between two short partitions, at most, and twice that of one. */
const FLICKER_MS = 1_000;
/** Nodes whose power is cut once when all else is over. */
const CUT_PERCENT = 20;
/** Milliseconds until the power of a node fails whose sync has failed, and until it is back. */
const CUT_MS = 12;
const DARK_MS = 300;
/** Milliseconds between two crashes of members, at most. */
const STRIKE_MS = 600;

/** Incidents a minute: of each node, or of the network. */
const NETWORK: Kinds = { link: 30, partition: 25, oneWayPartition: 12, partialPartition: 12 };
const MACHINES: Kinds = { kill: 20, crashNode: 12, pauseNode: 4 };
const DISKS: Kinds = { slowDisk: 4, failSync: 16, fillDisk: 2 };
type Kinds = { readonly [Kind in PlanKind]?: number };

/** The code of "no room", and milliseconds until somebody asks again who was told so. */
export const FULL = "ERR_JOURNAL_FULL";
export const FULL_MS = 500;

/** What one instance needs. */
export interface Fleet {
  readonly sim: Simulation;
  /** Of the worker. */
  readonly random: Random;
  readonly isDurable: boolean;
  /** Where members keep what they know, if they do. */
  readonly journal: { journal?: (system: System) => ReturnType<typeof openStore> };
  /** Milliseconds until all has been calm for long. */
  leftMs(): number;
  note(what: string, times?: number): void;
  /** Members that crash now and then while the instance lasts. */
  readonly struck: Set<() => void>;
}

/** Plays an instance to its end, and throws if it is not as it should be. */
export type Play = (fleet: Fleet, id: string) => Promise<void>;

/** A run of a fleet: what a proof's `run` is. */
export async function runFleet(play: Play, seed: number, more: More = {}): Promise<Met> {
  const isDurable = seed % 2 === 0;
  const size = seed < LONG_FROM ? "short" : "long";
  const troubleMs = TROUBLE_MS[size];
  const faults = drawFaults(seed, isDurable, troubleMs);
  const met: Record<string, number> = {};
  const options = {
    ...{ seed, nodes: NODES, threads: THREADS, faults },
    ...{
      system: { development: false, ownThreads: 1, threadIntensity: { deaths: 1000 } },
      ...more,
    },
  };
  const outcome = await simulate(options, async (sim) => {
    const untilMs = Math.max(troubleMs, lastFaultAt(faults));
    const power = sim.random.fork("power");
    const cut = isDurable ? NODES.filter(() => power.chance(CUT_PERCENT)) : [];
    const workers = WORKERS[size] * (isDurable || size === "short" ? 1 : VOLATILE_TIMES);
    await body(sim, { isDurable, cut, met, play, troubleMs, untilMs, workers });
  });
  const { messages, completed, faults: struck } = outcome;
  const partitions = (struck.partition ?? 0) + (struck.oneWayPartition ?? 0);
  return {
    ...met,
    ...struck,
    ...{ messages, completed, partitions: partitions + (struck.partialPartition ?? 0) },
    crashes: (struck.kill ?? 0) + (struck.crashNode ?? 0) + (struck.crash ?? 0),
  };
}

function drawFaults(seed: number, isDurable: boolean, troubleMs: number): Plan {
  const random = new Random(seed).fork("fleet");
  const kinds: Record<string, number> = {};
  // Each seed leaves some kinds out, and has more of others (swarm testing).
  for (const [kind, rate] of Object.entries({ ...NETWORK, ...MACHINES, ...(isDurable && DISKS) })) {
    if (random.chance(70)) kinds[kind] = rate;
  }
  const times = { durationMs: troubleMs, quietAfterMs: troubleMs };
  const plan = drawPlan(random, { nodes: NODES, threads: THREADS, ...times, kinds });
  const all = [...plan, ...powerCuts(random, plan), ...flickers(random, troubleMs)];
  return all.sort((one, other) => one.at - other.at);
}

/** Short partitions, one after the other: those that are drawn last for seconds. */
function flickers(random: Random, troubleMs: number): PlanEntry[] {
  const plan: PlanEntry[] = [];
  for (let at = random.int(FLICKER_MS); at < troubleMs; at += random.int(FLICKER_MS)) {
    const [name, node] = [`flicker-${plan.length}`, NODES[random.int(NODES.length)] ?? "a"];
    const groups = [[node], NODES.filter((other) => other !== node)];
    plan.push({ at, type: "partition", name, groups, inFlight: "lost" });
    at += 1 + random.int(FLICKER_MS / 2);
    plan.push({ at, type: "heal", name });
  }
  return plan;
}

/** What a sync that has failed leaves behind shows only where the power fails soon after it. */
function powerCuts(random: Random, plan: Plan): PlanEntry[] {
  return plan.flatMap((entry): PlanEntry[] => {
    if (entry.type !== "failSync" || random.chance(40)) return [];
    const { node } = entry;
    const at = entry.at + 1 + random.int(CUT_MS);
    return [
      { at, type: "crashNode", node, unsynced: "lost" },
      { at: at + DARK_MS, type: "restartNode", node },
    ];
  });
}

interface Course {
  readonly isDurable: boolean;
  /** Nodes whose power is cut in the end. */
  readonly cut: readonly string[];
  readonly play: Play;
  readonly met: Record<string, number>;
  /** Until then instances begin, and members are struck. */
  readonly troubleMs: number;
  /** Then the last fault is over. */
  readonly untilMs: number;
  readonly workers: number;
}

async function body(sim: Simulation, course: Course): Promise<void> {
  const { isDurable, cut, met, play, troubleMs, untilMs } = course;
  const thread = sim.random.chance(50) ? ("own" as const) : 1;
  const journal = (system: System) => openStore(system, { folder: "journal", thread });
  const struck = new Set<() => void>();
  let calmUntilMs = untilMs + CALM_MS;
  const fleet = {
    ...{ sim, isDurable, struck, journal: isDurable ? { journal } : {} },
    leftMs: () => Math.ceil(calmUntilMs - sim.now),
    note: (what: string, times = 1): void => {
      met[what] = (met[what] ?? 0) + times;
    },
  };
  const work = async (worker: number): Promise<void> => {
    const random = sim.random.fork(`worker ${worker}`);
    for (let count = 0; sim.now < troubleMs; count += 1) {
      await play({ ...fleet, random }, `${worker}-${count}`);
    }
  };
  const workers = Array.from({ length: course.workers }, (_, worker) => work(worker));
  await Promise.all([...workers, strike(sim, struck, troubleMs), powerCycle(sim, cut, untilMs)]);
  // What nobody has read since it was written is read now.
  const random = sim.random.fork("last");
  calmUntilMs = sim.now + CALM_MS;
  for (const node of cut) await play({ ...fleet, random }, `last-${node}`);
}

/** A member crashes now and then. */
async function strike(
  sim: Simulation,
  struck: ReadonlySet<() => void>,
  untilMs: number,
): Promise<void> {
  const random = sim.random.fork("strikes");
  while (sim.now < untilMs) {
    await sim.sleep(random.int(STRIKE_MS));
    const all = [...struck];
    if (all.length > 0) all[random.int(all.length)]?.();
  }
}

/** At once, when the faults are over: what is durable then is all that there is. */
async function powerCycle(
  sim: Simulation,
  nodes: readonly string[],
  untilMs: number,
): Promise<void> {
  await sim.sleep(Math.max(0, untilMs - sim.now) + 1_000);
  const at = Math.ceil(sim.now) + 1;
  for (const node of nodes) {
    if (!sim.node(node).down) sim.at(at).crashNode(node);
    sim.at(at + 500).restartNode(node);
  }
}

/** A node and a thread for each member. */
export function placed(
  { random }: Fleet,
  members: readonly string[],
): { readonly [member: string]: PlacedMember } {
  const placeOf = (): PlacedMember => ({
    node: NODES[random.int(NODES.length)] ?? "a",
    thread: random.int(THREADS + 1),
  });
  return Object.fromEntries(members.map((member) => [member, placeOf()]));
}

/** An instance whose members have started; undefined: a fault has kept a volatile one from it. */
export async function begun<Instance>(
  { isDurable, note }: Fleet,
  starting: Promise<Instance>,
): Promise<Instance | undefined> {
  try {
    return await starting;
  } catch (error) {
    // What keeps what it knows is started until it has.
    if (isDurable) throw error;
    note("never begun");
    return undefined;
  }
}

/** Asks under one request id, and again while a journal has no room: there will be some. */
export async function patiently<Result>(
  { note, sim }: Fleet,
  requestId: string,
  deadlineMs: number,
  ask: (options: AskOptions) => Promise<Result>,
): Promise<Result> {
  const until = sim.now + deadlineMs;
  for (;;) {
    try {
      const leftMs = Math.max(1, Math.ceil(until - sim.now));
      return await ask({ requestId, deadlineMs: leftMs });
    } catch (error) {
      const { code, cause } = error as { code?: string; cause?: { code?: string } };
      const isFull = code === FULL || cause?.code === FULL;
      if (!isFull || sim.now >= until) throw error;
    }
    note("full");
    await sim.sleep(FULL_MS);
  }
}

/** Lets the members of an instance crash now and then, until what it gives ends the instance. */
export function crashing(
  { random, sim, struck }: Fleet,
  group: Pick<PlacedInstance<never, unknown>, "ref" | "end">,
  members: readonly string[],
): () => void {
  const crash = (): void => {
    const ref = group.ref(members[random.int(members.length)] ?? "home");
    if (ref !== undefined) sim.crash(ref);
  };
  struck.add(crash);
  return () => {
    struck.delete(crash);
    group.end();
  };
}
