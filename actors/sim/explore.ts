/**
 * Runs an actor program in all orders in which its threads can come, up to so many preemptions.
 *
 *     exploreRuns ──choices──▶ one simulation: whoever goes on next is chosen, not drawn ──▶ fails?
 *
 * A choice stands between any two turns of actors on different threads. One run takes as long as a
 * simulation, some 10 to 40 ms, so the bounds of `RunsOptions` count: programs of a few actors and
 * messages, and one or two preemptions.
 */

import type { Choices } from "../../runtime/sim/explore/choices.ts";
import {
  exploreRuns,
  type RunsOptions,
  type RunsReport,
  replayRun,
} from "../../runtime/sim/explore/stateless.ts";
import { checkSimulate, type SimulateOptions } from "./options.ts";
import { type Body, playOnce } from "./simulate.ts";

/** The seed decides how long things take, and what actors draw: the same in all runs. */
export type ExploreSimulationOptions = Omit<SimulateOptions, "seed" | "shrink" | "command"> & {
  seed?: SimulateOptions["seed"];
};

/**
 * The report has how many runs there were, why there were no more, and the first one that failed:
 * its error, and the choices with which `replaySimulation` runs it again.
 *
 * @throws (rejects with) InvalidOptions; NotDeterministic if the body depends on more than its seed
 */
export function exploreSimulation(
  options: ExploreSimulationOptions,
  body: Body<unknown>,
  limits: RunsOptions = {},
): Promise<RunsReport> {
  return exploreRuns(runOf(options, body), limits);
}

/** One of those runs. @throws (rejects with) what it failed with */
export function replaySimulation(
  options: ExploreSimulationOptions,
  body: Body<unknown>,
  choices: readonly number[],
): Promise<void> {
  return replayRun(runOf(options, body), choices);
}

function runOf(
  options: ExploreSimulationOptions,
  body: Body<unknown>,
): (choices: Choices) => Promise<void> {
  const settings = checkSimulate({ seed: 1, ...options });
  return async (choices) => {
    const ending = await playOnce({ ...settings, choices }, body);
    if (ending.type === "failed") throw ending.failure.cause;
  };
}
