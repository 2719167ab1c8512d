/**
 * The smallest part of a fault plan with which a run still fails.
 *
 *     plan ──► leave out entries ──► simplify those that remain ──► again, until nothing helps
 *               ddmin                 simpler.ts
 *
 * A fault and what ends it (plan-pairs.ts) stay or go together. Every try is a run of its own, so
 * `runsMax` bounds the time; what has been tried is remembered, and costs none.
 *
 * Left out: shrinking of the program's own input, which the plan does not know.
 *
 * @source Zeller & Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28(2),
 *   2002: the algorithm `ddmin`, figure 5.
 */

import { isWhole } from "../../runtime/wrong.ts";
import { InvalidOptions } from "../errors.ts";
import { type Plan, type PlanEntry, sortPlan } from "./plan.ts";
import { endings } from "./plan-pairs.ts";
import { simplerThan } from "./simpler.ts";

export interface ShrinkOptions {
  /** Runs at most, 1 to 1 000 000, default 500. */
  runsMax?: number;
}

export interface Shrunk {
  /** The smallest plan that failed; the given one if nothing smaller did. */
  readonly plan: Plan;
  /** Calls of `fails`. */
  readonly runs: number;
  /**
   * Without any one of its faults, or with any one of them simpler, it does not fail. False if the
   * runs were used up before that was known.
   */
  readonly minimal: boolean;
  /** The given plan failed when it was run again. False: the run does not depend on it alone. */
  readonly reproduced: boolean;
}

/** Whether a run with this plan fails as the first one did. */
export type Fails = (plan: Plan) => Promise<boolean>;

const RUNS_MAX_DEFAULT = 500;
const RUNS_MAX_LIMIT = 1_000_000;

/**
 * Shrinks a plan, one run at a time.
 *
 * @param plan as `checkPlan` gives it.
 * @param fails must give the same answer for the same plan. What it throws ends the shrinking.
 * @throws InvalidOptions (`ERR_INVALID_OPTIONS`)
 */
export async function shrinkPlan(
  plan: Plan,
  fails: Fails,
  { runsMax = RUNS_MAX_DEFAULT }: ShrinkOptions = {},
): Promise<Shrunk> {
  const rule = isWhole(1, RUNS_MAX_LIMIT);
  if (!rule.holds(runsMax)) throw new InvalidOptions("runsMax", rule.allowed, runsMax);
  const trials = new Trials(fails, runsMax);
  if (!(await trials.fails(plan))) {
    return { plan, runs: trials.runs, minimal: false, reproduced: false };
  }
  let smallest = plan;
  for (let before: Plan | undefined; before !== smallest; ) {
    before = smallest;
    smallest = await leaveOut(smallest, trials);
    smallest = await simplify(smallest, trials);
  }
  return { plan: smallest, runs: trials.runs, minimal: !trials.spent, reproduced: true };
}

/** The runs so far. Each plan is run once, and none once the runs are used up. */
class Trials {
  readonly #fails: Fails;
  readonly #runsMax: number;
  /** Bounded by the runs. */
  readonly #known = new Map<string, boolean>();
  /** A run was asked for that could not be made. */
  spent = false;

  constructor(fails: Fails, runsMax: number) {
    this.#fails = fails;
    this.#runsMax = runsMax;
  }

  get runs(): number {
    return this.#known.size;
  }

  async fails(plan: Plan): Promise<boolean> {
    const key = JSON.stringify(plan);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.runs === this.#runsMax) {
      this.spent = true;
      return false;
    }
    const failed = await this.#fails(plan);
    this.#known.set(key, failed);
    return failed;
  }
}

/** The same plan if no part of it fails. */
async function leaveOut(plan: Plan, trials: Trials): Promise<Plan> {
  const ends = endings(plan);
  const units = [...plan.keys()].filter((index) => !ends.has(index));
  const planOf = (chosen: readonly number[]): Plan => {
    const kept = new Set(chosen);
    const belongs = (index: number): boolean =>
      kept.has(index) || (ends.get(index) ?? []).some((begun) => kept.has(begun));
    return Object.freeze(plan.filter((_, index) => belongs(index)));
  };
  const fails = (chosen: readonly number[]): Promise<boolean> => trials.fails(planOf(chosen));
  if (units.length === 0) return plan;
  if (await fails([])) return planOf([]);
  const least = await ddmin(units, fails);
  return least.length === units.length ? plan : planOf(least);
}

/**
 * A part of `units` that fails, of which no single one can be left out.
 *
 * @param units at least one; all of them together fail, none of them does not.
 */
async function ddmin(
  units: readonly number[],
  fails: (chosen: readonly number[]) => Promise<boolean>,
): Promise<readonly number[]> {
  let current = units;
  let pieces = 2;
  while (current.length >= 2) {
    const parts = divide(current, pieces);
    const rests = parts.map((part) => current.filter((unit) => !part.includes(unit)));
    const part = await firstThat(parts, fails);
    if (part !== undefined) {
      current = part;
      pieces = 2;
      continue;
    }
    // The rest of one of two parts is the other one.
    const rest = pieces > 2 ? await firstThat(rests, fails) : undefined;
    if (rest !== undefined) {
      current = rest;
      pieces = Math.max(pieces - 1, 2);
      continue;
    }
    if (pieces >= current.length) return current;
    pieces = Math.min(2 * pieces, current.length);
  }
  return current;
}

async function firstThat<One>(
  all: readonly One[],
  holds: (one: One) => Promise<boolean>,
): Promise<One | undefined> {
  for (const one of all) if (await holds(one)) return one;
  return undefined;
}

/** In `pieces` parts of about one length; at most as many as there are units. */
function divide(units: readonly number[], pieces: number): number[][] {
  return Array.from({ length: pieces }, (_, piece) =>
    units.slice(
      Math.floor((piece * units.length) / pieces),
      Math.floor(((piece + 1) * units.length) / pieces),
    ),
  );
}

/** One pass over the entries; the same plan if none of them can be simpler. */
async function simplify(plan: Plan, trials: Trials): Promise<Plan> {
  let current = plan;
  for (let index = 0; index < current.length && !trials.spent; ) {
    const forms = simplerThan(current[index] as PlanEntry);
    const simpler = await firstThat(forms, async (form) => {
      const whole = replaced(current, index, form);
      return whole !== undefined && trials.fails(whole);
    });
    if (simpler === undefined) index += 1;
    // At the same place stands what may be simpler still, or what has taken its place.
    else current = replaced(current, index, simpler) ?? current;
  }
  return current;
}

/** Undefined if something would then end other faults than before. */
function replaced(plan: Plan, index: number, entry: PlanEntry): Plan | undefined {
  const changed = plan.with(index, Object.freeze(entry));
  const sorted = sortPlan(changed);
  const moved = sorted.map((one) => changed.indexOf(one));
  const before = endings(plan);
  const after = endings(sorted);
  const same = [...after].every(([end, begun]) => {
    const expected = before.get(moved[end] as number);
    const found = begun.map((one) => moved[one]);
    return expected?.length === found.length && expected.every((one) => found.includes(one));
  });
  return same && after.size === before.size ? Object.freeze(sorted) : undefined;
}
