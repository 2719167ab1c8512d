/** How much a check may cost, so that it ends: problems it solves can be exponential. */

import { InvalidOptions } from "../../errors-system.ts";

export interface CheckLimits {
  /** Steps of the model before the verdict is "unknown"; from 1, 10 000 000 by default. */
  readonly maxSteps?: number;
  /**
   * Milliseconds before the verdict is "unknown"; none by default, because then the same history
   * has the same verdict on every machine. In a simulation, where no time passes within a step of
   * code, bound the steps.
   */
  readonly maxMs?: number;
  /** The clock for `maxMs`, in milliseconds; `performance.now` by default. */
  readonly now?: () => number;
}

/** Which limit was hit; "memory" is that of the search itself. */
export type Limit = "steps" | "ms" | "memory";

const STEPS_MAX = 10_000_000;
/** Steps between two looks at the clock. */
const CLOCK_STEPS = 256;

export class Budget {
  /** What has been spent. */
  steps = 0;
  /** Which limit was hit, if one was. */
  exhausted: Limit | undefined;
  readonly maxSteps: number;
  #lapEnd: number;
  readonly #now: () => number;
  readonly #deadline: number;

  /** Throws InvalidOptions (`ERR_INVALID_OPTIONS`). */
  constructor({ maxSteps = STEPS_MAX, maxMs, now = () => performance.now() }: CheckLimits = {}) {
    if (!Number.isSafeInteger(maxSteps) || maxSteps < 1) {
      throw new InvalidOptions("maxSteps", "a whole number from 1", maxSteps);
    }
    if (maxMs !== undefined && !(maxMs > 0)) {
      throw new InvalidOptions("maxMs", "a number above 0", maxMs);
    }
    this.maxSteps = maxSteps;
    this.#lapEnd = maxSteps;
    this.#now = now;
    this.#deadline = maxMs === undefined ? Number.POSITIVE_INFINITY : now() + maxMs;
  }

  /** Takes one step. False once a limit is hit. */
  take(): boolean {
    if (this.exhausted !== undefined) return false;
    this.steps += 1;
    if (this.steps > this.#lapEnd) this.exhausted = "steps";
    else if (this.steps % CLOCK_STEPS === 0 && this.#late()) this.exhausted = "ms";
    return this.exhausted === undefined;
  }

  /** Whether nothing is left for another lap. */
  get spent(): boolean {
    return this.steps >= this.maxSteps || this.#late();
  }

  /** From now on at most so many steps, for one of several searches. False if none are left. */
  lap(maxSteps: number): boolean {
    const hit = this.steps >= this.maxSteps ? "steps" : "ms";
    this.exhausted = this.spent ? hit : undefined;
    this.#lapEnd = Math.min(this.steps + maxSteps, this.maxSteps);
    return this.exhausted === undefined;
  }

  #late(): boolean {
    return this.#deadline !== Number.POSITIVE_INFINITY && this.#now() >= this.#deadline;
  }
}
