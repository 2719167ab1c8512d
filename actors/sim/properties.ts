/**
 * What must hold in a simulation.
 *
 *     always   after every step, or every n
 *     watch    the same with a state of its own, so that it sees history
 *     within   comes true within so long of the last fault: liveness
 */

import { summarise } from "../../runtime/errors.ts";
import { PropertyViolated } from "./errors.ts";

/** Nothing, or true: it holds. False or a text: it does not. What it throws says the same. */
export type Verdict = boolean | string | undefined | undefined;

export interface AlwaysOptions {
  /** Looked at after every so many steps, from 1 (default). */
  every?: number;
}

interface Invariant {
  readonly name: string;
  readonly every: number;
  check(): Verdict;
}

interface Hope {
  readonly name: string;
  readonly withinMs: number;
  check(): Verdict;
  /** Why it did not hold when it was last looked at. */
  problem: string;
}

/** What properties are judged by. */
export interface Circumstances {
  readonly nowMs: number;
  readonly step: number;
  /** Since then no fault works; Infinity: some are to come. */
  readonly quietSinceMs: number;
}

/** Of one simulation; more is a mistake in a loop. */
const PROPERTIES_MAX = 1024;

export class Properties {
  readonly #invariants: Invariant[] = [];
  #hopes: Hope[] = [];
  /** How often one was looked at. */
  checks = 0;

  always(name: string, check: () => Verdict, { every = 1 }: AlwaysOptions = {}): void {
    if (!Number.isInteger(every) || every < 1) {
      throw new PropertyViolated(name, `every must be a whole number from 1, not ${every}`);
    }
    this.#room(name);
    this.#invariants.push({ name, every, check });
  }

  within(name: string, withinMs: number, check: () => Verdict): void {
    this.#room(name);
    this.#hopes.push({ name, withinMs, check, problem: "it was not looked at" });
  }

  #room(name: string): void {
    if (this.#invariants.length + this.#hopes.length < PROPERTIES_MAX) return;
    throw new PropertyViolated(name, `there are ${PROPERTIES_MAX} properties already`);
  }

  /** What was to come true and has not yet. */
  get open(): readonly string[] {
    return this.#hopes.map(({ name, problem }) => `${name}: ${problem}`);
  }

  /** After a step. @throws PropertyViolated */
  look(now: Circumstances): void {
    for (const { name, every, check } of this.#invariants) {
      if (now.step % every !== 0) continue;
      this.checks += 1;
      const problem = problemOf(check);
      if (problem !== undefined) throw violated(name, problem);
    }
    if (this.#hopes.length > 0 && now.quietSinceMs !== Number.POSITIVE_INFINITY) this.#hope(now);
  }

  #hope({ nowMs, quietSinceMs }: Circumstances): void {
    this.#hopes = this.#hopes.filter((hope) => {
      this.checks += 1;
      const problem = problemOf(hope.check);
      if (problem === undefined) return false;
      hope.problem = problem.text;
      if (nowMs - quietSinceMs <= hope.withinMs) return true;
      const late = `not within ${hope.withinMs} ms of the last fault: ${problem.text}`;
      throw violated(hope.name, { ...problem, text: late });
    });
  }
}

interface Problem {
  readonly text: string;
  readonly cause?: unknown;
}

function problemOf(check: () => Verdict): Problem | undefined {
  try {
    const verdict = check();
    if (verdict === undefined || verdict === true) return undefined;
    return { text: verdict === false ? "it does not hold" : verdict };
  } catch (error) {
    return { text: summarise(error), cause: error };
  }
}

function violated(name: string, { text, cause }: Problem): PropertyViolated {
  const error = new PropertyViolated(name, text);
  if (cause !== undefined) error.cause = cause;
  return error;
}
