/** Waits for what another thread does and does not tell. */
import { setTimeout } from "node:timers/promises";

const STEP_MS = 5;

/** Settles with whether it came true, after at most `timeoutMs`. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  timeoutMs: number,
): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  while (!(await isTrue())) {
    if (performance.now() >= end) return false;
    await setTimeout(STEP_MS);
  }
  return true;
}
