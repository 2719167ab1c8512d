/**
 * Runs an actor program in virtual time, under faults, from one seed.
 *
 *     simulate ──▶ world, globals ──▶ nodes start ──▶ body ──▶ properties hold ──▶ outcome
 *                                        └── steps: threads, timers, faults, in virtual time
 */

import { summarise } from "../../runtime/errors.ts";
import { Chooser } from "../../runtime/sim/chooser.ts";
import { withoutFinalizers } from "../../runtime/sim/finalizers.ts";
import { ForeignWatch } from "../../runtime/sim/foreign.ts";
import { installGlobals } from "../../runtime/sim/globals.ts";
import { replaceNotify } from "../../runtime/sim/notify.ts";
import { MACHINE } from "../../runtime/sim/virtual-thread.ts";
import { type Ground, NothingLeft, World } from "../../runtime/sim/world.ts";
import { InvalidOptions } from "../errors.ts";
import { ForeignOperation, type SimulationFailed, SimulationHangs } from "./errors.ts";
import { replaceExit } from "./exit.ts";
import type { FaultCounts } from "./faults.ts";
import { checkSimulate, type SimulateOptions, type SimulateSettings } from "./options.ts";
import type { Plan } from "./plan.ts";
import { replayOf } from "./replay.ts";
import { type Failure, failed, failureOf } from "./report.ts";
import { Run } from "./run.ts";
import { shrink } from "./shrinking.ts";
import { Simulation } from "./simulation.ts";
import { hearUnhandled, type Unhandled } from "./unhandled.ts";
import { type GlobalUse, virtualClock } from "./virtual-clock.ts";

/** What a run has come to. */
export interface Outcome<Result> {
  /** What the body returned. */
  readonly result: Result;
  /** Of all that happened: the same seed and program give the same, on any version of Node. */
  readonly hash: string;
  readonly steps: number;
  /** Turns of actors. */
  readonly messages: number;
  /** Virtual milliseconds. */
  readonly ms: number;
  /** Children of supervisors, threads and nodes that were started again. */
  readonly restarts: number;
  /** What the body has counted by `sim.completed()`. */
  readonly completed: number;
  /** Faults that found somebody, by type. */
  readonly faults: FaultCounts;
  /** How often a property was looked at. */
  readonly checks: number;
  /** Globals that actors used where `self` has the like: virtual here, and real elsewhere. */
  readonly uses: readonly GlobalUse[];
}

/** What a simulation does. It may be run more than once, see `SimulateOptions.shrink`. */
export type Body<Result> = (sim: Simulation) => Promise<Result> | Result;

/**
 * Runs `body` on simulated nodes. One at a time in a JavaScript thread. The variables
 * SABEAM_SIM_SEED and SABEAM_SIM_PLAN of the environment count instead of `seed` and `faults`, so
 * that a run which failed can be run again.
 *
 * @throws (rejects with) SimulationFailed (ERR_SIMULATION_FAILED), whose `cause` is what the body
 *   or a step threw, PropertyViolated, or SimulationHangs; InvalidOptions, InvalidPlan;
 *   NestedSimulation while another one runs.
 */
export async function simulate<Result>(
  options: SimulateOptions,
  body: Body<Result>,
): Promise<Outcome<Result>> {
  const settings = checkSimulate(options);
  if (typeof body !== "function") throw new InvalidOptions("body", "a function", body);
  const ending = await playOnce(settings, body);
  if (ending.type === "done") return ending.outcome;
  if (ending.failure.cause instanceof ForeignOperation) {
    // Once more, with a look at what is made: that makes promises dearer, so not at first.
    const again = await playOnce(settings, body, true);
    const { failure } = again.type === "failed" ? again : ending;
    throw await explained(failure, { ...settings, shrink: undefined }, body);
  }
  throw await explained(ending.failure, settings, body);
}

export type Ending<Result> =
  | { readonly type: "done"; readonly outcome: Outcome<Result> }
  | { readonly type: "failed"; readonly failure: Failure };

/** One run, without what `simulate` does about one that fails. */
export async function playOnce<Result>(
  settings: SimulateSettings,
  body: Body<Result>,
  watched = false,
): Promise<Ending<Result>> {
  const theatre = new Theatre(settings);
  const watch = watched ? new ForeignWatch(() => theatre.owner) : undefined;
  try {
    const ending = await theatre.play(body);
    return ending.type === "failed" && watch ? placed(ending, watch) : ending;
  } finally {
    watch?.stop();
    theatre.close();
  }
}

/** With as few faults as it takes. */
async function explained(
  first: Failure,
  settings: SimulateSettings,
  body: Body<unknown>,
): Promise<SimulationFailed> {
  const { seed, command } = settings;
  if (settings.shrink === undefined || first.plan.length === 0) {
    const plan = settings.replays ? first.plan : undefined;
    return failed(first, seed, undefined, command(replayOf(seed, plan)));
  }
  const again = async (faults: Plan, stepsMax: number): Promise<Failure | undefined> => {
    const bounded = Math.min(stepsMax, settings.stepsMax);
    const ending = await playOnce({ ...settings, faults, stepsMax: bounded }, body);
    return ending.type === "failed" ? ending.failure : undefined;
  };
  const { failure, shrinking } = await shrink(first, settings.shrink, again);
  const plan = failure === first ? undefined : failure.plan;
  return failed(failure, seed, shrinking, command(replayOf(seed, plan)));
}

