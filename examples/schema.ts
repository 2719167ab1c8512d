/** Messages that must pass a schema, of any library that implements Standard Schema. */

import { type InvalidMessage, startSystem } from "../actors/index.ts";
import { Till } from "./schema.actors.ts";

const system = await startSystem({ threads: 1 });
system.deadLetters(({ handler, reason }) => console.log(`${handler}: ${reason}`));
const till = await system.spawn(Till);

console.log(await till.call.sell({ item: "tea", price: 3, at: "2026-05-01" })); //=> tea in 2026

// What does not pass is not handled; the caller learns where it is wrong, and the actor lives on.
const wrong = { item: "tea", price: -1, at: "2026-05-01" };
await till.call.sell(wrong).catch(({ code, issues }: InvalidMessage) => {
  console.log(code, issues[0]?.path);
});
//=> sell: invalid
//=> ERR_INVALID_MESSAGE args[0].price

// A cast that does not pass is a dead letter.
till.cast.sell(wrong); //=> sell: invalid
console.log(await till.call.total()); //=> 3

await system.stop();
