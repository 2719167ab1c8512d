/** An answer that comes later than the handler's end, and a caller that gives up waiting. */

import { type SabeamError, startSystem } from "../actors/index.ts";
import { Queue } from "./deferred.actors.ts";

const system = await startSystem({ threads: 1 });
const queue = await system.spawn(Queue);

const first = queue.call.take();
console.log(await queue.call.waiting()); //=> 1
queue.cast.put("tea");
console.log(await first); //=> tea

const controller = new AbortController();
const second = queue.with({ signal: controller.signal }).call.take();
console.log(await queue.call.waiting()); //=> 1
controller.abort();
console.log(await second.catch((error: SabeamError) => error.code)); //=> ERR_ABORTED
console.log(await queue.call.waiting()); //=> 0

const third = queue.with({ timeout: 20 }).call.take();
console.log(await third.catch((error: SabeamError) => error.code)); //=> ERR_CALL_TIMEOUT

await system.stop();
