/** Messages that come too early are set aside; an actor that has nothing to do ends itself. */

import { startSystem } from "../actors/index.ts";
import { Store } from "./stash.actors.ts";

const system = await startSystem({ threads: 1 });
const store = await system.spawn(Store, [], { name: "settings" });

// Sent at once, handled when the store has connected, in this order.
const language = store.call.get("language");
store.cast.set("language", "eo");
const later = store.call.get("language");

console.log(await store.with({ priority: true }).call.reads()); //=> -1
console.log(await language, await later); //=> en eo
console.log(await store.call.reads()); //=> 2

// 500 ms without a message, and it stops.
while (system.whereis(Store, "settings") !== undefined) {
  await new Promise((resolve) => setTimeout(resolve, 10));
}
console.log("it has gone"); //=> it has gone
await system.stop();
