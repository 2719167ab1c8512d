/**
 * The source, the sorters and the end of the pipeline.
 *
 * Nobody looks at what `cast` returns: at most all numbers are under way, and mailboxes and the way
 * between the threads have room for them.
 */

import { defineActor, type Ref } from "../../actors/index.ts";
import { Random } from "./random.ts";

export interface Taker {
  take(number: number): void;
}

interface SourceProtocol {
  send(count: number): void;
}

interface SorterProtocol extends Taker {
  pass(from: number): void;
}

/** Numbers that are sent in one turn: so few that those who take them keep up. */
const BURST = 32;

export const Source = defineActor(import.meta.url, "Source", {
  init: (_self, seed: number, bits: number, next: Ref<Taker>) => ({
    ...{ bound: 2 ** bits, next },
    random: new Random(seed),
  }),
  handlers: {
    send(self, count: number): void {
      const { random, bound, next } = self.state;
      const burst = Math.min(BURST, count);
      for (let sent = 0; sent < burst; sent += 1) next.cast.take(random.below(bound));
      if (count > burst) (self.ref as Ref<SourceProtocol>).cast.send(count - burst);
      else self.stop();
    },
  },
});

export const Sorter = defineActor(import.meta.url, "Sorter", {
  init: (_self, count: number, bit: number, next: Ref<Taker>) => ({
    ...{ left: count, mask: 1 << bit, next },
    later: [] as number[],
  }),
  handlers: {
    take(self, number: number): void {
      const { state } = self;
      if ((number & state.mask) === 0) state.next.cast.take(number);
      else state.later.push(number);
      state.left -= 1;
      if (state.left > 0) return;
      (self.ref as Ref<SorterProtocol>).cast.pass(0);
    },
    /** Sends on what was kept. */
    pass(self, from: number): void {
      const { later, next } = self.state;
      const end = Math.min(later.length, from + BURST);
      for (let at = from; at < end; at += 1) next.cast.take(later[at] as number);
      if (end < later.length) (self.ref as Ref<SorterProtocol>).cast.pass(end);
      else self.stop();
    },
  },
});

/** Reports a hash of the numbers, or -1 if they are not sorted. */
export const Checker = defineActor(import.meta.url, "Checker", {
  init: (_self, count: number, total: Ref<{ report(value: number): void }>) => ({
    ...{ left: count, last: 0, hash: 0, sorted: true, total },
  }),
  handlers: {
    take(self, number: number): void {
      const { state } = self;
      if (number < state.last) state.sorted = false;
      state.last = number;
      state.hash = (state.hash * 31 + number) % 1_000_003;
      state.left -= 1;
      if (state.left > 0) return;
      state.total.cast.report(state.sorted ? state.hash : -1);
      self.stop();
    },
  },
});
