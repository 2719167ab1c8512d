/** A service that may fill its heap, and one that cannot. */

import { defineActor } from "../actors/index.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const Fast = defineActor(import.meta.url, "Fast", {
  init: () => ({}),
  handlers: {
    /** Of some texts it keeps more than it should. */
    async words(_self, text: string) {
      const kept: string[][] = [];
      while (text === "a bomb") {
        for (let part = 0; part < 10_000; part += 1) kept.push(text.split(" "));
        await turn();
      }
      return text.split(" ").length;
    },
  },
});

export const Safe = defineActor(import.meta.url, "Safe", {
  init: () => ({}),
  handlers: {
    words: (_self, text: string) => text.match(/\S+/g)?.length ?? 0,
  },
});
