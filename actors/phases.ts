/**
 * The phases of a stop, one after the other, and the report on them.
 *
 *     intake → drain → tree → rest → threads
 *
 * Each has a deadline of its own that its work keeps, so that the whole takes at most their sum.
 */

import { summarise } from "../runtime/errors.ts";
import type { Counters } from "./counters.ts";
import type { Log } from "./log.ts";
import { few } from "./remains.ts";

/**
 * What a phase does: `intake` runs the hooks of `onStop`; `drain` waits until what was sent is
 * handled; `tree` shuts the root down, in its order; `rest` ends all other actors; `threads` lets
 * the ways between threads run dry and ends them.
 */
export const PHASES = ["intake", "drain", "tree", "rest", "threads"] as const;
export type PhaseName = (typeof PHASES)[number];

export interface PhaseReport {
  readonly name: PhaseName;
  /** How long it took. */
  readonly ms: number;
  /** How long it may take; 0 for one that has nothing to do. */
  readonly deadlineMs: number;
  /** What had not ended when its time was over: hooks, turns, mailboxes, actors, threads. */
  readonly stillRunning: readonly string[];
  /** Hooks that threw, and with what. */
  readonly failed: readonly string[];
  /** What became of messages meanwhile, as far as threads have published it. */
  readonly handled: number;
  readonly deadLettered: number;
}

/** How a system went down. */
export interface StopReport {
  /** What set it off: `stop()`, a signal, the end of the root, a failure. */
  readonly cause: string;
  readonly ms: number;
  /** In the order in which they passed. */
  readonly phases: readonly PhaseReport[];
  /** When all had ended: sent = handled + deadLettered + dropped, and nothing is queued. */
  readonly counters: Counters;
}

/** What the work of a phase says at its end. */
export interface Passed {
  readonly stillRunning?: readonly string[];
  readonly failed?: readonly string[];
}

export type PhaseListener = (phase: PhaseReport) => void;

interface PhasesOptions {
  readonly cause: string;
  /** Milliseconds of the system's clock. */
  readonly now: () => number;
  readonly counters: () => Counters;
  readonly debug: Log["debug"] | undefined;
  readonly tell: PhaseListener;
}

export class Phases {
  readonly #options: PhasesOptions;
  readonly #start: number;
  readonly #passed: PhaseReport[] = [];

  constructor(options: PhasesOptions) {
    this.#options = options;
    this.#start = options.now();
  }

  /** Passes a phase: its work keeps the deadline. */
  async pass(name: PhaseName, deadlineMs: number, work: () => Promise<Passed>): Promise<void> {
    const { now, counters, debug, tell } = this.#options;
    const [start, before] = [now(), counters()];
    // What throws here must not keep the phases behind it from their turn.
    const { stillRunning = [], failed = [] } = await work().catch((error: unknown) => {
      return { failed: [`the phase itself: ${summarise(error)}`] } as Passed;
    });
    const after = counters();
    const phase: PhaseReport = {
      name,
      ms: now() - start,
      deadlineMs,
      stillRunning: few(stillRunning),
      failed: few(failed),
      handled: after.handled - before.handled,
      deadLettered: after.deadLettered - before.deadLettered,
    };
    this.#passed.push(phase);
    debug?.(phase, "a phase of the stop has passed");
    tell(phase);
  }

  report(): StopReport {
    const { cause, now, counters } = this.#options;
    const ms = now() - this.#start;
    return { cause, ms, phases: this.#passed, counters: counters() };
  }
}
