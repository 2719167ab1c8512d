/**
 * The keeper has died, and with it all threads that it had made. Main is left, and does for each of
 * them what the keeper does for one (runtime/keeper.ts), so that whoever waits for them learns it.
 */

import { closeCounts } from "../runtime/counters.ts";
import { Heartbeat } from "../runtime/heartbeat.ts";
import { THREAD_DEAD } from "../runtime/layout.ts";
import type { Host } from "./host.ts";
import { tellLost } from "./notes.ts";
import { indexesOf } from "./options.ts";

/** Once none of them runs any more: from then on main is the one writer of the keeper's words. */
export function buryOrphans(host: Host, cause: string): void {
  const { signals } = host.thread;
  for (let index = 1; index < indexesOf(host.settings); index += 1) {
    const generation = signals.generation(index);
    // Nobody has ever had this index.
    if (generation === 0) continue;
    new Heartbeat(signals, index).bury();
    signals.setState(index, THREAD_DEAD, generation);
    const waited = closeCounts(signals, index);
    host.threadDied(index, generation, cause);
    tellLost(host, index, waited);
  }
}
