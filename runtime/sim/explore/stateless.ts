/**
 * Runs a program again and again, each time with other choices, until it fails or all were made.
 *
 *     run 1   a ─ a ─ b ─ b        what is preferred: nobody is interrupted
 *     run 2   b ─ b ─ a ─ a        another free choice at the start
 *     run 3   a ═ b ─ b ─ a        one preemption
 *
 * For programs whose state cannot be looked at or copied: nothing is known of it but what it asks
 * (`Choices`) and whether it fails. So orders are walked through, not states; there are far too
 * many of them, and preemptions bound them: first all runs without one, then all with one, and so
 * on. Most errors of concurrency need two at most, and a failing run that was found so has as few
 * as possible. n steps of t threads have at most (n over p) * (t + p)! runs with p preemptions.
 *
 * Left out: runs that differ only in steps which do not concern each other (explore.ts does that
 * for programs that say what they touch), and a run that never settles: it has to end by itself.
 *
 * @source M. Musuvathi, S. Qadeer, Iterative context bounding for systematic testing of
 *   multithreaded programs (PLDI 2007), which CHESS is built on. Stateless search: P. Godefroid,
 *   Model checking for programming languages using VeriSoft (POPL 1997).
 */

import { summarise } from "../../errors.ts";
import { isWhole, wrongKey } from "../../wrong.ts";
import { type Choice, type Choices, instead, LedChoices, NONE, wayTo } from "./choices.ts";
import { NotDeterministic, refuse, TooManyChoices } from "./errors.ts";

/** A program: it fails by throwing, and depends on nothing but its choices. */
export type Run = (choices: Choices) => void | Promise<void>;

export interface RunsOptions {
  /** Runs with more of them are not made. Default 2. */
  readonly preemptions?: number;
  /** Runs that are made at most. Default 10 000. */
  readonly executionsMax?: number;
  /** Choices of one run; more are its failure (TooManyChoices). Default 10 000. */
  readonly choicesMax?: number;
}

export const PREEMPTIONS_DEFAULT = 2;
export const EXECUTIONS_MAX = 10_000;
export const CHOICES_MAX = 10_000;
const PREEMPTIONS_MAX = 1000;
const RUNS_LIMIT = 1e9;

/** A run that failed. `replayRun` with its choices fails in the same way. */
export interface FailedRun {
  /** What it threw. */
  readonly error: unknown;
  readonly choices: readonly number[];
  readonly preemptions: number;
  /** The choices in words: what there was to choose, and the way that was taken. */
  readonly trace: readonly string[];
}

export interface RunsReport {
  readonly executions: number;
  /** How many of them had 0, 1, 2 … preemptions. */
  readonly byPreemptions: readonly number[];
  /** Choices of all runs together. */
  readonly choices: number;
  /** Most choices of one run. */
  readonly deepest: number;
  /**
   * Why no more runs were made: one failed; all were made that there are; all with so many
   * preemptions were; or `executionsMax` were made.
   */
  readonly end: "failure" | "exhausted" | "preemptions" | "executions";
  readonly failure?: FailedRun;
}

/**
 * Makes all runs of a program with up to `preemptions` preemptions, those with fewer first, and
 * stops at the first one that fails. Memory: three words or so for each run that is still to be
 * made.
 *
 * Fails with NotDeterministic (`ERR_NOT_DETERMINISTIC`) if a run that is led like an earlier one
 * asks for something else, or does not fail again; with InvalidExploration for options that make no
 * sense.
 */
export async function exploreRuns(run: Run, options: RunsOptions = {}): Promise<RunsReport> {
  const { choicesMax, executionsMax, preemptions } = options;
  refuse(
    wrongKey("preemptions", preemptions, isWhole(0, PREEMPTIONS_MAX)),
    wrongKey("executionsMax", executionsMax, isWhole(1, RUNS_LIMIT)),
    wrongKey("choicesMax", choicesMax, isWhole(1, RUNS_LIMIT)),
  );
  return new Runs(run, options).make();
}

/**
 * Makes one run with these choices, and then with what is preferred. Fails as the run does, or with
 * NotDeterministic if it does not ask for as many choices.
 */
export async function replayRun(
  run: Run,
  choices: readonly number[],
  { choicesMax = CHOICES_MAX }: Pick<RunsOptions, "choicesMax"> = {},
): Promise<void> {
  const { failed, error } = await lead(run, new LedChoices(choices, choicesMax));
  if (failed) throw error;
}

