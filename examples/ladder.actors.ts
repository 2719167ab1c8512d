/** A planner that gives jobs to workers, as well as it can at the time. */

import { defineActor, defineLadder, Fence, type RefOf, Refusal, rung } from "../actors/index.ts";

const WORKERS = ["ann", "bob", "cem"];

/** What all planners share: how loaded the workers are, if that is known, and who gives jobs. */
export const Office = defineActor(import.meta.url, "Office", {
  init: (self) => {
    self.local.fence = new Fence();
    return { load: [5, 1, 9] as number[] | undefined };
  },
  handlers: {
    load: (self) => self.state.load,
    report: (self, load?: number[]) => void (self.state.load = load),
    /** Not for a planner that was replaced and does not know it yet. */
    give(self, epoch: number, worker: number): string {
      if (!(self.local.fence as Fence).accept(epoch)) throw new Refusal("another one plans now");
      return WORKERS[worker % WORKERS.length] ?? "nobody";
    },
  },
});

const init = (_self: unknown, office: RefOf<typeof Office>) => ({ office, epoch: 0, next: 0 });

/** Gives the next job to whoever has least to do. */
export const Balanced = defineActor(import.meta.url, "Balanced", {
  init,
  handlers: {
    async health({ state: { office } }) {
      return { ready: !!(await office.call.load().catch(() => undefined)), reason: "blind" };
    },
    activate: ({ state }, epoch: number) => void (state.epoch = epoch),
    async plan({ state: { office, epoch } }): Promise<string> {
      const load = (await office.call.load()) ?? [0];
      return office.call.give(epoch, load.indexOf(Math.min(...load)));
    },
  },
});

/** Gives jobs to one after the other, for which nothing need be known. */
export const RoundRobin = defineActor(import.meta.url, "RoundRobin", {
  init,
  handlers: {
    health: () => {},
    activate: ({ state }, epoch: number) => void (state.epoch = epoch),
    plan: ({ state }): Promise<string> => state.office.call.give(state.epoch, state.next++),
  },
});

export const Planner = defineLadder(import.meta.url, "Planner", (office: RefOf<typeof Office>) => ({
  guarantees: ["any", "fair"],
  rungs: [
    rung(Balanced, [office], { guarantee: "fair" }),
    rung(RoundRobin, [office], { guarantee: "any" }),
  ],
  // Shorter than the defaults, so that the example takes no minute.
  dwell: 100,
  probe: { interval: 20, timeout: 5000 },
}));
