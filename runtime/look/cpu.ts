/** What threads have used of the processor, as Linux tells it in /proc; elsewhere nobody does. */

import { readFileSync, readlinkSync } from "node:fs";

/** Of the clock in which Linux counts the time of threads, on all machines that Node runs on. */
const TICK_MS = 10;
/** The fields behind the name, which may hold anything: `utime` and `stime` are two of them. */
const UTIME = 11;
const STIME = 12;

/** The number by which the operating system knows the thread that asks; 0 if that is not known. */
export function ownThreadId(): number {
  if (process.platform !== "linux") return 0;
  try {
    return Number(readlinkSync("/proc/thread-self").split("/").at(-1)) || 0;
  } catch {
    return 0;
  }
}

/** Milliseconds of processor time of a thread of this process; undefined if that is not known. */
export function cpuMs(threadId: number): number | undefined {
  if (threadId === 0) return undefined;
  try {
    const text = readFileSync(`/proc/self/task/${threadId}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[UTIME]) + Number(fields[STIME]);
    return Number.isFinite(ticks) ? ticks * TICK_MS : undefined;
  } catch {
    return undefined;
  }
}
