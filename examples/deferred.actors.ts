/** A queue whose `take` is answered when something is there. */

import { type Deferred, defineActor } from "../actors/index.ts";

type Taker = Deferred<string>;

export const Queue = defineActor(import.meta.url, "Queue", {
  init(self) {
    self.local.takers = [];
    return { items: [] as string[] };
  },
  handlers: {
    take(self): string | Taker {
      const item = self.state.items.shift();
      if (item !== undefined) return item;

      // The actor goes on with other messages; whoever asked waits, within its time-out.
      const taker = self.defer<string>();
      const takers = self.local.takers as Taker[];
      takers.push(taker);
      // Aborted when the caller gives up or its time is over.
      self.signal.addEventListener("abort", () => {
        const at = takers.indexOf(taker);
        if (at >= 0) takers.splice(at, 1);
      });
      return taker;
    },
    put(self, item: string) {
      const taker = (self.local.takers as Taker[]).shift();
      if (taker?.resolve(item) !== true) self.state.items.push(item);
    },
    waiting: (self) => (self.local.takers as Taker[]).length,
  },
});
