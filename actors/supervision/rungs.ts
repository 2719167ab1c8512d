/**
 * The rungs of a ladder: what is remembered of each, and which of them may be next.
 *
 *     adaptive        ╲ better: the best one whose time has come gets a trial
 *     performance     ╱
 *     foundation      ◀ in charge
 *     round-robin     below: the first one that has not failed lately, else the first one
 *
 * A rung below the ladder's minimum is in none of the answers.
 */

import { Backoff } from "../../runtime/backoff.ts";
import { RestartWindow } from "../../runtime/intensity.ts";
import type { Budget } from "./budget.ts";
import type { LadderRules, Moment, RungRules } from "./ladder-events.ts";

export interface Rung {
  readonly index: number;
  readonly rules: RungRules;
  readonly window: RestartWindow;
  readonly backoff: Backoff;
  /** Until then it is not tried again, if there is a choice. */
  dueAt: number;
  /** The attempt whose start was given up and goes on: no other is begun meanwhile. */
  stuck: number | undefined;
  restarts: number;
  falls: number;
  failedTrials: number;
  lastCause: string | undefined;
}

/** One incarnation of a rung, from the wish to start it on. */
export interface Attempt {
  readonly number: number;
  readonly rung: Rung;
  status: "starting" | "trying" | "activating" | "active";
  /** 0: it has none yet. */
  epoch: number;
  readonly budget: Budget;
  /** A probe is out; `void`: a bad outcome of it counts for nothing. */
  probe: "none" | "out" | "void";
  /** Good probes in a row. */
  good: number;
}

export class Rungs {
  readonly all: readonly Rung[];
  /** Those that the minimum allows. */
  readonly #allowed: readonly Rung[];

  constructor({ rungs, minimumRank, backoff }: LadderRules) {
    this.all = rungs.map((rules, index) => ({
      index,
      rules,
      window: new RestartWindow(rules.limits),
      backoff: new Backoff(backoff),
      dueAt: Number.NEGATIVE_INFINITY,
      stuck: undefined,
      restarts: 0,
      falls: 0,
      failedTrials: 0,
      lastCause: undefined,
    }));
    this.#allowed = this.all.filter(({ rules }) => rules.rank >= minimumRank);
  }

  get best(): Rung | undefined {
    return this.#allowed[0];
  }

  /** The next one after these have failed, the first of them first. */
  below(failed: readonly Rung[], at: number): Rung | undefined {
    const first = failed[0]?.index ?? -1;
    const open = this.#allowed.filter(
      (rung) => rung.index > first && rung.stuck === undefined && !failed.includes(rung),
    );
    return open.find(({ dueAt }) => dueAt <= at) ?? open[0];
  }

  /** The best one above this that may be tried now; undefined `rung`: none is in charge. */
  betterThan(rung: Rung | undefined, at: number): Rung | undefined {
    return this.#above(rung).find(({ dueAt }) => dueAt <= at);
  }

  /** When the first one above this may be tried; undefined: there is none, or nobody knows. */
  earliest(rung: Rung | undefined, at: number): number | undefined {
    const due = this.#above(rung).map(({ dueAt }) => dueAt);
    return due.length === 0 ? undefined : Math.max(at, Math.min(...due));
  }

  #above(rung: Rung | undefined): readonly Rung[] {
    const index = rung?.index ?? this.all.length;
    return this.#allowed.filter((one) => one.index < index && one.stuck === undefined);
  }
}

/** It has failed: the wait until it is tried again begins. */
export function blame(rung: Rung, cause: string, { at, random }: Moment): void {
  rung.lastCause = cause;
  rung.dueAt = at + rung.backoff.next(at, random);
}
