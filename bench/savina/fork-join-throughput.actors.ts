/** One who sends, and many who compute. */

import { defineActor, type Ref } from "../../actors/index.ts";
import { arithmetic } from "./arithmetic.ts";
import type { TotalProtocol } from "./total.actors.ts";

interface WorkerProtocol {
  compute(number: number): void;
}

interface MasterProtocol {
  round(): void;
}

export const Master = defineActor(import.meta.url, "Master", {
  init: (_self, workers: readonly Ref<WorkerProtocol>[], rounds: number) => ({
    ...{ workers, left: rounds },
  }),
  handlers: {
    /** One message to each worker; then it is the workers' turn. */
    round(self): void {
      const { state } = self;
      for (const worker of state.workers) worker.cast.compute(state.left);
      state.left -= 1;
      if (state.left > 0) (self.ref as Ref<MasterProtocol>).cast.round();
      else self.stop();
    },
  },
});

export const Worker = defineActor(import.meta.url, "Worker", {
  init: (_self, messages: number, total: Ref<TotalProtocol>) => ({
    ...{ left: messages, total, sum: 0 },
  }),
  handlers: {
    compute(self, number: number): void {
      const { state } = self;
      state.sum += arithmetic(number);
      state.left -= 1;
      if (state.left > 0) return;
      state.total.cast.report(state.sum);
      self.stop();
    },
  },
});
