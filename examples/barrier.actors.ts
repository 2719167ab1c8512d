/** Workers that train one model in epochs, each on its own part of the data. */

import { defineActor, joinProtocol } from "../actors/index.ts";
import { Barrier, type BarrierClient } from "../protocols/index.ts";

/** All workers do the same to their copy of the model, so all copies stay the same. */
export const Worker = defineActor(import.meta.url, "Worker", {
  async init(self, member: string, data: number) {
    const barrier = await joinProtocol(self, Barrier, { id: "epochs", member, near: self.ref });
    // Whoever arrives for this worker ends with it.
    self.link(barrier.handle.ref);
    self.local.barrier = barrier;
    return { data, model: 0 };
  },
  handlers: {
    /** Nobody begins an epoch before all have brought what they found in the last one. */
    async train(self, epochs: number) {
      const barrier = self.local.barrier as BarrierClient;
      for (let epoch = 0; epoch < epochs; epoch += 1) {
        const gradient = self.state.data - self.state.model;
        const { results } = await barrier.arriveAndAwait(gradient);
        const gradients = [...results.values()] as number[];
        self.state.model += gradients.reduce((sum, one) => sum + one, 0) / gradients.length;
      }
      return self.state.model;
    },
  },
});
