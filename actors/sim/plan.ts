/**
 * Fault plans: what is to go wrong in a simulation, and when, as data.
 *
 *     drawn from a seed (plan-draw.ts) ─┐
 *     scripted (plan-builder.ts) ───────┼──► plan ──► the simulation carries it out
 *     read from text (plan-text.ts) ────┘     └─────► shrunk when a run fails (shrink.ts)
 *
 * A plan is a list of entries in the order in which they happen; entries of one time happen in the
 * order of the list. Each stands for itself: a `heal` without a partition or a `restartNode` of a
 * node that runs changes nothing, so every part of a plan is a plan.
 *
 * Left out: what an entry does, which is the simulation's to know.
 */

import type { Delay } from "../../runtime/sim/delay.ts";
import type { BitPlace } from "../../runtime/sim/disk.ts";
import type { LinkQuality, Partition, Ways } from "../../runtime/sim/network.ts";
import type { Unsynced } from "../../runtime/sim/stored.ts";
import type { DiskTrouble } from "../../runtime/sim/troubles.ts";

/** One line of a plan. Times and durations are whole milliseconds of virtual time. */
export type PlanEntry = { readonly at: number } & (
  | ActorFault
  | ThreadFault
  | NodeFault
  | ClockFault
  | NetworkFault
  | DiskFault
);

/** `actor` is a name, or a path like `"app/workers/3"`, on `node`. */
export type ActorFault =
  | { readonly type: "crash"; readonly node: string; readonly actor: string }
  /** Takes no turn for so long; for good if `forMs` is left out. */
  | {
      readonly type: "stall";
      readonly node: string;
      readonly actor: string;
      readonly forMs?: number;
    }
  /** Each turn takes so long, for so long; for good if `forMs` is left out. */
  | {
      readonly type: "slow";
      readonly node: string;
      readonly actor: string;
      readonly delay: Delay;
      readonly forMs?: number;
    };

export type ThreadFault = {
  readonly type: "kill";
  readonly node: string;
  /** From 1, as in `system.threads`; main, which is 0, dies with its node. */
  readonly thread: number;
  /** Dies before its n-th write to shared memory from then on, counted from 1; 0 is at once. */
  readonly afterWrites?: number;
};

export type NodeFault =
  /** What was not synced is lost, unless `unsynced` says something else. */
  | { readonly type: "crashNode"; readonly node: string; readonly unsynced?: Unsynced }
  | { readonly type: "restartNode"; readonly node: string }
  | { readonly type: "pauseNode"; readonly node: string }
  | { readonly type: "resumeNode"; readonly node: string };

export type ClockFault =
  /** The wall clock jumps; negative is back. */
  | { readonly type: "stepClock"; readonly node: string; readonly byMs: number }
  /** The clocks run so many millionths too fast from then on; negative is slow, 0 is right. */
  | { readonly type: "driftClock"; readonly node: string; readonly ppm: number };

/** A partition with a name can be healed alone. */
export type NetworkFault =
  | Partition
  /** Ends the partitions of that name; all of them if it is left out. */
  | { readonly type: "heal"; readonly name?: string }
  /** From then on, these ways are like this. */
  | ({ readonly type: "link" } & Ways & LinkQuality)
  /** They are as at the beginning again. */
  | ({ readonly type: "mendLink" } & Ways);

export type DiskFault =
  /** Each operation takes so long. */
  | { readonly type: "slowDisk"; readonly node: string; readonly delay: Delay }
  /** The next `times` syncs fail, and what they should have saved is lost; default 1. */
  | { readonly type: "failSync"; readonly node: string; readonly times?: number }
  /** Only so many bytes more can be written. */
  | { readonly type: "fillDisk"; readonly node: string; readonly freeBytes: number }
  /** Inverts one bit of what was saved, for good; file and place are random if left out. */
  | ({ readonly type: "flipBit"; readonly node: string } & BitPlace)
  /** Ends one kind of trouble; all if `of` is left out. */
  | { readonly type: "mendDisk"; readonly node: string; readonly of?: DiskTrouble };

export type PlanType = PlanEntry["type"];
export type EntryOf<Type extends PlanType> = Extract<PlanEntry, { readonly type: Type }>;

/** Sorted by time. `checkPlan` makes one of anything. */
export type Plan = readonly PlanEntry[];

/** What a plan may speak of. */
export interface PlanScope {
  /** Names of the nodes, at least one. */
  readonly nodes: readonly string[];
  /** Worker threads of each node, from 0. */
  readonly threads: number;
}

/** Entries sorted by time, those of one time in the order in which they came. */
export function sortPlan(entries: readonly PlanEntry[]): PlanEntry[] {
  return [...entries].sort((one, other) => one.at - other.at);
}

/**
 * When the last entry has had its effect, in ms; 0 for an empty plan. From then on a program has
 * the time to recover that a liveness property gives it. What nothing heals counts from its
 * beginning.
 */
export function lastFaultAt(plan: Plan): number {
  return plan.reduce((last, entry) => Math.max(last, entry.at + durationMs(entry)), 0);
}

function durationMs(entry: PlanEntry): number {
  return "forMs" in entry ? (entry.forMs ?? 0) : 0;
}
