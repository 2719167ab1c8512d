import { defineActor } from "../actors/index.ts";

export const Counter = defineActor(import.meta.url, "Counter", {
  init: (_self, start: number) => ({ count: start }),
  handlers: {
    add: (self, by: number) => (self.state.count += by),
  },
});
