/** A till that counts only orders which pass a schema. */

import * as z from "zod";
import { defineActor } from "../actors/index.ts";

const Order = z.object({
  item: z.string(),
  price: z.number().positive(),
  at: z.string().transform((text) => new Date(text)),
});

export const Till = defineActor(import.meta.url, "Till", {
  init: () => ({ total: 0 }),
  handlers: {
    // `order` has the type of what the schema gives: `at` is a Date here, and a text for senders.
    sell(self, order) {
      self.state.total += order.price;
      return `${order.item} in ${order.at.getUTCFullYear()}`;
    },
    total: (self) => self.state.total,
  },
  schemas: { sell: Order },
});
