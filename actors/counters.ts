/** The counters of a system: what its threads count (runtime/counters.ts), added up. */

import { type Counts, noCounts, readCounts } from "../runtime/counters.ts";
import type { Signals } from "../runtime/signals.ts";

/** Counts over all threads, as they stand: an inequality while somebody works. */
export type Counters = Omit<Counts, "recordsOut" | "recordsIn" | "messagesOut" | "messagesIn">;

/** Over so many indexes of threads, main's included. */
export function sumCounters(signals: Signals, indexes: number): Counters {
  const sum: Counts = noCounts();
  for (let index = 0; index < indexes; index += 1) {
    const counts = readCounts(signals, index);
    for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += counts[name];
  }
  const { recordsOut, recordsIn, messagesOut, messagesIn, ...counters } = sum;
  return counters;
}
