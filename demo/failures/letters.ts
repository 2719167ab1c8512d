/** Letters: the dead letters of a system, counted by reason as it tells them. */
import type { System } from "../../actors/index.ts";

/** Counts from now on. A flood is told in part, and the rest as a number: that counts, too. */
export function countLetters(system: System): Record<string, number> {
  const letters: Record<string, number> = {};
  system.deadLetters(({ reason, suppressed }) => {
    letters[reason] = (letters[reason] ?? 0) + 1 + suppressed;
  });
  return letters;
}
