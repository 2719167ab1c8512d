/** A producer that floods, within bounds, and a counter that counts. */

import { defineActor, type Ref } from "../../actors/index.ts";

interface CounterProtocol {
  increment(): void;
  take(): number;
}

export const Producer = defineActor(import.meta.url, "Producer", {
  init: (_self, counter: Ref<CounterProtocol>) => ({ counter }),
  handlers: {
    async produce(self, count: number): Promise<number> {
      const { counter } = self.state;
      for (let sent = 0; sent < count; sent += 1) {
        if (!counter.cast.increment()) await counter.ready();
      }
      self.stop();
      return counter.call.take();
    },
  },
});

export const Counter = defineActor(import.meta.url, "Counter", {
  init: () => ({ count: 0 }),
  handlers: {
    increment(self): void {
      self.state.count += 1;
    },
    /** The last message: answers the count and ends. */
    take(self): number {
      self.stop();
      return self.state.count;
    },
  },
});
