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

/** What a look at a clock costs an actor: one that looks until it is later would look for ever. */
const LOOK_NS = 40;

export function virtualClock(world: () => World, run: () => Run, uses: GlobalUse[]): VirtualClock {
  const current = (): VirtualThread => world().current;
  const looked = (): VirtualThread => {
    const thread = current();
    // Not for others, like a test runner, who look at times of their own.
    if (run().actor() !== undefined) thread.spend(LOOK_NS);
    return thread;
  };
  return {
    now: () => looked().localMs,
    wall: () => {
      const { clock, nowNs } = looked();
      return clock.wall(nowNs);
    },
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
