/** A shop and its stock, on two threads; both say to which trace their turns belong. */

import { trace } from "@opentelemetry/api";
import { defineActor, type Ref } from "../actors/index.ts";

const here = () => trace.getActiveSpan()?.spanContext().traceId;

interface StockProtocol {
  take(item: string): string | undefined;
}

export const Stock = defineActor(import.meta.url, "Stock", {
  init: () => ({ taken: [] as string[] }),
  handlers: {
    take(self, item: string) {
      self.state.taken.push(item);
      return here();
    },
  },
});

export const Shop = defineActor(import.meta.url, "Shop", {
  init: (_self, stock: Ref<StockProtocol>) => ({ stock }),
  handlers: {
    async order(self, item: string) {
      const there = await self.state.stock.call.take(item); // on another thread
      return [here(), there];
    },
  },
});
