/** A thread of its own for what may fill its heap, and a fallback that does not die with it. */

import { type Log, startSystem } from "../actors/index.ts";
import { Fast, Safe } from "./own-thread.actors.ts";

// The death of a thread is told to the log, on stderr by default.
const silent = (): void => {};
const log: Log = { debug: silent, info: silent, warn: silent, error: silent };

const system = await startSystem({ threads: 2, ownThreads: 1, log });
const fast = await system.spawn(Fast, [], { thread: { own: { heapMb: 32 } } });
const safe = await system.spawn(Safe, [], { apart: fast });
console.log(system.dieTogether(fast, safe)); //=> false
console.log(await fast.call.words("to be or not")); //=> 4

// Its heap is full: its thread ends, and nothing else does.
fast.cast.words("a bomb");
const { type, cause } = await system.whenDown(fast);
console.log(`${type}: ${cause?.split(" of ")[0]}`); //=> lost: heap limit reached: heapMb 32
console.log(await safe.call.words("to be or not")); //=> 4

// Whoever wants it back spawns it again.
await system.spawn(Fast, [], { thread: "own" });
for (const { name, definitions } of system.failureDomains()) console.log(name, definitions);
//=> main {}
//=> sabeam thread 1 { Safe: 1 }
//=> sabeam thread 2 {}
//=> sabeam own thread 3 { Fast: 1 }
await system.stop();
