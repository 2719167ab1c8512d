/** Workers of which one never lets go of its thread, for the example of a turn that stalls. */

import { childSpec, defineActor, defineSupervisor } from "../actors/index.ts";

export const Parser = defineActor(import.meta.url, "Parser", {
  init: () => ({ parsed: 0 }),
  // Its turns are short: half a second is enough to know that one has gone wrong.
  stallAfter: 500,
  handlers: {
    /** A pattern that takes years for some texts. */
    parse(self, text: string) {
      if (/^(\w+\s?)+$/.test(text)) self.state.parsed += 1;
      return self.state.parsed;
    },
    /** Long work that looks whether it should give up. */
    search(self) {
      let tried = 0;
      while (!self.cancelled) tried += 1;
      return tried > 0;
    },
  },
});

export const Clock = defineActor(import.meta.url, "Clock", {
  init: () => ({ ticks: 0 }),
  handlers: { tick: (self) => (self.state.ticks += 1) },
});

/** The parser may fail once; its neighbour never, and does not. */
export const Office = defineSupervisor(import.meta.url, "Office", () => ({
  intensity: 1,
  children: [
    childSpec(Parser, [], { id: "parser", thread: 1 }),
    childSpec(Clock, [], { id: "clock", thread: 1 }),
  ],
}));
