/** What a channel consists of. Each part hands on the samples' end, and ends itself. */

import { defineActor, type Ref, type Self } from "../../actors/index.ts";

export interface Taker {
  sample(value: number): void;
  end(): void;
}

/** The handler of the end in every part with one successor. */
function end(self: Self<{ readonly next: { readonly cast: { end(): boolean } } }>): void {
  self.state.next.cast.end();
  self.stop();
}

/** Hands on what came `length` samples before; zeros at first. */
export const Delay = defineActor(import.meta.url, "Delay", {
  init: (_self, length: number, next: Ref<Taker>) => ({
    ...{ next, at: 0, samples: new Float64Array(length) },
  }),
  handlers: {
    sample({ state }, value: number): void {
      const { samples, at, next } = state;
      next.cast.sample(samples[at] as number);
      samples[at] = value;
      state.at = at + 1 === samples.length ? 0 : at + 1;
    },
    end,
  },
});

/** Hands on the weighted sum of the last samples. */
export const Filter = defineActor(import.meta.url, "Filter", {
  init: (_self, weights: readonly number[], next: Ref<Taker>) => ({
    ...{ next, at: 0, weights: Float64Array.from(weights) },
    // Twice side by side, the newest at `at`, so that the last ones are always in a row.
    samples: new Float64Array(2 * weights.length),
  }),
  handlers: {
    sample({ state }, value: number): void {
      const { samples, weights } = state;
      const { length } = weights;
      const at = (state.at === 0 ? length : state.at) - 1;
      state.at = at;
      samples[at] = value;
      samples[at + length] = value;
      let sum = 0;
      for (let index = 0; index < length; index += 1) {
        sum += (samples[at + index] as number) * (weights[index] as number);
      }
      state.next.cast.sample(sum);
    },
    end,
  },
});

/** Lets every sample of `rate` pass; the others become zeros. */
export const Sampler = defineActor(import.meta.url, "Sampler", {
  init: (_self, rate: number, next: Ref<Taker>) => ({ rate, next, at: 0 }),
  handlers: {
    sample({ state }, value: number): void {
      state.next.cast.sample(state.at === 0 ? value : 0);
      state.at = (state.at + 1) % state.rate;
    },
    end,
  },
});
