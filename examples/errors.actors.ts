/** An account that refuses, crashes and waits, for the example of what can go wrong. */

import { type Deferred, defineActor, type Ref, Refusal } from "../actors/index.ts";

export interface AccountProtocol {
  withdraw(amount: number): number;
  audit(): Deferred<string>;
  compare(other: Ref<AccountProtocol>): Promise<number>;
}

export const Account = defineActor(import.meta.url, "Account", {
  init: (_self, balance: number) => ({ balance }),
  handlers: {
    withdraw(self, amount: number) {
      if (Number.isNaN(amount)) throw new RangeError("the amount is no number");
      if (amount > self.state.balance) throw new Refusal("not enough", { amount });
      self.state.balance -= amount;
      return self.state.balance;
    },
    // Will be answered by somebody, some day.
    audit: (self): Deferred<string> => self.defer<string>(),
    // Waits for the other account within its turn; it must not wait for this one meanwhile.
    async compare(self, other: Ref<AccountProtocol>): Promise<number> {
      return await other.call.compare(self.ref as Ref<AccountProtocol>);
    },
  },
});
