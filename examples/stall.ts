/** A turn that does not return: named, ended with its thread, and everybody is back. */

import { ActorDown, childRef, type Log, startSystem } from "../actors/index.ts";
import { Clock, Office, Parser } from "./stall.actors.ts";

const silent = (): void => {};
const log: Log = { debug: silent, info: silent, warn: silent, error: print };

function print({ cause }: { cause?: string }, message?: string): void {
  if (cause !== undefined) console.log(`${message}: ${cause.replace(/\d\.\d s/, "… s")}`);
}

const system = await startSystem({ threads: 1, log });
const office = await system.spawn(Office, [], { thread: 0 });
const parser = await childRef(office, Parser, "parser");
const clock = await childRef(office, Clock, "clock");

console.log(await parser.call.parse("all is well")); //=> 1
// It looks at self.cancelled, and so gives up by itself.
console.log(await parser.call.search()); //=> true

try {
  await parser.call.parse(`${"a".repeat(40)}!`);
} catch (error) {
  if (error instanceof ActorDown) console.log(error.reason.type, error.reason.culprit);
}
//=> a thread died; it is replaced: stalled for … s, by Parser<1024.1> in parse
//=> lost true

// The supervisor starts both again, and charges only the parser.
for (let back = false; !back; ) {
  const children = await office.call.whichChildren();
  back = children.every(({ status, restarts }) => status === "running" && restarts === 1);
  await new Promise((resolve) => setTimeout(resolve, 10));
}
console.log(await parser.call.parse("once more"), await clock.call.tick()); //=> 1 1
await system.stop();
