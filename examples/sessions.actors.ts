/** A session of an HTTP server: what one visitor has in the basket. */

import { threadId } from "node:worker_threads";
import { defineActor } from "../actors/index.ts";

export interface Basket {
  items: string[];
  thread: number;
}

export const Session = defineActor(import.meta.url, "Session", {
  init(self, idleMs: number) {
    self.idleAfter(idleMs);
    return { items: [] as string[] };
  },
  handlers: {
    // A copy: in development what is sent is frozen, and the basket would be full for ever.
    add(self, item: string): Basket {
      self.state.items.push(item);
      return { items: [...self.state.items], thread: threadId };
    },
  },
  // Whoever was away for so long begins again with an empty basket.
  idle: (self) => self.stop(),
});
