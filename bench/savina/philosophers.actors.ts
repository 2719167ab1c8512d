/** The arbitrator, who has all forks, and the philosophers, who sit between two of them. */

import { type Deferred, defineActor, type Ref } from "../../actors/index.ts";

interface ArbitratorProtocol {
  hungry(seat: number, philosopher: Ref<PhilosopherProtocol>): void;
  sated(seat: number): void;
  left(meals: number): void;
}

interface PhilosopherProtocol {
  think(): void;
  eat(): void;
  denied(): void;
}

export const Arbitrator = defineActor(import.meta.url, "Arbitrator", {
  init: (_self, seats: number) => ({
    ...{ taken: new Array<boolean>(seats).fill(false), guests: seats, meals: 0 },
    done: undefined as Deferred<number> | undefined,
  }),
  handlers: {
    /** Answers the number of meals when the last guest has left. */
    close(self): Deferred<number> {
      const done = self.defer<number>();
      self.state.done = done;
      return done;
    },
    hungry({ state: { taken } }, seat: number, philosopher: Ref<PhilosopherProtocol>): void {
      const other = (seat + 1) % taken.length;
      if (taken[seat] || taken[other]) {
        philosopher.cast.denied();
        return;
      }
      taken[seat] = true;
      taken[other] = true;
      philosopher.cast.eat();
    },
    sated({ state: { taken } }, seat: number): void {
      taken[seat] = false;
      taken[(seat + 1) % taken.length] = false;
    },
    left(self, meals: number): void {
      const { state } = self;
      state.meals += meals;
      state.guests -= 1;
      if (state.guests > 0) return;
      state.done?.resolve(state.meals);
      self.stop();
    },
  },
});

export const Philosopher = defineActor(import.meta.url, "Philosopher", {
  init: (_self, seat: number, rounds: number, arbitrator: Ref<ArbitratorProtocol>) => ({
    ...{ seat, rounds, arbitrator, meals: 0 },
  }),
  handlers: {
    think({ ref, state }): void {
      state.arbitrator.cast.hungry(state.seat, ref as Ref<PhilosopherProtocol>);
    },
    denied({ ref, state }): void {
      state.arbitrator.cast.hungry(state.seat, ref as Ref<PhilosopherProtocol>);
    },
    eat(self): void {
      const { seat, rounds, arbitrator } = self.state;
      self.state.meals += 1;
      arbitrator.cast.sated(seat);
      if (self.state.meals < rounds) {
        (self.ref as Ref<PhilosopherProtocol>).cast.think();
        return;
      }
      arbitrator.cast.left(self.state.meals);
      self.stop();
    },
  },
});
