/**
 * How long the turns of each actor may take, in the directory: the actor's own `stallAfter`, where
 * it has one, and the shortest of all, which says how often the keeper has to look.
 */

import type { Directory } from "./directory.ts";
import { SLOT_STALL_MS, STALL_MIN, STALL_NEVER } from "./layout.ts";

/** For a slot of this thread. Infinity: never. */
export function setStall(directory: Directory, slot: number, ms: number): void {
  const { words } = directory;
  const word = ms === Number.POSITIVE_INFINITY ? STALL_NEVER : ms;
  words[directory.at(slot) + SLOT_STALL_MS] = word;
  if (word === STALL_NEVER) return;
  for (let least = shortestStall(directory); word < least; least = shortestStall(directory)) {
    const known = least === Number.POSITIVE_INFINITY ? 0 : least;
    // Pairs with the load in `shortestStall`. Writer: anybody who makes it shorter; nobody longer.
    Atomics.compareExchange(words, STALL_MIN, known, word);
  }
}

/** Undefined: the actor has none of its own. */
export function stallOf(directory: Directory, slot: number): number | undefined {
  const word = directory.words[directory.at(slot) + SLOT_STALL_MS] ?? 0;
  if (word === 0) return undefined;
  return word === STALL_NEVER ? Number.POSITIVE_INFINITY : word;
}

/** The shortest that any actor has had; Infinity: none had one. */
export function shortestStall({ words }: Directory): number {
  return Atomics.load(words, STALL_MIN) || Number.POSITIVE_INFINITY;
}