interface Outcome {
  readonly failed: boolean;
  readonly error?: unknown;
}

/** One run. Throws only what says that it was not led as it should have been. */
async function lead(run: Run, choices: LedChoices): Promise<Outcome> {
  let outcome: Outcome = { failed: false };
  try {
    await run(choices);
  } catch (error) {
    outcome = { failed: true, error };
  }
  try {
    choices.end();
  } catch (error) {
    // An endless run is one that fails, also if it swallowed that.
    if (error instanceof TooManyChoices) return { failed: true, error };
    throw error;
  }
  return outcome;
}

class Runs {
  readonly #run: Run;
  readonly #preemptions: number;
  readonly #executionsMax: number;
  readonly #choicesMax: number;
  /** By preemptions: how runs begin that were not made yet. */
  readonly #waiting: Choice[][];
  readonly #byPreemptions: number[];
  #executions = 0;
  #choices = 0;
  #deepest = 0;
  /** A way was not noted down, since it has too many preemptions. */
  #interrupted = false;

  constructor(run: Run, options: RunsOptions) {
    this.#run = run;
    this.#preemptions = options.preemptions ?? PREEMPTIONS_DEFAULT;
    this.#executionsMax = options.executionsMax ?? EXECUTIONS_MAX;
    this.#choicesMax = options.choicesMax ?? CHOICES_MAX;
    this.#waiting = Array.from({ length: this.#preemptions + 1 }, () => []);
    this.#byPreemptions = this.#waiting.map(() => 0);
  }

  async make(): Promise<RunsReport> {
    let failure = await this.#one(undefined);
    for (const waiting of this.#waiting) {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        if (failure !== undefined) return this.#report("failure", failure);
        if (this.#executions >= this.#executionsMax) return this.#report("executions");
        failure = await this.#one(next);
      }
    }
    if (failure !== undefined) return this.#report("failure", failure);
    return this.#report(this.#interrupted ? "preemptions" : "exhausted");
  }

  /** A run that begins like this, and how others can begin that go another way later. */
  async #one(last: Choice | undefined): Promise<FailedRun | undefined> {
    const way = wayTo(last);
    const choices = new LedChoices(way, this.#choicesMax);
    const { failed, error } = await lead(this.#run, choices);
    const all = wayTo(choices.last);
    const preemptions = choices.last?.preemptions ?? 0;
    this.#executions += 1;
    this.#byPreemptions[preemptions] = (this.#byPreemptions[preemptions] ?? 0) + 1;
    this.#choices += all.length;
    this.#deepest = Math.max(this.#deepest, all.length);
    if (failed) return this.#confirm(all, preemptions, error);
    for (const choice of all.slice(way.length)) this.#branch(choice);
    return undefined;
  }

  #branch(choice: Choice): void {
    for (let taken = choice.count - 1; taken >= 0; taken -= 1) {
      if (taken === choice.taken) continue;
      const other = instead(choice, taken);
      const waiting = this.#waiting[other.preemptions];
      if (waiting === undefined) this.#interrupted = true;
      // More than that are never made.
      else if (waiting.length < this.#executionsMax) waiting.push(other);
    }
  }

  /** A failure that does not come again would send people looking for what is not there. */
  async #confirm(all: Choice[], preemptions: number, error: unknown): Promise<FailedRun> {
    const again = await lead(this.#run, new LedChoices(all, this.#choicesMax));
    const [before, now] = [summarise(error), again.failed ? summarise(again.error) : undefined];
    if (before !== now) {
      throw new NotDeterministic(
        all.length,
        `a failure (${before})`,
        now && `another one (${now})`,
      );
    }
    return {
      error,
      choices: all.map(({ taken }) => taken),
      preemptions,
      trace: all.map(inWords),
    };
  }

  #report(end: RunsReport["end"], failure?: FailedRun): RunsReport {
    return {
      executions: this.#executions,
      byPreemptions: this.#byPreemptions,
      choices: this.#choices,
      deepest: this.#deepest,
      end,
      ...(failure && { failure }),
    };
  }
}

function inWords({ count, preferred, taken, what }: Choice): string {
  const preempts = preferred !== NONE && taken !== preferred;
  return `${what}: ${taken} of ${count}${preempts ? `, not ${preferred}` : ""}`;
}
