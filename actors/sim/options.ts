/** Checks of what `simulate` is given. */

import { isWhole } from "../../runtime/wrong.ts";
import { InvalidOptions } from "../errors.ts";
import { known, type SystemOptions, wholeNumber } from "../options.ts";
import type { System } from "../system.ts";
import type { SimNode } from "./node.ts";
import type { Plan } from "./plan.ts";
import { checkPlan } from "./plan-check.ts";

export interface SimulateOptions {
  /** Decides everything: the same seed and program give the same run. Text or number. */
  seed: string | number;
  /** Names of the nodes, or how many ("a", "b", …), 1 to 26; default 1. */
  nodes?: number | readonly string[];
  /** Worker threads of each node, 0 to 16, default 2. */
  threads?: number;
  /** Other options of the nodes' systems; what a simulation cannot have is left out. */
  system?: Omit<SystemOptions, "threads">;
  /** Runs on main of a node whenever it has started, also after a crash. */
  boot?: (system: System, node: SimNode) => unknown;
  /** What goes wrong, and when. Default: nothing. */
  faults?: Plan;
  /** Virtual milliseconds after which it hangs, 1 to 10^9; default 600 000. */
  limitMs?: number;
  /** Steps after which it hangs, 1 to 10^10; default 10^8. */
  stepsMax?: number;
}

export interface SimulateSettings {
  readonly seed: string;
  readonly nodes: readonly string[];
  readonly threads: number;
  readonly system: SystemOptions;
  readonly boot: SimulateOptions["boot"];
  readonly faults: Plan;
  readonly limitMs: number;
  readonly stepsMax: number;
}

const NODES_MAX = 26;
const THREADS_MAX = 16;
const OPTIONS = ["seed", "nodes", "threads", "system", "boot", "faults", "limitMs", "stepsMax"];
const LIMIT_MS = { fallback: 600_000, max: 1_000_000_000 };
const STEPS = { fallback: 100_000_000, max: 10_000_000_000 };
/** Slots of a node, unless it is told: memory that each run allocates. */
const ACTORS_MAX = 16_384;

/** @throws InvalidOptions, InvalidPlan */
export function checkSimulate(options: SimulateOptions): SimulateSettings {
  known("simulate", options, OPTIONS);
  const { seed, boot, system = {} } = options;
  if (typeof seed !== "string" && typeof seed !== "number") {
    throw new InvalidOptions("seed", "a text or a number", seed);
  }
  if (boot !== undefined && typeof boot !== "function") {
    throw new InvalidOptions("boot", "a function", boot);
  }
  const nodes = checkNodes(options.nodes);
  const threads = whole("threads", options.threads, 2, 0, THREADS_MAX);
  return {
    seed: String(seed),
    nodes,
    threads,
    system: { maxActors: ACTORS_MAX, ...system, ...ONLY_REAL, threads },
    boot,
    faults: checkPlan(options.faults ?? [], { nodes, threads }),
    limitMs: whole("limitMs", options.limitMs, LIMIT_MS.fallback, 1, LIMIT_MS.max),
    stepsMax: whole("stepsMax", options.stepsMax, STEPS.fallback, 1, STEPS.max),
  };
}

/** What a process has, and a simulated node has not. */
const ONLY_REAL = { socket: false, signals: false } as const;

function checkNodes(nodes: unknown = 1): readonly string[] {
  const allowed = `1 to ${NODES_MAX}, or a list of as many names that differ`;
  if (isWhole(1, NODES_MAX).holds(nodes)) {
    return Array.from({ length: nodes as number }, (_, at) => String.fromCharCode(97 + at));
  }
  const isList = Array.isArray(nodes) && nodes.length >= 1 && nodes.length <= NODES_MAX;
  const named = isList && nodes.every((name) => typeof name === "string" && /^[\w-]+$/.test(name));
  if (named && new Set(nodes).size === nodes.length) return [...(nodes as string[])];
  throw new InvalidOptions("nodes", allowed, nodes);
}

function whole(
  name: string,
  value: number | undefined,
  fallback: number,
  min: number,
  max: number,
): number {
  return value === undefined ? fallback : wholeNumber(name, value, { min, max });
}
