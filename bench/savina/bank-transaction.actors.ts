/**
 * The teller and the accounts. Money goes to accounts of a higher place only, as in the suite:
 * accounts that wait for each other never wait in a circle.
 */

import { type Deferred, defineActor, type Ref } from "../../actors/index.ts";
import { Random } from "./random.ts";
import type { TotalProtocol } from "./total.actors.ts";

interface TellerProtocol {
  done(): void;
}

interface AccountProtocol {
  transfer(amount: number, to: Ref<AccountProtocol>, teller: Ref<TellerProtocol>): void;
  deposit(amount: number): void;
}

const AMOUNTS = 1000;

export const Teller = defineActor(import.meta.url, "Teller", {
  init: (_self, accounts: readonly Ref<AccountProtocol>[], seed: number) => ({
    ...{ accounts, random: new Random(seed), left: 0 },
    done: undefined as Deferred<void> | undefined,
  }),
  handlers: {
    /** Orders so many transfers at once; answers when all are done. */
    serve(self, transfers: number): Deferred<void> {
      const { accounts, random } = self.state;
      const done = self.defer<void>();
      Object.assign(self.state, { left: transfers, done });
      const me = self.ref as Ref<TellerProtocol>;
      for (let index = 0; index < transfers; index += 1) {
        const from = random.below(accounts.length - 1);
        const to = from + 1 + random.below(accounts.length - 1 - from);
        const amount = random.below(AMOUNTS);
        accounts[from]?.cast.transfer(amount, accounts[to] as Ref<AccountProtocol>, me);
      }
      return done;
    },
    done(self): void {
      const { state } = self;
      state.left -= 1;
      if (state.left > 0) return;
      state.done?.resolve();
      self.stop();
    },
  },
});

export const Account = defineActor(import.meta.url, "Account", {
  init: (_self, place: number, total: Ref<TotalProtocol>) => ({ place, total, balance: 0 }),
  handlers: {
    async transfer(
      { state },
      amount: number,
      to: Ref<AccountProtocol>,
      teller: Ref<TellerProtocol>,
    ): Promise<void> {
      state.balance -= amount;
      await to.call.deposit(amount);
      teller.cast.done();
    },
    deposit({ state }, amount: number): void {
      state.balance += amount;
    },
    close(self): void {
      const { place, balance, total } = self.state;
      total.cast.report(place * balance);
      self.stop();
    },
  },
});
