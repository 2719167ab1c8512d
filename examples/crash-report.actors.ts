/** A till that pays out, for the example of what a crash looks like in the log. */

import { defineActor, type Ref } from "../actors/index.ts";

export interface Card {
  readonly owner: string;
  readonly pin: string;
}

export interface TillProtocol {
  pay(amount: number, card: Card): number;
}

export const Till = defineActor(import.meta.url, "Till", {
  init: (_self, cash: number, key: string) => ({ cash, key, paid: [] as number[] }),
  handlers: {
    pay(self, amount: number, card: Card) {
      if (card.pin === "") throw new RangeError("no PIN", { cause: new Error("reader is dirty") });
      self.state.paid.push(amount);
      self.state.cash -= amount;
      return self.state.cash;
    },
  },
  // The log must not show the key. What messages hold it does not show anyway.
  redact: ({ cash, paid }) => ({ cash, paid }),
});

export const Customer = defineActor(import.meta.url, "Customer", {
  init: (_self, till: Ref<TillProtocol>) => ({ till }),
  handlers: {
    // Else the error would end the customer, too.
    pay(self, amount: number, pin: string): Promise<number | undefined> {
      return self.state.till.call.pay(amount, { owner: "Ann", pin }).catch(() => undefined);
    },
  },
});
