/** Where a program ends: adds up what a known number of actors report, and answers the sum. */

import { type Deferred, defineActor, type Self } from "../../actors/index.ts";

export interface TotalProtocol {
  report(value: number): void;
  sum(): number;
}

interface State {
  left: number;
  sum: number;
  asked: Deferred<number> | undefined;
}

export const Total = defineActor(import.meta.url, "Total", {
  init: (_self, reports: number): State => ({ left: reports, sum: 0, asked: undefined }),
  handlers: {
    report(self, value: number): void {
      self.state.sum += value;
      self.state.left -= 1;
      if (self.state.left === 0) finish(self);
    },
    /** Answered when all have reported. */
    sum(self): Deferred<number> {
      const asked = self.defer<number>();
      self.state.asked = asked;
      if (self.state.left === 0) finish(self);
      return asked;
    },
  },
});

function finish(self: Self<State>): void {
  if (self.state.asked?.resolve(self.state.sum) === true) self.stop();
}
