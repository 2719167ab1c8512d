/** Goal: senders send what a schema takes in, and handlers get what it gives out. */

import * as v from "valibot";
import * as z from "zod";
import { defineActor, type HandlerSchemas, type ProtocolOf } from "../../dist/actors/index.js";
import { type Equal, is } from "./equal.ts";

const url = import.meta.url;
const init = (_self: unknown, count: number) => ({ count });

const Order = z.object({ id: z.number(), at: z.string().transform((text) => new Date(text)) });
const Unit = z.enum(["ms", "s"]).default("ms");
const Digits = v.pipe(v.string(), v.transform(Number));

export const Shop = defineActor(url, "Shop", {
  init,
  handlers: {
    order(self, order: { id: number; at: Date }) {
      is<Equal<typeof self.state, { count: number }>>();
      return order.at;
    },
    add(self, by: number, unit: "ms" | "s", note?: string) {
      return `${self.state.count + by} ${unit} ${note}`;
    },
    // Arguments without a type have that of what their schema gives.
    async bare(self, order, by) {
      is<Equal<typeof self.state, { count: number }>>();
      is<Equal<typeof order, { id: number; at: Date }>>();
      is<Equal<typeof by, number>>();
      return by;
    },
    free: (self, text: string) => text.length + self.state.count,
  },
  schemas: { order: Order, add: [Digits, Unit], bare: [Order, Digits] },
  concurrent: ["bare"],
});

type Protocol = ProtocolOf<typeof Shop>;
interface Sent {
  id: number;
  at: string;
}
is<Equal<Parameters<Protocol["order"]>, [order: Sent]>>();
type Add = [by: string, unit: "ms" | "s" | undefined, note?: string | undefined];
is<Equal<Parameters<Protocol["add"]>, Add>>();
is<Equal<Parameters<Protocol["bare"]>, [order: Sent, by: string]>>();
is<Equal<ReturnType<Protocol["bare"]>, Promise<number>>>();
is<Equal<Protocol["free"], (text: string) => number>>();
is<Equal<keyof Protocol, "order" | "add" | "bare" | "free">>();

defineActor(url, "OtherOutput", {
  init,
  handlers: {
    // @ts-expect-error The schema gives a Date.
    order: (_self, order: { id: number; at: string }) => order.at,
    // @ts-expect-error The second one gives "ms" or "s".
    add: (_self, by: number, unit: number) => by + unit,
  },
  schemas: { order: Order, add: [Digits, Unit] },
});

defineActor(url, "NoSuchHandler", {
  init: () => ({}),
  // @ts-expect-error There is no handler `ordr`.
  handlers: { order: () => 1 },
  schemas: { order: Order, ordr: Order },
});

defineActor(url, "NoSchema", {
  init: () => ({}),
  handlers: { order: () => 1 },
  // @ts-expect-error
  schemas: { order: { parse: () => 1 } },
});

// The order of the keys does not matter.
defineActor(url, "SchemasFirst", {
  schemas: { add: [Digits, Unit] },
  handlers: {
    add: (_self, by, unit) => is<Equal<[typeof by, typeof unit], [number, "ms" | "s"]>>(),
  },
  init: () => ({}),
});

const any: HandlerSchemas[] = [Order, Digits, [Order, Digits]];
is<Equal<(typeof any)[number], HandlerSchemas>>();
