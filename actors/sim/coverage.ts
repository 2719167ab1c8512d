/** How much a run has gone through, in the few numbers that say whether it was worth its time. */

import type { FaultCounts } from "./faults.ts";
import type { PlanType } from "./plan.ts";

/** Of one run, or the sum of many. */
export interface Coverage {
  /** Turns of actors. */
  readonly messages: number;
  /** Of networks: whole, one-way, partial. */
  readonly partitions: number;
  /** Of actors, threads and nodes. */
  readonly crashes: number;
  /** Children of supervisors, threads and nodes that were started again. */
  readonly restarts: number;
  /** Of disks: slow, full, failed syncs, flipped bits. */
  readonly storeFaults: number;
  /** What the body has counted by `sim.completed()`. */
  readonly completed: number;
  /** Virtual milliseconds. */
  readonly virtualMs: number;
}

const PARTITIONS: readonly PlanType[] = ["partition", "oneWayPartition", "partialPartition"];
const CRASHES: readonly PlanType[] = ["crash", "kill", "crashNode"];
const STORE_FAULTS: readonly PlanType[] = ["slowDisk", "failSync", "fillDisk", "flipBit"];

/** What an outcome says of it. */
export interface Covered {
  readonly messages: number;
  readonly restarts: number;
  readonly completed: number;
  readonly ms: number;
  readonly faults: FaultCounts;
}

export function coverageOf({ messages, restarts, completed, ms, faults }: Covered): Coverage {
  const sum = (types: readonly PlanType[]): number =>
    types.reduce((all, type) => all + (faults[type] ?? 0), 0);
  const partitions = sum(PARTITIONS);
  const [crashes, storeFaults] = [sum(CRASHES), sum(STORE_FAULTS)];
  return { messages, partitions, crashes, restarts, storeFaults, completed, virtualMs: ms };
}
