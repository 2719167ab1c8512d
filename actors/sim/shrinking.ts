/**
 * From a run that failed under a fault plan to one that fails in the same way under as little of it
 * as possible.
 *
 *     run that failed ──▶ shrinkPlan ──▶ runs with parts of the plan ──▶ the one with the least
 *
 * Bounded by runs, by real time, and each run by steps in proportion to the first one, since a run
 * that does not fail early may go on for long.
 */

import { summarise } from "../../runtime/errors.ts";
import { PropertyViolated } from "./errors.ts";
import type { Plan } from "./plan.ts";
import type { Failure } from "./report.ts";
import { shrinkPlan } from "./shrink.ts";

/** How long a plan is made smaller. */
export interface ShrinkLimits {
  /** Runs at most, 1 to 100 000, default 200. */
  runsMax?: number;
  /** None but the first begins later, in real milliseconds, 1 to 86 400 000; default 2000. */
  msMax?: number;
}

/** What has become of the plan of a run that failed. */
export interface Shrinking {
  /** Entries that the plan had. */
  readonly from: number;
  /** Runs that it took. */
  readonly runs: number;
  /** With any one fault less, or simpler, it does not fail. False: the limits came first. */
  readonly minimal: boolean;
  /** It failed in the same way when it was run again. False: it depends on more than its seed. */
  readonly reproduced: boolean;
}

/** Runs the program again; undefined if it does not fail. */
export type Again = (plan: Plan, stepsMax: number) => Promise<Failure | undefined>;

/** Steps of a run, as a multiple of those until the first failure, and in addition. */
const STEPS_TIMES = 4;
const STEPS_MORE = 100_000;

export async function shrink(
  first: Failure,
  { runsMax, msMax }: Required<ShrinkLimits>,
  again: Again,
): Promise<{ failure: Failure; shrinking: Shrinking }> {
  const kind = kindOf(first.cause);
  const found = new Map<string, Failure>();
  const until = performance.now() + msMax;
  const stepsMax = first.step * STEPS_TIMES + STEPS_MORE;
  let runs = 0;
  let late = false;
  const fails = async (plan: Plan): Promise<boolean> => {
    late = runs > 0 && performance.now() > until;
    if (late) return false;
    runs += 1;
    const failure = await again(plan, stepsMax);
    if (failure === undefined || kindOf(failure.cause) !== kind) return false;
    found.set(JSON.stringify(plan), failure);
    return true;
  };
  const { plan, minimal, reproduced } = await shrinkPlan(first.plan, fails, { runsMax });
  const failure = found.get(JSON.stringify(plan)) ?? first;
  const from = first.plan.length;
  return { failure, shrinking: { from, runs, minimal: minimal && !late, reproduced } };
}

/** The same for runs that fail in the same way: what was thrown, but for the numbers in it. */
function kindOf(error: unknown): string {
  if (error instanceof PropertyViolated) return `property ${error.property}`;
  const [line = ""] = summarise(error).split("\n");
  return line.replaceAll(/\d+(?:\.\d+)?/g, "#");
}
