/** A desk that watches those who work for it, and a pair that ends together. */

import { type AnyRef, defineActor } from "../actors/index.ts";

export const Worker = defineActor(import.meta.url, "Worker", {
  init: () => ({}),
  handlers: {
    /** Bound to another one: when one of them crashes, so does the other. */
    pairWith(self, other: AnyRef) {
      self.link(other);
    },
    work(_self, job: string) {
      if (job === "impossible") throw new Error(`cannot do what is ${job}`);
      return `${job} is done`;
    },
  },
});

export const Desk = defineActor(import.meta.url, "Desk", {
  init: () => ({ ended: [] as string[] }),
  handlers: {
    watch: (self, worker: AnyRef, who: string) => self.monitor(worker, { tag: who }),
    ended: (self) => [...self.state.ended],
  },
  /** Comes once for each monitor, behind all that the worker has sent to the desk. */
  down(self, { reason, tag }) {
    self.state.ended.push(`${tag}: ${reason.type}`);
  },
});
