/** Checks of what `simulate` is given. */

import { Random } from "../../runtime/random.ts";
import type { Choices } from "../../runtime/sim/explore/choices.ts";
import { isWhole } from "../../runtime/wrong.ts";
import { InvalidOptions } from "../errors.ts";
import { checkSystemOptions, flag, known, type SystemOptions, wholeNumber } from "../options.ts";
import type { System } from "../system.ts";
import type { SimNode } from "./node.ts";
import type { Plan, PlanScope } from "./plan.ts";
import { checkPlan } from "./plan-check.ts";
import { type DrawOptions, drawPlan } from "./plan-draw.ts";
import { parsePlan } from "./plan-text.ts";
import { commandFor, type Replay, wantedPlan, wantedSeed } from "./replay.ts";
import type { ShrinkLimits } from "./shrinking.ts";

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
  /**
   * What becomes of a handler that waits for what is outside of the simulation (files, sockets, the
   * thread pool): "refused" (default) fails the run with ForeignOperation; "allowed" lets it wait,
   * and then the same seed may give another run.
   */
  foreign?: "refused" | "allowed";
  /**
   * Each life of a thread besides main imports the modules of its actors anew, so that what they
   * keep at module level is the thread's own, as it is in reality. Only these modules: what they
   * import themselves stays shared. Node keeps each copy until the process ends. Default false: one
   * copy for all threads.
   */
  isolateModules?: boolean;
  /**
   * What goes wrong, and when: a plan, the text of one, or how each seed draws its own. Default:
   * nothing.
   */
  faults?: Plan | string | DrawnFaults;
  /**
   * When a run fails, the program is run again, with the same seed and ever less of `faults`, until
   * no more can be left out: so the body must depend on nothing outside it that it changes. Limits
   * of that, or false. Faults that the body scripts stay.
   */
  shrink?: false | ShrinkLimits;
  /** The command that runs a failed run again, for its report. Default: this process, this test. */
  command?: (replay: Replay) => string;
  /** Virtual milliseconds after which it hangs, 1 to 10^9; default 600 000. */
  limitMs?: number;
  /** Steps after which it hangs, 1 to 10^10; default 10^8. */
  stepsMax?: number;
}

/** How a plan is drawn from the seed: `drawPlan`, for the nodes and threads that there are. */
export type DrawnFaults = Omit<DrawOptions, keyof PlanScope>;

export interface SimulateSettings {
  readonly seed: string;
  readonly nodes: readonly string[];
  readonly threads: number;
  readonly system: SystemOptions;
  readonly boot: SimulateOptions["boot"];
  readonly faults: Plan;
  /** Its plan is another one than the program gives: the environment wants it. */
  readonly replays: boolean;
  readonly shrink: Required<ShrinkLimits> | undefined;
  readonly command: (replay: Replay) => string;
  readonly limitMs: number;
  readonly stepsMax: number;
  readonly foreign: "refused" | "allowed";
  readonly isolateModules: boolean;
  /** Asked who goes on, once the body runs; undefined: it is drawn. */
  readonly choices?: Choices;
}

const NODES_MAX = 26;
const THREADS_MAX = 16;
const OPTIONS = [
  ...["seed", "nodes", "threads", "system", "boot", "faults", "shrink", "command"],
  ...["limitMs", "stepsMax", "foreign", "isolateModules"],
];
const DRAWN = ["durationMs", "quietAfterMs", "actors", "kinds"];
const SHRINK_RUNS = { fallback: 200, max: 100_000 };
const SHRINK_MS = { fallback: 2_000, max: 86_400_000 };
const LIMIT_MS = { fallback: 600_000, max: 1_000_000_000 };
const STEPS = { fallback: 100_000_000, max: 10_000_000_000 };
/** Slots of a node, unless it is told: memory that each run allocates. */
const ACTORS_MAX = 16_384;

/** @throws InvalidOptions, InvalidPlan */
export function checkSimulate(options: SimulateOptions): SimulateSettings {
  known("simulate", options, OPTIONS);
  const { boot, system = {}, command = commandFor } = options;
  const seed = wantedSeed() ?? options.seed;
  if (typeof seed !== "string" && !Number.isFinite(seed)) {
    throw new InvalidOptions("seed", "a text or a finite number", seed);
  }
  if (boot !== undefined && typeof boot !== "function") {
    throw new InvalidOptions("boot", "a function", boot);
  }
  if (typeof command !== "function") throw new InvalidOptions("command", "a function", command);
  checkSystemOptions(system);
  const nodes = checkNodes(options.nodes);
  const threads = whole("threads", options.threads, 2, 0, THREADS_MAX);
  const wanted = wantedPlan({ nodes, threads });
  return {
    seed: String(seed),
    nodes,
    threads,
    system: { maxActors: ACTORS_MAX, ...system, ...ONLY_REAL, threads },
    boot,
    faults: wanted ?? checkFaults(options.faults, String(seed), { nodes, threads }),
    replays: wanted !== undefined,
    shrink: wanted === undefined ? checkShrink(options.shrink) : undefined,
    command,
    limitMs: whole("limitMs", options.limitMs, LIMIT_MS.fallback, 1, LIMIT_MS.max),
    foreign: checkForeign(options.foreign),
    isolateModules: flag("isolateModules", options.isolateModules, false),
    stepsMax: whole("stepsMax", options.stepsMax, STEPS.fallback, 1, STEPS.max),
  };
}

/** What a process has, and a simulated node has not. */
const ONLY_REAL = { socket: false, signals: false } as const;

function checkFaults(faults: SimulateOptions["faults"], seed: string, scope: PlanScope): Plan {
  if (faults === undefined || Array.isArray(faults)) return checkPlan(faults ?? [], scope);
  if (typeof faults === "string") return parsePlan(faults, scope);
  known("faults", faults, DRAWN);
  const drawn = drawPlan(new Random(seed), { ...(faults as DrawnFaults), ...scope });
  return checkPlan(drawn, scope);
}

function checkForeign(foreign: unknown = "refused"): "refused" | "allowed" {
  if (foreign === "refused" || foreign === "allowed") return foreign;
  throw new InvalidOptions("foreign", '"refused" or "allowed"', foreign);
}

function checkShrink(shrink: SimulateOptions["shrink"] = {}): SimulateSettings["shrink"] {
  if (shrink === false) return undefined;
  known("shrink", shrink, ["runsMax", "msMax"]);
  const { runsMax, msMax } = shrink;
  return {
    runsMax: whole("shrink.runsMax", runsMax, SHRINK_RUNS.fallback, 1, SHRINK_RUNS.max),
    msMax: whole("shrink.msMax", msMax, SHRINK_MS.fallback, 1, SHRINK_MS.max),
  };
}

function checkNodes(nodes: unknown = 1): readonly string[] {
  const allowed = `1 to ${NODES_MAX}, or a list of as many names that differ`;
  if (isWhole(1, NODES_MAX).holds(nodes)) {
    return Array.from({ length: nodes as number }, (_, at) => String.fromCharCode(97 + at));
  }
  const isList = Array.isArray(nodes) && nodes.length >= 1 && nodes.length <= NODES_MAX;
  const named =
    isList && Array.from(nodes).every((name) => typeof name === "string" && /^[\w-]+$/.test(name));
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
