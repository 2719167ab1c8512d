/** The end of a thread on demand: for tests of what a death does, and for drills. */

import { isWhole } from "../runtime/wrong.ts";
import { InvalidOptions, ThreadUnavailable } from "./errors.ts";
import type { KeeperThread } from "./keeper-thread.ts";
import { indexesOf, type Settings } from "./options.ts";

/** @throws (rejects with) InvalidOptions, ThreadUnavailable */
export async function terminateThread(
  keeper: KeeperThread | undefined,
  settings: Settings,
  index: unknown,
): Promise<void> {
  const last = indexesOf(settings) - 1;
  const rule = isWhole(1, last);
  if (keeper === undefined || !rule.holds(index)) {
    const others = last === 0 ? "there is none but main" : `${rule.allowed}`;
    const allowed = `the index of a thread besides main, which cannot be ended (${others})`;
    throw new InvalidOptions("terminateThread", allowed, index);
  }
  const thread = index as number; // The rule holds.
  if (!(await keeper.control.call("terminate", thread))) throw new ThreadUnavailable(thread);
}
