/** Instances of a class of one's own in messages between threads. */

import { startSystem } from "../actors/index.ts";
import { Money, Wallet } from "./extension.actors.ts";

const system = await startSystem({ threads: 1 });
const wallet = await system.spawn(Wallet, [new Money(500)]);

wallet.cast.add(new Money(125));
const content = await wallet.call.add(new Money(75));
console.log(content instanceof Money, String(content)); //=> true 7.00 EUR

await system.stop();
