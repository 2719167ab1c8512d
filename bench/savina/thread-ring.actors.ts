/** A seat of the ring. */

import { defineActor, type Ref } from "../../actors/index.ts";
import type { TotalProtocol } from "./total.actors.ts";

interface SeatProtocol {
  join(next: Ref<SeatProtocol>): void;
  token(left: number): void;
  leave(others: number): void;
}

export const Seat = defineActor(import.meta.url, "Seat", {
  init: (_self, place: number, places: number, total: Ref<TotalProtocol>) => ({
    ...{ place, places, total, tokens: 0 },
    next: undefined as Ref<SeatProtocol> | undefined,
  }),
  handlers: {
    join(self, next: Ref<SeatProtocol>): void {
      self.state.next = next;
    },
    token({ state }, left: number): void {
      state.tokens += 1;
      if (left > 1) state.next?.cast.token(left - 1);
      else state.next?.cast.leave(state.places - 1);
    },
    /** Goes round once, behind the last token. */
    leave(self, others: number): void {
      const { place, tokens, total, next } = self.state;
      total.cast.report(place * tokens);
      if (others > 0) next?.cast.leave(others - 1);
      self.stop();
    },
  },
});
