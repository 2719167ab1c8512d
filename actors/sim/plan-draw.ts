/**
 * Fault plans drawn from a seed.
 *
 *     kind ──► each of its entities ──► incidents 0, 1, 2, …     a beginning, an end, details
 *     "pauseNode"    "a", "b", "c"       pauseNode … resumeNode
 *
 * Each incident draws from a stream of its own, keyed by (seed, kind, entity, counter). So a plan
 * without one kind, with one node less or with more time is the same plan with some entries taken
 * out or added: what remains when something is left out is still what it was.
 *
 * Everything that can be healed is healed by `quietAfterMs`, and nothing begins after it, so that
 * the rest of the run shows whether the program recovers.
 *
 * Left out: what a protocol can bear, like how many nodes may be down at once. All of them, here.
 *
 * @source Groce, Zhang, Eide, Chen, Regehr, "Swarm Testing", ISSTA 2012: leaving out whole kinds of
 *   faults in some runs finds more than having a little of each in all.
 */

import type { Random } from "../../runtime/random.ts";
import { delayNs, NS_PER_MS } from "../../runtime/sim/delay.ts";
import { isNumber, isWhole, type Rule } from "../../runtime/wrong.ts";
import { InvalidOptions } from "../errors.ts";
import type { Incident } from "./incident.ts";
import { type Plan, type PlanEntry, type PlanScope, sortPlan } from "./plan.ts";
import { PLAN_ENTRIES_MAX } from "./plan-check.ts";
import { AT_MS_MAX, listed } from "./plan-fields.ts";
import { KINDS, PLAN_KINDS, type PlanKind } from "./plan-kinds.ts";

export interface DrawOptions extends PlanScope {
  /** Length of the run in ms of virtual time, from 1. */
  durationMs: number;
  /** When all is healed and nothing new begins; default two thirds of `durationMs`. */
  quietAfterMs?: number;
  /** Names or paths of actors for `crash`, `stall` and `slow`; without any there are none. */
  actors?: readonly string[];
  /**
   * About how many incidents a minute, 0.001 to 600, or 0: of each node, or of the network as a
   * whole. Left out: DEFAULT_KINDS, each of them in half of the plans.
   */
  kinds?: { readonly [Kind in PlanKind]?: number };
}

/** Damage that no program can undo (`flipBit`) is left to whoever asks for it. */
export const DEFAULT_KINDS: { readonly [Kind in PlanKind]: number } = {
  crash: 4,
  stall: 2,
  slow: 2,
  kill: 4,
  crashNode: 2,
  pauseNode: 2,
  stepClock: 1,
  driftClock: 1,
  partition: 2,
  oneWayPartition: 1,
  partialPartition: 1,
  swizzle: 2,
  link: 2,
  slowDisk: 1,
  failSync: 1,
  fillDisk: 1,
  flipBit: 0,
};

const MINUTE_MS = 60_000;
const PER_MINUTE_MIN = 0.001;
const PER_MINUTE_MAX = 600;
/** Entries that one incident has at most, on the average. */
const ENTRIES_PER_INCIDENT = 10;
const KIND_PERCENT = 50;

/** How long what goes wrong lasts: mostly short, sometimes beyond every time-out. */
const lengthNs = delayNs({
  type: "table",
  rows: [
    { weight: 5, minMs: 20, maxMs: 500 },
    { weight: 4, minMs: 500, maxMs: 4_000 },
    { weight: 1, minMs: 4_000, maxMs: 20_000 },
  ],
});

/**
 * The plan of a seed. Costs about 2 µs for each entry.
 *
 * @param random is not changed; the same one gives the same plan.
 * @throws InvalidOptions (`ERR_INVALID_OPTIONS`)
 */
export function drawPlan(random: Random, options: DrawOptions): Plan {
  const { durationMs, quietAfterMs = durationMs - Math.floor(durationMs / 3) } = options;
  check("durationMs", durationMs, isWhole(1, AT_MS_MAX));
  check("quietAfterMs", quietAfterMs, isWhole(0, durationMs));
  const rates = checkKinds(options, quietAfterMs);
  const entries: PlanEntry[] = [];
  for (const kind of PLAN_KINDS) {
    const rate = rates[kind] ?? 0;
    const stream = random.fork("plan").fork(kind);
    if (rate === 0) continue;
    if (options.kinds === undefined && !stream.fork("swarm").chance(KIND_PERCENT)) continue;
    for (const entity of KINDS[kind].entities(options)) {
      const place = { stream: stream.fork(entity), entity, options };
      drawIncidents(kind, rate, quietAfterMs, place, entries);
    }
  }
  return Object.freeze(sortPlan(entries));
}

interface Place extends Pick<Incident, "entity" | "options"> {
  readonly stream: Random;
}

/** One after another, so that none of them ends the next. */
function drawIncidents(
  kind: PlanKind,
  rate: number,
  quietAfterMs: number,
  { stream, entity, options }: Place,
  entries: PlanEntry[],
): void {
  const gapMsMax = Math.floor((2 * MINUTE_MS) / rate);
  let startMs = 0;
  let endMs = 0;
  for (let counter = 0; ; counter += 1) {
    const random = stream.fork(String(counter));
    startMs = Math.max(startMs + 1 + random.int(gapMsMax), endMs);
    if (startMs >= quietAfterMs) return;
    const length = Math.floor(lengthNs(random.float()) / NS_PER_MS);
    endMs = Math.min(startMs + length, quietAfterMs);
    const name = `${kind}-${counter}`;
    entries.push(...KINDS[kind].draw({ random, startMs, endMs, name, entity, options }));
  }
}

function checkKinds(options: DrawOptions, quietAfterMs: number): { [Kind in PlanKind]?: number } {
  const { kinds = DEFAULT_KINDS } = options;
  let incidents = 0;
  for (const [name, rate] of Object.entries(kinds)) {
    if (!Object.hasOwn(KINDS, name)) throw new InvalidOptions("kinds", listed(PLAN_KINDS), name);
    const { allowed, holds } = isNumber(PER_MINUTE_MIN, PER_MINUTE_MAX);
    const rule = { allowed: `0 or ${allowed}`, holds: (got: unknown) => got === 0 || holds(got) };
    check(`kinds.${name}`, rate, rule);
    const entities = KINDS[name as PlanKind].entities(options).length;
    incidents += (rate * entities * quietAfterMs) / MINUTE_MS;
  }
  const incidentsMax = PLAN_ENTRIES_MAX / ENTRIES_PER_INCIDENT;
  if (incidents > incidentsMax) {
    const allowed = `few enough for a plan: about ${incidentsMax} incidents in all`;
    throw new InvalidOptions("kinds", allowed, Math.round(incidents));
  }
  return kinds;
}

function check(option: string, value: unknown, rule: Rule): void {
  if (!rule.holds(value)) throw new InvalidOptions(option, rule.allowed, value);
}
