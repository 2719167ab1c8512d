/** Voters of simulated ballots. */

import { defineActor } from "../../../dist/actors/index.js";
import type { Evaluation } from "../../../dist/protocols/index.js";

/** Thinks for a while, each time anew, and says the same each time. */
export const Voter = defineActor(import.meta.url, "Voter", {
  init: (_self, vote: string, thinkMs: number) => ({ vote, thinkMs }),
  handlers: {
    async evaluate(self): Promise<Evaluation> {
      const { vote, thinkMs } = self.state;
      await new Promise((resolve) => setTimeout(resolve, thinkMs));
      return { vote, rationale: "as always" };
    },
  },
});
