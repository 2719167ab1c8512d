/** Timers have keys, send a message to their own actor, and end with it. */

import { startSystem } from "../actors/index.ts";
import { EggTimer } from "./timers.actors.ts";

const system = await startSystem({ threads: 1 });
const timer = await system.spawn(EggTimer);

for (const what of await timer.call.start(3, 5)) console.log(what);
//=> tick 1
//=> tick 2
//=> tick 3
//=> ring

await system.stop();
