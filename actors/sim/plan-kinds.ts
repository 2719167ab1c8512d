/**
 * What can go wrong in a drawn plan: for each kind of incident whom it befalls, and what it is.
 *
 * An incident lasts from `startMs` to `endMs`. What it begins it also ends, but for what has no end
 * (deaths that supervisors mend, steps of clocks, flipped bits).
 */

import type { Random } from "../../runtime/random.ts";
import type { Delay } from "../../runtime/sim/delay.ts";
import { type Incident, pick, type Surroundings, someOf, splitInTwo } from "./incident.ts";
import type { PlanEntry } from "./plan.ts";
import { UNSYNCED } from "./plan-fields.ts";
import { swizzle } from "./swizzle.ts";

interface Kind {
  /** Each has incidents of its own. */
  entities(options: Surroundings): readonly string[];
  draw(incident: Incident): PlanEntry[];
}

export type PlanKind =
  | "crash"
  | "stall"
  | "slow"
  | "kill"
  | "crashNode"
  | "pauseNode"
  | "stepClock"
  | "driftClock"
  | "partition"
  | "oneWayPartition"
  | "partialPartition"
  | "swizzle"
  | "link"
  | "slowDisk"
  | "failSync"
  | "fillDisk"
  | "flipBit";

const PAIRS_MAX = 4;
const WRITES_MAX = 2_000;
const FREE_BYTES_MAX = 65_536;
const SYNCS_MAX = 3;
const SLOW_TURN_MS_MAX = 100;
const SLOW_DISK_MS_MAX = 300;
const SLOW_LINK_MS_MAX = 1_000;
const LOSS_PERCENT_MAX = 60;
const DUPLICATE_PERCENT_MAX = 30;
/** Bounds of which one is drawn, so that small and large values are equally likely. */
const CLOCK_STEPS_MS = [10, 1_000, 60_000, 3_600_000];
const DRIFTS_PPM = [50, 500, 5_000, 50_000];

const nodes = ({ nodes }: Surroundings): readonly string[] => nodes;
const network = ({ nodes }: Surroundings): readonly string[] => (nodes.length > 1 ? ["all"] : []);
const withActors = ({ nodes, actors = [] }: Surroundings): readonly string[] =>
  actors.length > 0 ? nodes : [];
const withThreads = ({ nodes, threads }: Surroundings): readonly string[] =>
  threads > 0 ? nodes : [];

