/** A master, its series, and a computer for each of them. */

import { type Deferred, defineActor, type Ref } from "../../actors/index.ts";

interface MasterProtocol {
  last(term: number): void;
}

/** The suite's rates: the first, and what each series has more than the one before. */
const RATE = 3.46;
const RATE_STEP = 0.0025;

export const Master = defineActor(import.meta.url, "Master", {
  init: () => ({ left: 0, sum: 0, done: undefined as Deferred<number> | undefined }),
  handlers: {
    /** Asks each of its series for so many terms; answers the sum of the last ones. */
    run(self, first: number, count: number, terms: number): Deferred<number> {
      const done = self.defer<number>();
      const master = self.ref as Ref<MasterProtocol>;
      Object.assign(self.state, { left: count, done });
      for (let index = first; index < first + count; index += 1) {
        const rate = RATE + index * RATE_STEP;
        void self.spawn(Series, [rate, master], { thread: "local" }).then((series) => {
          for (let term = 0; term < terms; term += 1) series.cast.next();
          series.cast.finish();
        });
      }
      return done;
    },
    last(self, term: number): void {
      const { state } = self;
      state.sum += Math.round(term * 1e6);
      state.left -= 1;
      if (state.left > 0) return;
      state.done?.resolve(state.sum);
      self.stop();
    },
  },
});

const Series = defineActor(import.meta.url, "Series", {
  async init(self, rate: number, master: Ref<MasterProtocol>) {
    const computer = await self.spawn(Computer, [rate], { thread: "local" });
    return { computer, master, term: rate / 10 };
  },
  handlers: {
    async next({ state }): Promise<void> {
      state.term = await state.computer.call.compute(state.term);
    },
    finish(self): void {
      const { computer, master, term } = self.state;
      master.cast.last(term);
      computer.cast.stop();
      self.stop();
    },
  },
});

const Computer = defineActor(import.meta.url, "Computer", {
  init: (_self, rate: number) => ({ rate }),
  handlers: {
    compute: ({ state }, term: number): number => state.rate * term * (1 - term),
    stop(self): void {
      self.stop();
    },
  },
});
