/** Barriers: epochs of three workers on two threads, of which one is killed. */

import { startSystem } from "../actors/index.ts";
import { Barrier } from "../protocols/index.ts";
import { Worker } from "./barrier.actors.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const system = await startSystem({ threads: 2, log: silent });

// Home counts. Without `onDown` the death of a worker would break the epoch for the others.
const config = { count: 3, onDown: "deregister" } as const;
const home = await system.protocol(Barrier, { id: "epochs", config });
const [ann, bob, cid] = await Promise.all([
  system.spawn(Worker, ["ann", 10], { thread: 1 }),
  system.spawn(Worker, ["bob", 20], { thread: 2 }),
  system.spawn(Worker, ["cid", 60], { thread: 2 }),
]);

const trained = [ann, bob, cid].map((worker) => worker.call.train(2));
console.log(await Promise.all(trained)); //=> [ 30, 30, 30 ]

// The others wait for Cid until it dies, and then go on without it.
const models = Promise.all([ann, bob].map((worker) => worker.call.train(1)));
system.exit(cid, "kill");
console.log(await models); //=> [ 15, 15 ]

for (const phase of [0, 1, 2]) {
  const { arrived, results } = await home.awaitPhase(phase);
  console.log(phase, arrived, [...results.keys()].join(" "));
}
//=> 0 3 ann bob cid
//=> 1 3 ann bob cid
//=> 2 2 ann bob
await system.stop();
