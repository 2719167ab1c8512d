/**
 * What a schema costs: the same message of four fields, 1000 times, to handlers without a schema,
 * with one of zod, and with one of valibot. All on one thread, in production mode, so that the rest
 * of the way is as short as it can be and the schema's part as large as it can be.
 */

import * as v from "valibot";
import * as z from "zod";
import { defineActor, type Ref, startSystem } from "../../actors/index.ts";
import type { Case, Cases } from "./case.ts";

interface Order {
  id: number;
  name: string;
  price: number;
  open: boolean;
}

interface Taker {
  take(order: Order): void;
  taken(): number;
}

const MESSAGES = 1000;

const ORDER: Order = { id: 7, name: "a name", price: 12.5, open: true };

const init = () => ({ count: 0 });
const handlers = {
  take(self: { state: { count: number } }, order: Order): void {
    self.state.count += order.id;
  },
  taken: (self: { state: { count: number } }): number => self.state.count,
};

const Plain = defineActor(import.meta.url, "Plain", { init, handlers });

const Zod = defineActor(import.meta.url, "Zod", {
  init,
  handlers,
  schemas: {
    take: z.object({ id: z.number(), name: z.string(), price: z.number(), open: z.boolean() }),
  },
});

const Valibot = defineActor(import.meta.url, "Valibot", {
  init,
  handlers,
  schemas: {
    take: v.object({ id: v.number(), name: v.string(), price: v.number(), open: v.boolean() }),
  },
});

export async function schema(): Promise<Cases> {
  const system = await startSystem({ threads: 0, development: false });
  const cases = [
    caseOf("no schema", await system.spawn(Plain)),
    caseOf("schema of zod", await system.spawn(Zod)),
    caseOf("schema of valibot", await system.spawn(Valibot)),
  ];
  return { cases, close: () => system.stop() };
}

/** A run settles when all messages have been handled, and rejects if one was not. */
function caseOf(name: string, taker: Ref<Taker>): Case {
  let sum = 0;
  const run = async (): Promise<void> => {
    for (let sent = 0; sent < MESSAGES; sent += 1) taker.cast.take(ORDER);
    sum += MESSAGES * ORDER.id;
    if ((await taker.call.taken()) !== sum) throw new Error(`${name}: a message is missing`);
  };
  return { name, run, times: MESSAGES };
}
