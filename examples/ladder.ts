/** A service that falls back to something simpler, and comes back by itself. */

import { ladderRef, startSystem } from "../actors/index.ts";
import { Office, Planner } from "./ladder.actors.ts";

const system = await startSystem({ threads: 1 });
const office = await system.spawn(Office);
const ladder = await system.spawn(Planner, [office]);

/** Settles once the planner has changed to this rung. */
async function changedTo(rung: string): Promise<void> {
  let { state, rung: now } = await ladder.call.status();
  while (state !== "serving" || now !== rung) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    ({ state, rung: now } = await ladder.call.status());
  }
}

// One address for whoever is content with any plan, one for those who are not.
const any = await ladderRef(ladder);
const fair = await ladderRef(ladder, "fair");
console.log(await any.call.plan(), await fair.call.plan()); //=> bob bob

// Nobody knows any more how loaded the workers are.
await office.call.report();
await changedTo("RoundRobin");
console.log(await any.call.plan(), await any.call.plan()); //=> ann bob
const failed = (error: { code: string }): string => error.code;
console.log(await fair.call.plan().catch(failed)); //=> ERR_SERVICE_UNAVAILABLE

// It is known again.
await office.call.report([2, 7, 1]);
await changedTo("Balanced");
console.log(await any.call.plan(), await fair.call.plan()); //=> cem cem

for (const { from, to, reason } of await ladder.call.history()) {
  console.log(`${from ?? "none"} → ${to}: ${reason}`);
}
//=> none → Balanced: start
//=> Balanced → RoundRobin: not-ready
//=> RoundRobin → Balanced: probe-succeeded
await system.stop();
