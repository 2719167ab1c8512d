/** Monitors tell of an actor's end; links make two actors end together; on any thread. */

import { startSystem } from "../actors/index.ts";
import { Desk, Worker } from "./watch.actors.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const system = await startSystem({ threads: 2, log: silent });
const desk = await system.spawn(Desk, [], { thread: 1 });
const [ann, bob] = await Promise.all([
  system.spawn(Worker, [], { thread: 1 }),
  system.spawn(Worker, [], { thread: 2 }),
]);
await desk.call.watch(ann, "Ann");
await desk.call.watch(bob, "Bob");
await ann.call.pairWith(bob);

const down = system.whenDown(bob);
console.log(await bob.call.work("easy")); //=> easy is done
ann.cast.work("impossible");
const { type, cause } = await down;
console.log(type, cause); //=> crash Error: cannot do what is impossible

while ((await desk.call.ended()).length < 2) await new Promise(setImmediate);
console.log((await desk.call.ended()).sort()); //=> [ 'Ann: crash', 'Bob: crash' ]
await system.stop();
