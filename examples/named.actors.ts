/** A till that counts money, and a shop that is open whatever becomes of the till. */

import { childSpec, defineActor, defineSupervisor } from "../actors/index.ts";

export const Till = defineActor(import.meta.url, "Till", {
  init: () => ({ cents: 0 }),
  handlers: {
    pay(self, cents: number) {
      if (cents < 0) throw new RangeError(`${cents} cents`);
      self.state.cents += cents;
      return self.state.cents;
    },
  },
});

export const Shop = defineActor(import.meta.url, "Shop", {
  // Nobody need have the name yet. It may be kept, and sent to others.
  init: (self) => ({ till: self.named(Till, "till") }),
  handlers: {
    sell: (self, cents: number) => self.state.till.call.pay(cents),
  },
});

export const Mall = defineSupervisor(import.meta.url, "Mall", () => ({
  children: [
    childSpec(Shop, [], { id: "shop", name: "shop" }),
    childSpec(Till, [], { id: "till", name: "till" }),
  ],
}));