export const KINDS: { readonly [Name in PlanKind]: Kind } = {
  crash: {
    entities: withActors,
    draw: ({ startMs: at, entity: node, ...rest }) => [
      { at, type: "crash", node, actor: actorOf(rest) },
    ],
  },
  stall: {
    entities: withActors,
    draw: ({ startMs: at, endMs, entity: node, ...rest }) => [
      { at, type: "stall", node, actor: actorOf(rest), forMs: endMs - at },
    ],
  },
  slow: {
    entities: withActors,
    draw: ({ startMs: at, endMs, entity: node, ...rest }) => {
      const actor = actorOf(rest);
      const delay = delayOf(rest.random, SLOW_TURN_MS_MAX);
      return [{ at, type: "slow", node, actor, delay, forMs: endMs - at }];
    },
  },
  kill: { entities: withThreads, draw: drawKill },
  crashNode: {
    entities: nodes,
    draw: ({ random, startMs: at, endMs, entity: node }) => [
      { at, type: "crashNode", node, unsynced: pick(random, UNSYNCED) },
      { at: endMs, type: "restartNode", node },
    ],
  },
  pauseNode: {
    entities: nodes,
    draw: ({ startMs: at, endMs, entity: node }) => [
      { at, type: "pauseNode", node },
      { at: endMs, type: "resumeNode", node },
    ],
  },
  stepClock: {
    entities: nodes,
    draw: ({ random, startMs: at, entity: node }) => [
      { at, type: "stepClock", node, byMs: signed(random, CLOCK_STEPS_MS) },
    ],
  },
  driftClock: {
    entities: nodes,
    draw: ({ random, startMs: at, endMs, entity: node }) => [
      { at, type: "driftClock", node, ppm: signed(random, DRIFTS_PPM) },
      { at: endMs, type: "driftClock", node, ppm: 0 },
    ],
  },
  partition: {
    entities: network,
    draw: ({ random, startMs: at, endMs, name, options }) => [
      { at, type: "partition", groups: splitInTwo(random, options.nodes), name, ...flight(random) },
      { at: endMs, type: "heal", name },
    ],
  },
  oneWayPartition: {
    entities: network,
    draw: ({ random, startMs: at, endMs, name, options }) => {
      const [from, to] = splitInTwo(random, options.nodes);
      return [
        { at, type: "oneWayPartition", from, to, name, ...flight(random) },
        { at: endMs, type: "heal", name },
      ];
    },
  },
  partialPartition: { entities: network, draw: drawPartial },
  swizzle: { entities: network, draw: swizzle },
  link: { entities: network, draw: drawLink },
  slowDisk: {
    entities: nodes,
    draw: ({ random, startMs: at, endMs, entity: node }) => [
      { at, type: "slowDisk", node, delay: delayOf(random, SLOW_DISK_MS_MAX) },
      { at: endMs, type: "mendDisk", node, of: "slowDisk" },
    ],
  },
  failSync: {
    entities: nodes,
    draw: ({ random, startMs: at, endMs, entity: node }) => [
      { at, type: "failSync", node, times: 1 + random.int(SYNCS_MAX) },
      { at: endMs, type: "mendDisk", node, of: "failSync" },
    ],
  },
  fillDisk: {
    entities: nodes,
    draw: ({ random, startMs: at, endMs, entity: node }) => [
      { at, type: "fillDisk", node, freeBytes: random.int(FREE_BYTES_MAX) },
      { at: endMs, type: "mendDisk", node, of: "fillDisk" },
    ],
  },
  flipBit: {
    entities: nodes,
    draw: ({ startMs: at, entity: node }) => [{ at, type: "flipBit", node }],
  },
};

/** All kinds, in the order in which incidents of one time happen. */
export const PLAN_KINDS: readonly PlanKind[] = Object.keys(KINDS) as PlanKind[];

function drawKill({ random, startMs: at, entity: node, options }: Incident): PlanEntry[] {
  const thread = 1 + random.int(options.threads);
  return [{ at, type: "kill", node, thread, afterWrites: random.int(WRITES_MAX) }];
}

function drawPartial({ random, startMs: at, endMs, name, options }: Incident): PlanEntry[] {
  const pairs: [string, string][] = [];
  const count = 1 + random.int(PAIRS_MAX);
  for (let tried = 0; tried < count; tried += 1) {
    const one = pick(random, options.nodes);
    const other = pick(
      random,
      options.nodes.filter((node) => node !== one),
    );
    pairs.push([one, other]);
  }
  return [
    { at, type: "partialPartition", pairs, name, ...flight(random) },
    { at: endMs, type: "heal", name },
  ];
}

function drawLink({ random, startMs: at, endMs, options }: Incident): PlanEntry[] {
  const from = someOf(random, options.nodes);
  const to = someOf(random, options.nodes);
  const lossPercent = random.int(LOSS_PERCENT_MAX + 1);
  const duplicatePercent = random.int(DUPLICATE_PERCENT_MAX + 1);
  const delay = delayOf(random, SLOW_LINK_MS_MAX);
  return [
    { at, type: "link", from, to, delay, lossPercent, duplicatePercent },
    { at: endMs, type: "mendLink", from, to },
  ];
}

function actorOf({ random, options }: Pick<Incident, "random" | "options">): string {
  return pick(random, options.actors ?? []);
}

function delayOf(random: Random, msMax: number): Delay {
  const maxMs = 1 + random.int(msMax);
  return { type: "uniform", minMs: random.int(maxMs + 1), maxMs };
}

function signed(random: Random, bounds: readonly number[]): number {
  const size = 1 + random.int(pick(random, bounds));
  return random.chance(50) ? size : -size;
}

function flight(random: Random): { inFlight: "delivered" | "lost" } {
  return { inFlight: random.chance(50) ? "lost" : "delivered" };
}
