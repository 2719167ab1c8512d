/** Checks of the machine: how many threads can run at once, and how many fit into memory. */

import type { Limits } from "./cgroup.ts";
import { type Check, countOf, type Finding, sizeOf } from "./check.ts";

/** What was found, by whoever can look. */
export interface Machine {
  /** As Node counts them, which is how many threads `startSystem` starts. */
  readonly cores: number;
  readonly memoryBytes: number;
  /** What could be had at this moment. */
  readonly freeBytes: number;
  /** Of the container, or of whoever limits this process. */
  readonly limits: Limits;
}

/** The process itself, its keeper and the standby: measured 52 and 25 MiB, with room to work. */
const SYSTEM_BYTES = 96 * 2 ** 20;
/** A thread with nothing on it: measured 13 MiB. */
const THREAD_BYTES = 16 * 2 ** 20;

export function machineChecks(machine: Machine): Check[] {
  return [
    { name: "cores", run: () => [cores(machine)] },
    { name: "memory", run: () => [memory(machine)] },
  ];
}

function cores({ cores, limits }: Machine): Finding {
  const limit = limits.cores;
  const facts = { cores, limit: limit ?? null };
  // A limit of 1.5 leaves two threads something to do; one of 8 on 2 cores is none.
  const usable = limit === undefined ? cores : Math.min(cores, Math.ceil(limit));
  if (usable === cores) {
    const text = cores === 1 ? "1: threads will take turns on it" : `${cores}, one thread for each`;
    return { ok: true, text, facts };
  }
  return {
    ok: false,
    text:
      `${cores}, but the container may use ${round(limit ?? 0)} of them: ` +
      `${cores} threads would be in each other's way`,
    fix: `startSystem({ threads: ${usable} })`,
    facts,
  };
}

function memory({ cores, memoryBytes, freeBytes, limits }: Machine): Finding {
  const limit = limits.bytes !== undefined && limits.bytes < memoryBytes ? limits.bytes : undefined;
  const bytes = limit ?? memoryBytes;
  const facts = { bytes: memoryBytes, limit: limit ?? null, free: freeBytes };
  const size = limit === undefined ? sizeOf(bytes) : `${sizeOf(bytes)}, set by the container`;
  const threads = Math.floor((bytes - SYSTEM_BYTES) / THREAD_BYTES);
  if (threads >= cores) return { ok: true, text: `${size}; ${sizeOf(freeBytes)} are free`, facts };
  const more = `give it ${sizeOf(SYSTEM_BYTES + cores * THREAD_BYTES)}`;
  const fewer = threads < 1 ? "run all on main" : "start fewer threads";
  return {
    ok: false,
    text: `${size}: too little for ${countOf(cores, "thread")}, each of which takes 16 MiB`,
    fix: `${more}, or ${fewer}: startSystem({ threads: ${Math.max(threads, 0)} })`,
    facts,
  };
}

function round(cores: number): number {
  return Number(cores.toPrecision(2));
}
