/** The master, which adds up terms, and its workers, which compute them. */

import { defineActor, type Ref } from "../../actors/index.ts";

interface MasterProtocol {
  term(value: bigint, from: number): void;
}

interface WorkerProtocol {
  work(term: number, bits: number, worker: number): void;
  stop(): void;
}

/** Terms that each worker has to do at first. */
const TERMS_AHEAD = 10;

/** Bits beyond the wanted places, for what is cut off in each term. */
const GUARD_BITS = 64;

export const Master = defineActor(import.meta.url, "Master", {
  init: (_self, places: number, total: Ref<{ report(value: number): void }>) => ({
    ...{ places, total, bits: Math.ceil(places * Math.log2(10)) + GUARD_BITS },
    ...{ next: 0, open: 0, sum: 0n },
    workers: [] as readonly Ref<WorkerProtocol>[],
  }),
  handlers: {
    compute({ state }, workers: readonly Ref<WorkerProtocol>[]): void {
      state.workers = workers;
      for (let ahead = 0; ahead < TERMS_AHEAD; ahead += 1) {
        for (const [index, worker] of workers.entries()) {
          worker.cast.work(state.next, state.bits, index);
          state.next += 1;
          state.open += 1;
        }
      }
    },
    term(self, value: bigint, from: number): void {
      const { state } = self;
      state.sum += value;
      if (value !== 0n) {
        state.workers[from]?.cast.work(state.next, state.bits, from);
        state.next += 1;
        return;
      }
      state.open -= 1;
      if (state.open > 0) return;
      for (const worker of state.workers) worker.cast.stop();
      const decimal = (state.sum * 10n ** BigInt(state.places)) >> BigInt(state.bits);
      state.total.cast.report(Number(decimal % 1_000_003n));
      self.stop();
    },
  },
});

export const Worker = defineActor(import.meta.url, "Worker", {
  init: (_self, master: Ref<MasterProtocol>) => ({ master }),
  handlers: {
    /** Sends the term in units of 2 ^ -bits. */
    work(self, term: number, bits: number, worker: number): void {
      const one = 4 * term > bits ? 0n : 1n << BigInt(bits - 4 * term);
      const eight = BigInt(8 * term);
      const value =
        (4n * one) / (eight + 1n) -
        (2n * one) / (eight + 4n) -
        one / (eight + 5n) -
        one / (eight + 6n);
      self.state.master.cast.term(value, worker);
    },
    stop(self): void {
      self.stop();
    },
  },
});
