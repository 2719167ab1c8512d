import { defineActor } from "../actors/index.ts";

export const Kitchen = defineActor(import.meta.url, "Kitchen", {
  init: () => ({}),
  handlers: {
    cook(self, dishes: number) {
      const start = self.now();
      for (let work = 0; work < dishes * 1000; work += 1) Math.sqrt(work);
      // Units stand in the names.
      self.measure("cooking", { durationMs: self.now() - start, dishes });
    },
  },
});
