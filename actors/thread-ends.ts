/** The end of a thread on demand: for tests of what a death does, and for drills. */

import type { Signals } from "../runtime/signals.ts";
import { isWhole } from "../runtime/wrong.ts";
import { InvalidOptions, ThreadUnavailable } from "./errors.ts";
import type { KeeperThread } from "./keeper-thread.ts";
import { indexesOf, type Settings } from "./options.ts";

/** @throws (rejects with) InvalidOptions, ThreadUnavailable */
export async function terminateThread(
  keeper: KeeperThread | undefined,
  settings: Settings,
  signals: Signals,
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
  // The life that is meant: others may end it, too, before the order comes.
  const generation = signals.generation(thread);
  if (!signals.isRunning(thread, generation)) throw new ThreadUnavailable(thread);
  await keeper.control.call("terminate", thread, generation);
}
