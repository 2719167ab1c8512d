/** Goal: what encode gives is what decode takes, and both are about the class. */

import { defineExtension, type Extension } from "../../dist/actors/index.js";
import { type Equal, is } from "./equal.ts";

class Money {
  readonly #cents: number;
  constructor(cents: number) {
    this.#cents = cents;
  }
  get cents(): number {
    return this.#cents;
  }
}

defineExtension("Money", Money, {
  encode(money) {
    is<Equal<typeof money, Money>>();
    return { cents: money.cents };
  },
  decode(plain) {
    is<Equal<typeof plain, { cents: number }>>();
    return new Money(plain.cents);
  },
});

class Private {
  readonly id: string;
  private constructor(id: string) {
    this.id = id;
  }
  static of(id: string): Private {
    return new Private(id);
  }
}

defineExtension("Private", Private, { encode: ({ id }) => id, decode: (id) => Private.of(id) });
defineExtension("URL", URL, { encode: String, decode: (text: string) => new URL(text) });

const apart: Extension<Money, number> = {
  encode: ({ cents }) => cents,
  decode: (cents) => new Money(cents),
};
defineExtension("Apart", Money, apart);

// @ts-expect-error It makes no Money.
defineExtension("Wrong", Money, { encode: ({ cents }) => cents, decode: (cents: number) => cents });

// @ts-expect-error What encode gives is no text.
defineExtension("Wrong", Money, { encode: ({ cents }) => cents, decode: (text: string) => text });

// @ts-expect-error There is no way back.
defineExtension("Wrong", Money, { encode: ({ cents }) => cents });

// @ts-expect-error An object is no class.
defineExtension("Wrong", { cents: 1 }, { encode: () => 1, decode: () => ({}) });
