/** The source and the filters; the first filter begins with 2. */

import { defineActor, type Ref } from "../../actors/index.ts";

interface FilterProtocol {
  check(number: number): void;
  end(sum: number): void;
}

interface SourceProtocol {
  send(number: number, last: number): void;
}

/** Numbers that the source sends in one turn. */
const BURST = 100;

/** Sends the odd numbers from `number` to `last`. */
export const Source = defineActor(import.meta.url, "Source", {
  init: (_self, filter: Ref<FilterProtocol>) => ({ filter }),
  handlers: {
    send(self, number: number, last: number): Promise<void> | undefined {
      const { filter } = self.state;
      const end = Math.min(last, number + 2 * BURST);
      let room = true;
      for (let odd = number; odd < end; odd += 2) room = filter.cast.check(odd);
      if (end < last) {
        (self.ref as Ref<SourceProtocol>).cast.send(end, last);
      } else {
        filter.cast.end(0);
        self.stop();
      }
      return room ? undefined : filter.ready();
    },
  },
});

/** Primes that a filter knows; the next one begins another filter. */
const PRIMES = 1000;

/** Filters take turns on the two threads. */
export const Filter = defineActor(import.meta.url, "Filter", {
  init: (_self, index: number, prime: number, total: Ref<{ report(value: number): void }>) => ({
    ...{ index, total, known: 1 },
    primes: new Int32Array(PRIMES).fill(prime, 0, 1),
    next: undefined as Ref<FilterProtocol> | undefined,
  }),
  handlers: {
    check(self, number: number): Promise<void> | undefined {
      const { state } = self;
      const { primes, known } = state;
      for (let at = 0; at < known; at += 1) {
        if (number % (primes[at] as number) === 0) return undefined;
      }
      if (known < PRIMES) {
        primes[known] = number;
        state.known += 1;
        return undefined;
      }
      if (state.next !== undefined) {
        state.next.cast.check(number);
        return undefined;
      }
      // What comes meanwhile waits in the mailbox.
      const index = state.index + 1;
      const place = { thread: 1 + (index % 2) };
      return self.spawn(Filter, [index, number, state.total], place).then((next) => {
        state.next = next;
      });
    },
    /** `sum` is that of the primes before. */
    end(self, sum: number): void {
      const { primes, known, next, total } = self.state;
      let all = sum;
      for (let at = 0; at < known; at += 1) all += primes[at] as number;
      if (next === undefined) total.cast.report(all);
      else next.cast.end(all);
      self.stop();
    },
  },
});
