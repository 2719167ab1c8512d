/** What is wrong with a simulated disk right now, and what was counted of it. */

import type { Fail } from "./operations.ts";

/** What goes wrong with a disk until it is mended. */
export type DiskTrouble = "slowDisk" | "failSync" | "fillDisk";

export interface DiskCounters {
  reads: number;
  writes: number;
  /** Of files and folders, those that failed included. */
  syncs: number;
  failedSyncs: number;
  /** Operations that found no room. */
  full: number;
  crashes: number;
  /** Writes and changes of names that a crash has undone as a whole. */
  lost: number;
  /** Writes that it has undone in part. */
  torn: number;
  flippedBits: number;
}

/** A disk of 1 GB, unless it is filled: what a simulation holds in memory. */
const CAPACITY_DEFAULT = 1_073_741_824;

export class Troubles {
  readonly counters: DiskCounters = {
    reads: 0,
    writes: 0,
    syncs: 0,
    failedSyncs: 0,
    full: 0,
    crashes: 0,
    lost: 0,
    torn: 0,
    flippedBits: 0,
  };
  /** The next so many. */
  syncsToFail = 0;
  /** Bytes of all files. */
  capacity: number = CAPACITY_DEFAULT;
  readonly #used: () => number;

  constructor(used: () => number) {
    this.#used = used;
  }

  /** Leaves room for so many bytes. */
  fill(freeBytes: number): void {
    this.capacity = this.#used() + freeBytes;
  }

  mend(of: DiskTrouble | undefined): void {
    if (of === undefined || of === "failSync") this.syncsToFail = 0;
    if (of === undefined || of === "fillDisk") this.capacity = CAPACITY_DEFAULT;
  }

  /** A sync begins to save: whether it fails. */
  failsNow(): boolean {
    this.counters.syncs += 1;
    if (this.syncsToFail === 0) return false;
    this.syncsToFail -= 1;
    this.counters.failedSyncs += 1;
    return true;
  }

  /** Of so many bytes more, how many there is no room for. */
  missing(bytes: number): number {
    return bytes <= 0 ? 0 : Math.max(0, bytes - Math.max(0, this.capacity - this.#used()));
  }

  full(fail: Fail): Error {
    this.counters.full += 1;
    return fail("ENOSPC");
  }
}
