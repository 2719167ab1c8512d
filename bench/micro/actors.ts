/** The actors of the micro-benchmarks. */

import { defineActor } from "../../actors/index.ts";

export const Once = defineActor(import.meta.url, "Once", {
  init: () => ({}),
  handlers: {
    finish(self): number {
      self.stop();
      return 1;
    },
  },
});

export const Echo = defineActor(import.meta.url, "Echo", {
  init: () => ({ count: 0 }),
  handlers: {
    count(self): void {
      self.state.count += 1;
    },
    take(self): number {
      const { count } = self.state;
      self.state.count = 0;
      return count;
    },
    echo: (_self, value: unknown): unknown => value,
  },
});
