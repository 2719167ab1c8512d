/** What there is once for each partition. */

import { defineActor } from "../actors/index.ts";

/** Keeps the accounts of some customers. */
export const Accounts = defineActor(import.meta.url, "Accounts", {
  init: (_self, _partition: number) => ({ sums: new Map<string, number>() }),
  handlers: {
    add(self, customer: string, by: number) {
      const sum = (self.state.sums.get(customer) ?? 0) + by;
      self.state.sums.set(customer, sum);
      return sum;
    },
    customers: (self) => self.state.sums.size,
  },
});
