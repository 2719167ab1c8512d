/** One who sends, and many who compute. */

import { defineActor, type Ref } from "../../actors/index.ts";
import { arithmetic } from "./arithmetic.ts";
import type { TotalProtocol } from "./total.actors.ts";

interface WorkerProtocol {
  compute(number: number): void;
}

interface MasterProtocol {
  rounds(): void;
}

/** Messages that each worker is sent in one turn of the master. */
const ROUNDS = 50;

export const Master = defineActor(import.meta.url, "Master", {
  init: (_self, workers: readonly Ref<WorkerProtocol>[], rounds: number) => ({
    ...{ workers, left: rounds },
  }),
  handlers: {
    /** Some messages to each worker; then it is the workers' turn. */
    rounds(self): void {
      const { state } = self;
      const end = Math.max(0, state.left - ROUNDS);
      for (; state.left > end; state.left -= 1) {
        for (const worker of state.workers) worker.cast.compute(state.left);
      }
      if (state.left > 0) (self.ref as Ref<MasterProtocol>).cast.rounds();
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
