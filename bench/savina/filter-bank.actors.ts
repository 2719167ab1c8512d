/**
 * What lies before the channels, and behind them.
 *
 * Nobody looks at what `cast` returns: at most all samples are under way, and mailboxes and the way
 * between the threads have room for them.
 */

import { defineActor, type Ref } from "../../actors/index.ts";
import type { Taker } from "./filter-bank-channel.actors.ts";

interface ProducerProtocol {
  next(): void;
}

interface SourceProtocol {
  emit(producer: Ref<ProducerProtocol>): void;
  end(): void;
}

/** Asks the source for one sample after the other. */
export const Producer = defineActor(import.meta.url, "Producer", {
  init: (_self, left: number, source: Ref<SourceProtocol>) => ({ left, source }),
  handlers: {
    next(self): void {
      const { state } = self;
      if (state.left > 0) {
        state.left -= 1;
        state.source.cast.emit(self.ref as Ref<ProducerProtocol>);
      } else {
        state.source.cast.end();
        self.stop();
      }
    },
  },
});

const SAMPLES = 1000;

export const Source = defineActor(import.meta.url, "Source", {
  init: (_self, branches: Ref<Taker>) => ({ branches, value: 0 }),
  handlers: {
    emit({ state }, producer: Ref<ProducerProtocol>): void {
      state.branches.cast.sample(state.value);
      state.value = (state.value + 1) % SAMPLES;
      producer.cast.next();
    },
    end(self): void {
      self.state.branches.cast.end();
      self.stop();
    },
  },
});

export const Branches = defineActor(import.meta.url, "Branches", {
  init: (_self, channels: readonly Ref<Taker>[]) => ({ channels }),
  handlers: {
    sample({ state }, value: number): void {
      for (const channel of state.channels) channel.cast.sample(value);
    },
    end(self): void {
      for (const channel of self.state.channels) channel.cast.end();
      self.stop();
    },
  },
});

interface IntegratorProtocol {
  from(channel: number, value: number): void;
  end(): void;
}

/** Says which channel a sample comes from. */
export const Tag = defineActor(import.meta.url, "Tag", {
  init: (_self, channel: number, integrator: Ref<IntegratorProtocol>) => ({ channel, integrator }),
  handlers: {
    sample({ state }, value: number): void {
      state.integrator.cast.from(state.channel, value);
    },
    end(self): void {
      self.state.integrator.cast.end();
      self.stop();
    },
  },
});

interface Row {
  readonly samples: number[];
  missing: number;
}

/** Collects the samples of all channels that belong together. */
export const Integrator = defineActor(import.meta.url, "Integrator", {
  init: (_self, channels: number, combiner: Ref<CombinerProtocol>) => ({
    ...{ channels, combiner, open: channels },
    rows: [] as Row[],
    /** How many of these rows each channel has filled. */
    filled: new Array<number>(channels).fill(0),
  }),
  handlers: {
    from({ state }, channel: number, value: number): void {
      const { rows, filled, channels, combiner } = state;
      const at = filled[channel] as number;
      filled[channel] = at + 1;
      if (at === rows.length)
        rows.push({ samples: new Array(channels).fill(0), missing: channels });
      const row = rows[at] as Row;
      row.samples[channel] = value;
      row.missing -= 1;
      if (row.missing > 0) return;
      // The first one: each channel fills them in their order.
      rows.shift();
      for (let each = 0; each < channels; each += 1) (filled[each] as number) -= 1;
      combiner.cast.row(row.samples);
    },
    end(self): void {
      self.state.open -= 1;
      if (self.state.open > 0) return;
      self.state.combiner.cast.end();
      self.stop();
    },
  },
});

interface CombinerProtocol {
  row(samples: readonly number[]): void;
  end(): void;
}

/** Reports a hash of the sums. */
export const Combiner = defineActor(import.meta.url, "Combiner", {
  init: (_self, total: Ref<{ report(value: number): void }>) => ({ total, hash: 0 }),
  handlers: {
    row({ state }, samples: readonly number[]): void {
      let sum = 0;
      for (const sample of samples) sum += sample;
      state.hash = (state.hash * 31 + sum) % 1_000_003;
    },
    end(self): void {
      self.state.total.cast.report(self.state.hash);
      self.stop();
    },
  },
});
