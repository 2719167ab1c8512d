/** A class that travels in messages, and an actor that deals in it. */

import { defineActor, defineExtension } from "../actors/index.ts";

export class Money {
  readonly #cents: number;
  constructor(cents: number) {
    this.#cents = cents;
  }
  plus(other: Money): Money {
    return new Money(this.#cents + other.#cents);
  }
  get cents(): number {
    return this.#cents;
  }
  toString(): string {
    return `${(this.#cents / 100).toFixed(2)} EUR`;
  }
}

defineExtension("Money", Money, {
  encode: (money) => money.cents,
  decode: (cents) => new Money(cents),
});

export const Wallet = defineActor(import.meta.url, "Wallet", {
  init: (_self, first: Money) => ({ content: first }),
  handlers: {
    add(self, more: Money) {
      self.state.content = self.state.content.plus(more);
      return self.state.content;
    },
  },
});
