/** Actors that come and go: one for each job, and no more than three at a time. */

import { DynamicSupervisor, type RefOf, startSystem } from "../actors/index.ts";
import { Job } from "./pool.actors.ts";

const system = await startSystem({ threads: 2 });

// Each child is given "boxes" before its own arguments.
const options = { maxChildren: 3, extraArguments: ["boxes"] };
const pool = await system.spawn(DynamicSupervisor, [options], { name: "pool" });

/** `temporary`: it is not started again, however it ends. */
async function start(amount: number): Promise<RefOf<typeof Job>> {
  const job = { definition: Job, args: [amount], restart: "temporary" } as const;
  return (await pool.call.startChild(job)) as RefOf<typeof Job>;
}

const code = (error: { code?: string }) => error.code;

const jobs = await Promise.all([start(5), start(7), start(9)]);
console.log((await pool.call.countChildren()).active); //=> 3
console.log(await start(1).catch(code)); //=> ERR_CHILDREN_FULL

for (const job of jobs) console.log(await job.call.run());
//=> 5 boxes
//=> 7 boxes
//=> 9 boxes

for (const job of jobs.slice(1)) await pool.call.terminateChild(job);
console.log(await start(-1).catch(code)); //=> ERR_REFUSED
const [left] = await pool.call.whichChildren();
console.log(left?.ref === jobs[0], left?.status); //=> true running

// Its children are ended with it.
await system.stopActor(pool);
console.log(await jobs[0]?.call.run().catch(code)); //=> ERR_ACTOR_DOWN
await system.stop();
