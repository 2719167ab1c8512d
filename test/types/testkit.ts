/** Goal: what a test expects of a probe is checked against what can be sent to it. */

import type { AnyRef, Ref } from "../../dist/actors/index.js";
import { type Probe, type ReceivedBy, testKit } from "../../dist/actors/testkit/index.js";
import { Counter } from "./definitions.ts";
import { type Equal, is } from "./equal.ts";
import type { PingProtocol } from "./ping.ts";

interface Shop {
  buy(item: string, order: { count: number; tags: string[] }): Promise<boolean>;
  close(): void;
}

export async function probes(shop: Probe<Shop>): Promise<void> {
  const kit = testKit({ threads: 1, timeFactor: 2 });
  const counter = await kit.probe(Counter, { name: "hits" });
  is<Equal<typeof counter.ref.call.add, (by: number) => Promise<number>>>();
  const ping = await kit.probe<PingProtocol>(["ping"]);
  is<Equal<typeof ping.ref, Ref<PingProtocol>>>();
  is<Equal<typeof shop.ref, Ref<Shop>>>();

  const bought = await shop.expect("buy", "tea", { count: 2, tags: [] });
  is<Equal<typeof bought, ReceivedBy<Shop, "buy">>>();
  is<Equal<typeof bought.args, [item: string, order: { count: number; tags: string[] }]>>();
  is<Equal<typeof bought.sender, AnyRef | undefined>>();
  bought.answer(true);
  await shop.expect("buy", (item) => item.length > 2, { count: (n) => n > 1, tags: () => true });
  await shop.expect("buy");
  await shop.expect("close");
  await shop.expect((message) => message.handler === "buy" && message.args[1].count > 1);
  await shop.fish("close", { within: 5 });
  await shop.with({ within: 5 }).expectNothing();
  await shop.expectDown(counter.ref, "crash");
  shop.answer("buy", true);
  shop.answer("buy", (item, { count }) => item.length === count);
  shop.answer("buy", async () => false);
}

export async function wrong(shop: Probe<Shop>): Promise<void> {
  const kit = testKit();
  // @ts-expect-error: no such handler
  await shop.expect("sell");
  // @ts-expect-error: an argument of another type
  await shop.expect("buy", 5, { count: 1, tags: [] });
  // @ts-expect-error: too few
  await shop.expect("buy", "tea");
  // @ts-expect-error: too many
  await shop.expect("close", 1);
  // @ts-expect-error: a field of another type
  await shop.expect("buy", "tea", { count: "1", tags: [] });
  // @ts-expect-error: a field that is not there
  await shop.expect("buy", "tea", { count: 1, tags: [], price: 1 });
  // @ts-expect-error: a predicate of another type
  await shop.expect("buy", (item: number) => item > 1, { count: 1, tags: [] });
  // @ts-expect-error: no such handler
  await shop.fish("sell");
  // @ts-expect-error: an answer of another type
  shop.answer("buy", "yes");
  // @ts-expect-error: the same by a function
  shop.answer("buy", () => 1);
  const bought = await shop.expect("buy");
  // @ts-expect-error: the same of one call
  bought.answer("yes");
  // @ts-expect-error: no reason for an end
  await shop.expectDown(shop.ref, "crashed");
  // @ts-expect-error: not in this protocol
  await kit.probe<Shop>(["sell"]);
  // @ts-expect-error: an unknown option
  await kit.probe(Counter, { names: "hits" });
  // @ts-expect-error: init wants a number
  await kit.start(Counter, ["10"]);
  // @ts-expect-error: a kit has no root
  testKit({ root: Counter });
}
