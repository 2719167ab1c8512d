/** Time and chance as virtualised globals see them: those of the virtual thread that runs now. */

import type { VirtualClock } from "../../runtime/sim/globals.ts";
import type { CallSite } from "../../runtime/sim/uses.ts";
import type { VirtualThread } from "../../runtime/sim/virtual-thread.ts";
import type { World } from "../../runtime/sim/world.ts";

/** A global that user code has used, for the first time in each definition. */
export interface GlobalUse {
  readonly what: string;
  readonly where: CallSite;
}

/** Reports that are kept of a run. */
const USES_MAX = 256;

export function virtualClock(
  world: () => World,
  owner: (thread: VirtualThread) => unknown,
  uses: GlobalUse[],
): VirtualClock {
  const current = (): VirtualThread => world().current;
  return {
    now: () => current().localMs,
    wall: () => current().clock.wall(current().nowNs),
    origin: () => current().clock.wall(0),
    random: () => current().ownRandom.float(),
    timer: (ms, step) => current().timer(ms, step),
    macrotask: (step) => current().macrotask(step),
    owner: () => owner(current()),
    used: (what, where) => {
      if (uses.length < USES_MAX) uses.push({ what, where });
    },
  };
}
