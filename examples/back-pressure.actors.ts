/** A sink that is slower than whoever feeds it. */

import { setImmediate as turn } from "node:timers/promises";
import { defineActor } from "../actors/index.ts";

export const Sink = defineActor(import.meta.url, "Sink", {
  init: () => ({ lines: 0 }),
  handlers: {
    async write(self, _line: number) {
      await turn();
      self.state.lines += 1;
    },
    lines: (self) => self.state.lines,
  },
  // Half of it is the mark at which casts return false; the rest is room for what is on its way.
  mailbox: { max: 4000 },
});