/** With the place of what a handler waited for, if it is known. */
function placed(
  ending: { readonly type: "failed"; readonly failure: Failure },
  watch: ForeignWatch,
): typeof ending {
  const { cause } = ending.failure;
  if (!(cause instanceof ForeignOperation)) return ending;
  const [found] = watch.of(cause.owner);
  if (found === undefined) return ending;
  const frames = found.frames.map(({ file, line, column }) => `${file}:${line}:${column}`);
  const place = { what: found.what, frames };
  const known = new ForeignOperation(cause.actor, cause.handler, cause.owner, place);
  const what = summarise(known);
  return { type: "failed", failure: { ...ending.failure, what, cause: known } };
}

/** Where nothing is left to do, somebody waits for ever. */
function hanging(error: unknown): unknown {
  if (!(error instanceof NothingLeft)) return error;
  return new SimulationHangs("nothing is left to do, and it has not ended");
}

/** What is logged must not change a run, so SABEAM_LOG does not count, until this is called. */
function withoutVariable(): () => void {
  const { SABEAM_LOG: before } = process.env;
  delete process.env.SABEAM_LOG;
  return () => {
    if (before !== undefined) process.env.SABEAM_LOG = before;
  };
}

/** Everything that a run replaces in its JavaScript thread. */
class Theatre {
  readonly #run: Run;
  readonly #uses: GlobalUse[] = [];
  readonly #unhandled: Unhandled;
  readonly #turn: () => Promise<void>;
  readonly #undo: (() => void)[] = [];

  constructor(settings: SimulateSettings) {
    const world = (): World => this.#run.world;
    const clock = virtualClock(world, () => this.#run, this.#uses);
    const globals = installGlobals(clock);
    const { nextTick, setImmediate } = globals.real;
    const ground: Ground = {
      nextTick: (step) => nextTick.call(process, step),
      setImmediate: (step) => void setImmediate(step),
      nowMs: globals.real.now,
      get ticks() {
        return globals.ticks;
      },
      get ticksAsked() {
        return globals.ticksAsked;
      },
    };
    this.#undo.push(() => globals.restore());
    try {
      this.#run = new Run(new World(settings.seed, ground), settings);
    } catch (error) {
      for (const undo of this.#undo) undo();
      throw error;
    }
    this.#unhandled = hearUnhandled(this.#run);
    this.#turn = () => new Promise((resolve) => void setImmediate(resolve));
    const { exitCode } = process;
    this.#undo.push(
      replaceNotify(this.#run.world),
      replaceExit(this.#run),
      withoutFinalizers(),
      () => this.#unhandled.stop(),
      () => {
        // A system that fails sets it; the process that simulates one has not failed.
        process.exitCode = exitCode;
      },
      withoutVariable(),
    );
  }

  /** Whose code runs now. */
  get owner(): unknown {
    return this.#run.actor()?.kind.blueprint;
  }

  async play<Result>(body: Body<Result>): Promise<Ending<Result>> {
    const run = this.#run;
    const { world, nodes, properties, faults } = run;
    let result: { readonly value: Result } | undefined;
    world.between = () => run.look();
    world.touched = () => run.touched();
    const begin = async (): Promise<void> => {
      // One that crashes before it runs is for the body to see, as any that does later.
      await Promise.all(
        [...nodes.values()].map((node) => Promise.race([node.start(), node.ended])),
      );
      const { choices } = run.settings;
      if (choices !== undefined) world.chooser = new Chooser(choices);
      result = { value: await body(new Simulation(run)) };
    };
    world.driver.at(0, MACHINE, () => {
      begin().catch((error: unknown) => world.fail(error));
    });
    try {
      await world.run(() => result !== undefined && properties.open.length === 0);
      // What nobody has handled until now is told in a turn of Node's, and not after the run.
      await this.#turn();
      const { failed } = this.#unhandled;
      if (failed !== undefined) throw failed;
    } catch (error) {
      return { type: "failed", failure: failureOf(run, hanging(error), this.#uses) };
    }
    const { steps, nowMs: ms, trail } = world;
    const { value } = result as { readonly value: Result }; // The run is over.
    const { messages, restarts, completed } = run;
    const counts = { steps, messages, ms, restarts, completed, faults: faults.counts };
    const { checks } = properties;
    const outcome = { result: value, hash: trail.hash, ...counts, checks, uses: this.#uses };
    return { type: "done", outcome };
  }

  close(): void {
    this.#run.remotes.close();
    this.#run.world.close();
    for (const undo of this.#undo) undo();
  }
}
