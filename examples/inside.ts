/** Looking into a system from within: who lives, what waits where, and who holds a thread up. */

import { startSystem } from "../actors/index.ts";
import { Cart, Shop } from "./inside.actors.ts";

const system = await startSystem({ threads: 1, warnings: false });
const shop = await system.spawn(Shop, [], { name: "shop" });
await shop.call.open(2);
const cart = await system.spawn(Cart, [], { name: "my cart" });

// Each parent is followed by its children.
const { actors, threads } = await system.tree();
for (const { depth, definition, name } of actors) {
  console.log(`${"  ".repeat(depth)}${definition} ${name ?? ""}`.trimEnd());
}
//=> Shop shop
//=>   Cart
//=>   Cart
//=> Cart my cart
for (const { name, actors } of threads) console.log(`${name}: ${actors}`);
//=> main: 0
//=> thread 1: 4

// What waits for an actor that is held still. The shop answers later: it lives on the same thread.
await system.suspend(cart);
for (let item = 0; item < 3; item += 1) cart.cast.add();
await shop.call.open(0);
const [worst] = (await system.top({ by: "queued", max: 1 })).actors;
console.log(worst?.name, worst?.status, worst?.queued); //=> my cart suspended 3

// A turn that does not return is seen while it runs, and nobody else on its thread is.
const search = shop.call.search(500);
while ((await system.info(shop)).status !== "running");
const { running, handled } = await system.info(shop);
console.log(running?.actor === String(shop), handled); //=> true 2
await search;

await system.stop();
const { alive, status } = await system.info(shop);
console.log(alive, status); //=> false dead
