/** What a member brings to a phase: plain data, bounded, since all of it goes to all. */

import { plain } from "../../actors/index.ts";
import type { Brought } from "./spec.ts";

/** All that is brought to one phase, as it travels in one message. */
export const RESULTS_BYTES_MAX: number = 480 * 1024;
/** What an entry takes beside its value: an id of 64 characters, and names of fields. */
export const ENTRY_BYTES = 256;

/** Whether it is plain data of at most so many bytes, by an upper bound of what it takes. */
export function fits(value: unknown, bytesMax: number): boolean {
  return value === undefined || plain(bytesMax).holds(value);
}

/** In the order of ids, so that sums over them come out the same whoever was first. */
export function resultsOf(arrivals: ReadonlyMap<string, unknown>): readonly Brought[] {
  const results: Brought[] = [];
  for (const [member, value] of arrivals) {
    if (value !== undefined) results.push({ member, value });
  }
  return results.sort((a, b) => (a.member < b.member ? -1 : 1));
}
