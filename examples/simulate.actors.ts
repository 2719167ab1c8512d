/** A bank: accounts, and clerks that move money between them. */

import { defineActor, type RefOf } from "../actors/index.ts";

export const Account = defineActor(import.meta.url, "Account", {
  init: (_self, balance: number) => ({ balance }),
  handlers: {
    balance: (self) => self.state.balance,
    set: (self, balance: number) => void (self.state.balance = balance),
    add: (self, amount: number) => void (self.state.balance += amount),
  },
});

type AccountRef = RefOf<typeof Account>;

export const Clerk = defineActor(import.meta.url, "Clerk", {
  init: () => ({}),
  handlers: {
    /** Wrong: what another clerk does between the two calls is lost. */
    async carelessly(_self, from: AccountRef, to: AccountRef, amount: number) {
      await from.call.set((await from.call.balance()) - amount);
      await to.call.set((await to.call.balance()) + amount);
    },
    async move(_self, from: AccountRef, to: AccountRef, amount: number) {
      await from.call.add(-amount);
      await to.call.add(amount);
    },
  },
});
