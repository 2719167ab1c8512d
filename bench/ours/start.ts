/**
 * Starts a system the way every row does: production mode, and nothing set but what the row is
 * about.
 */

import { type SystemOptions, startSystem } from "../../actors/index.ts";
import type { Options } from "../contender.ts";
import type { Shared } from "../shared.ts";

export type System = Awaited<ReturnType<typeof startSystem>>;

/** It is stopped with the process; contenders that share one share the system. */
export function start(
  threads: number,
  options: Options,
  shared: Shared,
  more: SystemOptions = {},
): Promise<System> {
  const spin = options.spin === undefined ? {} : { spin: options.spin };
  const all = { threads, development: false, ...spin, ...more };
  return shared.once(JSON.stringify(all), () => startSystem(all));
}

/** Calls that stand for a whole round may take as long as the round. */
export const ROUND_TIMEOUT_MS = 60_000;

/**
 * What many actors of one thread count together, where asking each would cost more than the work.
 */
export const tally = { sum: 0 };

/** Waits until `tally.sum` is `sum`; the row that waits checks its own time limit. */
export async function tallied(sum: number): Promise<void> {
  while (tally.sum !== sum) await new Promise(setImmediate);
}
