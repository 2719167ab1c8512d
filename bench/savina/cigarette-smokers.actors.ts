/** The arbiter, who chooses a smoker at random, and the smokers; to smoke is to wait busily. */

import { defineActor, type Ref, type Self } from "../../actors/index.ts";
import { busy } from "./busy.ts";
import { Random } from "./random.ts";
import type { TotalProtocol } from "./total.actors.ts";

interface ArbiterProtocol {
  begin(rounds: number): void;
  started(): void;
}

interface SmokerProtocol {
  smoke(period: number, arbiter: Ref<ArbiterProtocol>): void;
  leave(): void;
}

/** The suite's bounds of how long a cigarette lasts, in steps of busy waiting. */
const PERIOD_MIN = 10;
const PERIODS = 1000;

interface State {
  readonly smokers: readonly Ref<SmokerProtocol>[];
  readonly random: Random;
  left: number;
}

export const Arbiter = defineActor(import.meta.url, "Arbiter", {
  init: (_self, smokers: readonly Ref<SmokerProtocol>[], seed: number): State => ({
    ...{ smokers, random: new Random(seed), left: 0 },
  }),
  handlers: {
    begin(self, rounds: number): void {
      self.state.left = rounds;
      next(self);
    },
    started(self): void {
      next(self);
    },
  },
});

function next(self: Self<State>): void {
  const { smokers, random } = self.state;
  if (self.state.left === 0) {
    for (const smoker of smokers) smoker.cast.leave();
    self.stop();
    return;
  }
  self.state.left -= 1;
  const smoker = smokers[random.below(smokers.length)];
  smoker?.cast.smoke(PERIOD_MIN + random.below(PERIODS), self.ref as Ref<ArbiterProtocol>);
}

export const Smoker = defineActor(import.meta.url, "Smoker", {
  init: (_self, total: Ref<TotalProtocol>) => ({ total, sum: 0 }),
  handlers: {
    /** Tells that it has started before it smokes, so that the arbiter can go on meanwhile. */
    smoke({ state }, period: number, arbiter: Ref<ArbiterProtocol>): void {
      arbiter.cast.started();
      state.sum += busy(period);
    },
    leave(self): void {
      self.state.total.cast.report(self.state.sum);
      self.stop();
    },
  },
});
