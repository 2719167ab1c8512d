/** A counter, and a visitor that knows its protocol and not its code. */

import { defineActor, type RefOf } from "../actors/index.ts";

export const Counter = defineActor(import.meta.url, "Counter", {
  init: (_self, start: number) => ({ count: start }),
  handlers: {
    add(self, by: number) {
      self.state.count += by;
      return self.state.count;
    },
  },
});

export const Visitor = defineActor(import.meta.url, "Visitor", {
  init: (_self, counter: RefOf<typeof Counter>) => ({ counter }),
  handlers: {
    visit(self, times: number) {
      for (let time = 1; time < times; time += 1) self.state.counter.cast.add(1);
      return self.state.counter.call.add(1);
    },
  },
});
