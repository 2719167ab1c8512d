/** A shop with carts, and a search that is in nobody's interest. */

import { type AnyRef, defineActor } from "../actors/index.ts";

export const Cart = defineActor(import.meta.url, "Cart", {
  init: () => ({ items: 0 }),
  handlers: {
    add(self) {
      self.state.items += 1;
    },
  },
});

export const Shop = defineActor(import.meta.url, "Shop", {
  init: () => ({}),
  handlers: {
    async open(self, carts: number) {
      const opened: AnyRef[] = [];
      while (opened.length < carts) opened.push(await self.spawn(Cart, [], { thread: 1 }));
      return carts;
    },
    /** Gives its thread back to nobody meanwhile. */
    search(_self, ms: number) {
      const end = performance.now() + ms;
      while (performance.now() < end);
    },
  },
});
