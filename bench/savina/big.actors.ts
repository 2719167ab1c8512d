/** One of many who ping each other. */

import { defineActor, type Ref, type Self } from "../../actors/index.ts";
import { Random } from "./random.ts";
import type { TotalProtocol } from "./total.actors.ts";

interface PingerProtocol {
  meet(all: readonly Ref<PingerProtocol>[]): void;
  begin(pings: number): void;
  ping(from: number): void;
  pong(from: number): void;
  leave(): void;
}

interface State {
  readonly place: number;
  readonly random: Random;
  readonly total: Ref<TotalProtocol>;
  all: readonly Ref<PingerProtocol>[];
  left: number;
  sum: number;
}

export const Pinger = defineActor(import.meta.url, "Pinger", {
  init: (_self, place: number, seed: number, total: Ref<TotalProtocol>): State => ({
    ...{ place, random: new Random(seed + place), total, all: [], left: 0, sum: 0 },
  }),
  handlers: {
    meet(self, all: readonly Ref<PingerProtocol>[]): void {
      self.state.all = all;
    },
    begin(self, pings: number): void {
      self.state.left = pings;
      next(self);
    },
    ping({ state }, from: number): void {
      state.all[from]?.cast.pong(state.place);
    },
    pong(self, from: number): void {
      self.state.sum += from;
      next(self);
    },
    leave(self): void {
      self.stop();
    },
  },
});

function next({ state }: Self<State>): void {
  if (state.left === 0) {
    state.total.cast.report(state.sum);
    return;
  }
  state.left -= 1;
  state.all[state.random.below(state.all.length)]?.cast.ping(state.place);
}
