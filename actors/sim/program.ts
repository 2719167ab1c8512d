/**
 * A simulation without a seed, for whoever runs many: the default export of a file that
 * `npx sabeam sim FILE` runs.
 *
 *     export default simulation({ threads: 2, faults: { durationMs: 60_000 } }, async (sim) => …);
 */

import { isNumber } from "../../runtime/wrong.ts";
import { InvalidOptions } from "../errors.ts";
import { known } from "../options.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import { checkSimulate, type SimulateOptions } from "./options.ts";
import { type Body, type Outcome, simulate } from "./simulate.ts";

/** What a seed brings on the average at least, or a run of many has failed. Fractions count. */
export type Minimum = { readonly [What in keyof Coverage]?: number };

export interface SimulationOptions extends Omit<SimulateOptions, "seed"> {
  /** Hours in which nothing goes wrong and nothing is completed prove nothing. Default: none. */
  minimum?: Minimum;
}

/** What a run may have otherwise than the program says. */
export type Changes = Pick<SimulateOptions, "faults" | "shrink" | "command">;

export interface SimulationProgram<Result = unknown> {
  readonly minimum: Minimum;
  /** As `simulate` does. */
  run(seed: string | number, changes?: Changes): Promise<Outcome<Result>>;
}

/** On every program, whichever copy of this module has made it. */
const MARK = Symbol.for("sabeam.simulation.program");
const NO_COVERAGE = { messages: 0, restarts: 0, completed: 0, ms: 0, faults: {} };
const COVERAGE = Object.keys(coverageOf(NO_COVERAGE));
const MINIMUM_MAX = 1e12;

/**
 * A program to be simulated with many seeds.
 *
 * @throws InvalidOptions, InvalidPlan (ERR_INVALID_OPTIONS, ERR_INVALID_PLAN), as `simulate` would
 */
export function simulation<Result>(
  { minimum = {}, ...options }: SimulationOptions,
  body: Body<Result>,
): SimulationProgram<Result> {
  checkMinimum(minimum);
  checkSimulate({ ...options, seed: 0 });
  if (typeof body !== "function") throw new InvalidOptions("body", "a function", body);
  const program = {
    minimum: Object.freeze({ ...minimum }),
    run: (seed: string | number, changes: Changes = {}): Promise<Outcome<Result>> =>
      simulate({ ...options, ...changes, seed }, body),
    [MARK]: true,
  };
  return Object.freeze(program);
}

export function isSimulationProgram(value: unknown): value is SimulationProgram {
  return typeof value === "object" && value !== null && MARK in value;
}

function checkMinimum(minimum: Minimum): void {
  known("minimum", minimum, COVERAGE);
  const rule = isNumber(0, MINIMUM_MAX);
  for (const [what, least] of Object.entries(minimum)) {
    if (!rule.holds(least)) throw new InvalidOptions(`minimum.${what}`, rule.allowed, least);
  }
}
