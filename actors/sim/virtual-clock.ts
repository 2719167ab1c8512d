/** Time and chance as virtualised globals see them: those of the virtual thread that runs now. */

import type { VirtualClock } from "../../runtime/sim/globals.ts";
import type { CallSite } from "../../runtime/sim/uses.ts";
import type { VirtualThread } from "../../runtime/sim/virtual-thread.ts";
import type { World } from "../../runtime/sim/world.ts";
import type { Run } from "./run.ts";

/** A global that user code has used, for the first time in each definition. */
export interface GlobalUse {
  readonly what: string;
  readonly where: CallSite;
}

/** Reports that are kept of a run. */
const USES_MAX = 256;

export function virtualClock(world: () => World, run: () => Run, uses: GlobalUse[]): VirtualClock {
  const current = (): VirtualThread => world().current;
  return {
    now: () => current().localMs,
    wall: () => current().clock.wall(current().nowNs),
    origin: () => current().clock.wall(0),
    random: () => current().ownRandom.float(),
    timer: (ms, step) => run().owned((done) => current().timer(ms, done), step),
    macrotask: (step) => run().owned((done) => current().macrotask(done), step),
    owner: () => run().actor()?.kind.blueprint,
    used: (what, where) => {
      if (uses.length < USES_MAX) uses.push({ what, where });
    },
  };
}
