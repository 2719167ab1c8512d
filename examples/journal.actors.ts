/** An account that answers once a deposit is durable, and begins with those that were kept. */

import {
  childSpec,
  type Deferred,
  defineActor,
  defineSupervisor,
  type OpenLog,
  openLog,
  type Self,
  type StoreRef,
} from "../actors/index.ts";

type Answers = Map<number, { answer: Deferred<number>; sum: number }>;
const logOf = (self: Self<unknown>): OpenLog => self.local.log as OpenLog;
const answersOf = (self: Self<unknown>): Answers => self.local.answers as Answers;

export const Account = defineActor(import.meta.url, "Account", {
  async init(self, store: StoreRef, name: string) {
    const log = await openLog(self, store, name);
    self.local.log = log;
    self.local.answers = new Map();
    const deposits = log.recovered.records as readonly number[];
    return { sum: deposits.reduce((sum, amount) => sum + amount, 0), seq: 0 };
  },
  handlers: {
    deposit(self, amount: number): Deferred<number> {
      const { state } = self;
      state.sum += amount;
      state.seq += 1;
      logOf(self).append(state.seq, [amount]);
      const answer = self.defer<number>();
      answersOf(self).set(state.seq, { answer, sum: state.sum });
      return answer;
    },
    sum: (self): number => self.state.sum,
    /** The store says so, once for each fsync. */
    durable(self, upTo: number): void {
      if (!logOf(self).durable(upTo)) return;
      for (const [seq, { answer, sum }] of answersOf(self)) {
        if (seq > upTo) return;
        answer.resolve(sum);
        answersOf(self).delete(seq);
      }
    },
    storeFailed(_self, { message }: { message: string }): void {
      throw new Error(message);
    },
  },
  down(self, down) {
    if (logOf(self).isStore(down)) throw new Error("the store is lost");
  },
});

export const Bank = defineSupervisor(import.meta.url, "Bank", (store: StoreRef) => ({
  children: [childSpec(Account, [store, "account"], { id: "account" })],
}));
