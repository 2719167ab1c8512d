/**
 * What the rules of a ladder are told, and what they want: the words between ladder-state.ts and
 * whoever carries it out.
 */

import type { BackoffOptions } from "../../runtime/backoff.ts";
import type { IntensityOptions } from "../../runtime/intensity.ts";
import type { BudgetOptions, Outcome } from "./budget.ts";

/** Why another rung, or another incarnation of the same, is in charge. */
export type ChangeReason =
  /** The first one. */
  | "start"
  /** It ended, and may be started again within its intensity. */
  | "restart"
  /** It ended too often. */
  | "intensity"
  /** Too late, too silent or too wrong: see its budget. */
  | "budget"
  /** It said so. */
  | "not-ready"
  /** Its `init` failed, or took longer than `startTimeout`. */
  | "start-failed"
  /** It did not take its epoch. */
  | "activate-failed"
  /** A better one has passed its probes. */
  | "probe-succeeded"
  /** One has passed a probe while none was in charge. */
  | "recovered"
  /** A trial had been given the epoch after its own and failed: it was given a newer one. */
  | "renewed";

/** One change of who is in charge. Plain data. */
export interface LadderChange {
  /** Id of the rung in charge until now; undefined: none was. */
  readonly from: string | undefined;
  /** Id of the one that is from now on; undefined: the service is unavailable. */
  readonly to: string | undefined;
  /** That `to` acts under: higher than any before. Without `to`, the last one. */
  readonly epoch: number;
  readonly reason: ChangeReason;
  /** For people. */
  readonly cause: string;
  /** Milliseconds since the system started. */
  readonly at: number;
}

/** What the rules need to know of a rung. */
export interface RungRules {
  readonly id: string;
  /** Place of its guarantee among those of the ladder, 0 = weakest. */
  readonly rank: number;
  readonly limits: IntensityOptions;
  readonly budget: BudgetOptions;
}

export interface LadderRules {
  /** The best first. */
  readonly rungs: readonly RungRules[];
  /** Rungs of a lower rank are never used. */
  readonly minimumRank: number;
  /** No climb sooner than this after a change of rungs. */
  readonly dwellMs: number;
  readonly probeMs: number;
  /** Good probes in a row that a better rung needs. */
  readonly successes: number;
  readonly backoff: BackoffOptions;
}

/** An attempt is one incarnation of a rung; its number is never used again. */
export type LadderEvent =
  | { readonly type: "begin" }
  | { readonly type: "started"; readonly attempt: number }
  | { readonly type: "activated"; readonly attempt: number; readonly epoch: number }
  /** It did not start, or did not take its epoch. `pending`: its start goes on, unwanted. */
  | {
      readonly type: "failed";
      readonly attempt: number;
      readonly cause: string;
      readonly pending: boolean;
    }
  /** `innocent`: with its thread, which did not die of it. */
  | {
      readonly type: "ended";
      readonly attempt: number;
      readonly cause: string;
      readonly innocent?: boolean;
    }
  /** An unwanted start has come to its end, one way or the other. */
  | { readonly type: "settled"; readonly attempt: number }
  | { readonly type: "probed"; readonly attempt: number; readonly outcome: Outcome }
  /** The rung of this epoch says that it cannot go on. */
  | { readonly type: "not-ready"; readonly epoch: number; readonly cause: string }
  | { readonly type: "due"; readonly timer: LadderTimer };

export type LadderTimer = "probe" | "climb";

/** When it happens: the rules have no clock and no dice of their own. */
export interface Moment {
  /** Milliseconds of a clock that never goes back. */
  readonly at: number;
  /** Uniform in [0, 1). */
  readonly random: number;
}

/** Carried out in order. */
export type LadderEffect =
  | { readonly type: "start"; readonly attempt: number; readonly rung: number }
  /** Tell it its epoch; only then may it act. */
  | { readonly type: "activate"; readonly attempt: number; readonly epoch: number }
  /** The service leads to it. */
  | { readonly type: "open"; readonly attempt: number; readonly rung: number }
  /** The service leads nowhere, and says why. */
  | ({ readonly type: "close" } & Closed)
  /** It is over, whatever it is at. */
  | { readonly type: "end"; readonly attempt: number }
  | { readonly type: "probe"; readonly attempt: number }
  /** One of each timer; a new one replaces the old. */
  | { readonly type: "wait"; readonly timer: LadderTimer; readonly ms: number }
  | { readonly type: "changed"; readonly change: LadderChange }
  | { readonly type: "trial-failed"; readonly rung: number; readonly cause: string };

/** Why a service does not answer. */
export interface Closed {
  /** Id of the rung that was in charge last. */
  readonly rung: string;
  readonly reason: ChangeReason;
  readonly cause: string;
  /** When the next rung is tried, on the clock of `Moment`; undefined: nobody knows. */
  readonly retryAt: number | undefined;
}
