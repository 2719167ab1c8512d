/**
 * A cast that returns false was accepted, but the way is congested: the sender awaits `ready()`
 * before it goes on, and no message is lost.
 */

import { startSystem } from "../actors/index.ts";
import { Sink } from "./back-pressure.actors.ts";

const LINES = 20_000;

const system = await startSystem({ threads: 1, laneBytes: 16 * 1024 });
const sink = await system.spawn(Sink);

let waits = 0;
for (let line = 0; line < LINES; line += 1) {
  if (sink.cast.write(line)) continue;
  waits += 1;
  await sink.ready({ timeout: 10_000 });
}

// A call arrives after all casts before it, so this is the whole sum.
console.log(await sink.with({ timeout: 10_000 }).call.lines()); //=> 20000
console.log(waits > 0 && waits < LINES); //=> true
console.log(system.counters().deadLettered); //=> 0

await system.stop();
