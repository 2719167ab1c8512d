/** A ref by name leads to whoever has the name now: also to the one that was started again. */

import { setTimeout as sleep } from "node:timers/promises";
import { type Log, startSystem } from "../actors/index.ts";
import { Mall, Shop, Till } from "./named.actors.ts";

const none = (): void => {};
const log: Log = { debug: none, info: none, warn: none, error: none };
const system = await startSystem({ threads: 2, log });

const till = system.named(Till, "till");
// Nobody has the name, so nothing was done: it can be sent again.
const failed = (error: { handled?: string }): void => console.log("handled:", error.handled);
await till.call.pay(1).catch(failed); //=> handled: no

const mall = await system.spawn(Mall);
const shop = system.named(Shop, "shop");
console.log(await shop.call.sell(250)); //=> 250

// This incarnation is dead for ever, and the name is not: its supervisor starts the next.
const first = system.whereis(Till, "till");
await till.call.pay(-1).catch(({ message }) => console.log(message)); //=> -1 cents
while (system.whereis(Till, "till") === undefined) await sleep(1);
await first?.call.pay(1).catch(failed); //=> handled: no

// The shop has noticed nothing.
console.log(await shop.call.sell(100)); //=> 100

await system.stopActor(mall, { reason: "shutdown" });
await system.stop();
