/** Answers after a while, or never, for the example of request collections. */

import { defineActor } from "../actors/index.ts";

export const Shard = defineActor(import.meta.url, "Shard", {
  init: (_self, name: string, words: readonly string[]) => ({ name, words }),
  handlers: {
    async search(self, text: string, slow: string) {
      const ms = self.state.name === slow ? 60_000 : 1;
      await new Promise((resolve) => setTimeout(resolve, ms).unref());
      return self.state.words.filter((word) => word.includes(text));
    },
    size: (self) => self.state.words.length,
  },
});
