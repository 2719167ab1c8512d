/** What a pool starts for each job. */

import { defineActor, Refusal } from "../actors/index.ts";

/** One job. The first argument is the pool's, the other one the job's. */
export const Job = defineActor(import.meta.url, "Job", {
  init: (_self, unit: string, amount: number) => {
    if (amount < 0) throw new Refusal("less than nothing is no amount");
    return { unit, amount };
  },
  handlers: {
    run: (self) => `${self.state.amount} ${self.state.unit}`,
  },
});
