/**
 * What must hold in a simulation.
 *
 *     always   after every step, or every n
 *     watch    the same with a state of its own, so that it sees history
 *     within   comes true within so long of the last fault: liveness
 */

import { summarise } from "../../runtime/errors.ts";
import { isWhole } from "../../runtime/wrong.ts";
import { InvalidOptions } from "../errors.ts";
import { known } from "../options.ts";
import { PropertyViolated } from "./errors.ts";

/** Nothing, or true: it holds. False or a text: it does not. What it throws says the same. */
export type Verdict = boolean | string | undefined;

export interface AlwaysOptions {
  /** Looked at after every so many steps, a whole number from 1; default 1. */
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
  /** When it was stated. */
  readonly sinceMs: number;
  check(): Verdict;
  /** Why it did not hold when it was last looked at; undefined: it was not. */
  problem: string | undefined;
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
const EVERY = isWhole(1, Number.MAX_SAFE_INTEGER);

export class Properties {
  readonly #invariants: Invariant[] = [];
  #hopes: Hope[] = [];
  /** How often one was looked at. */
  checks = 0;

  /** @throws InvalidOptions */
  always(name: string, check: () => Verdict, options: AlwaysOptions = {}): void {
    known("always", options, ["every"]);
    const { every = 1 } = options;
    if (!EVERY.holds(every)) throw new InvalidOptions("every", EVERY.allowed, every);
    this.#room(name, check);
    this.#invariants.push({ name, every, check });
  }

  /** @throws InvalidOptions */
  within(name: string, withinMs: number, check: () => Verdict, sinceMs: number): void {
    this.#room(name, check);
    this.#hopes.push({ name, withinMs, sinceMs, check, problem: undefined });
  }

  #room(name: string, check: unknown): void {
    if (typeof check !== "function") throw new InvalidOptions("check", "a function", check);
    if (this.#invariants.length + this.#hopes.length < PROPERTIES_MAX) return;
    const allowed = `left out: a simulation has at most ${PROPERTIES_MAX}`;
    throw new InvalidOptions("property", allowed, name);
  }

  /** What was to come true and has not yet. */
  get open(): readonly string[] {
    return this.#hopes.map(({ name, problem }) => `${name}: ${problem ?? "it was not looked at"}`);
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
      const fromMs = Math.max(quietSinceMs, hope.sinceMs);
      const isLate = nowMs - fromMs > hope.withinMs;
      // What is looked at for the first time may have come true long before.
      if (problem === undefined && (!isLate || hope.problem === undefined)) return false;
      hope.problem = problem?.text ?? "it came true too late";
      if (!isLate) return true;
      const since = fromMs === quietSinceMs ? "of the last fault" : "after it was stated";
      const text = `not within ${hope.withinMs} ms ${since}: ${hope.problem}`;
      throw violated(hope.name, { ...problem, text });
    });
  }
}

interface Problem {
  readonly text: string;
  readonly cause?: unknown;
}

function problemOf(check: () => Verdict): Problem | undefined {
  try {
    const verdict: unknown = check();
    if (verdict === undefined || verdict === true) return undefined;
    if (verdict === false) return { text: "it does not hold" };
    if (typeof verdict === "string") return { text: verdict };
    const advice = verdict instanceof Promise ? "; it cannot be asynchronous" : "";
    const got = `it returned ${summarise(verdict)}`;
    return { text: `${got}, and may return nothing, true, false or a text${advice}` };
  } catch (error) {
    return { text: summarise(error), cause: error };
  }
}

function violated(name: string, { text, cause }: Problem): PropertyViolated {
  const error = new PropertyViolated(name, text);
  if (cause !== undefined) error.cause = cause;
  return error;
}
