/** Letters: the dead letters of a system, counted by reason as it tells them. */
import type { Counters, System } from "../../actors/index.ts";
import { until } from "./until.ts";

/** Dead letters of a flood are told up to a second later. */
const TOLD_TIMEOUT_MS = 5000;

/** Counts from now on. A flood is told in part, and the rest as a number: that counts, too. */
export function countLetters(system: System): Record<string, number> {
  const letters: Record<string, number> = {};
  system.deadLetters(({ reason, suppressed }) => {
    letters[reason] = (letters[reason] ?? 0) + 1 + suppressed;
  });
  return letters;
}

/** Waits until as many have been told as were counted; in vain if they are not. */
export async function untilTold(
  letters: Readonly<Record<string, number>>,
  { deadLettered }: Pick<Counters, "deadLettered">,
): Promise<void> {
  const told = (): number => Object.values(letters).reduce((sum, one) => sum + one, 0);
  await until(() => told() === deadLettered, TOLD_TIMEOUT_MS);
}
