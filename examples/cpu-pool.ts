/** CPU work on a pool of threads behind an actor, with back-pressure and a way to call it off. */

import { type SabeamError, startSystem } from "../actors/index.ts";
import { Primes } from "./cpu-pool.actors.ts";

const system = await startSystem({ threads: 1, laneBytes: 16 * 1024 });
const primes = await system.spawn(Primes, [2]);

// More questions than the mailbox holds: before each one we wait until there is room for it.
const patient = primes.with({ timeout: 60_000 });
const answers: Promise<number>[] = [];
for (let question = 0; question < 3000; question += 1) {
  await primes.ready({ timeout: 60_000 });
  answers.push(patient.call.below(question % 100));
}
const counts = await Promise.all(answers);
console.log(counts.length, counts[10], counts[99]); //=> 3000 4 25

// Two tasks that would take years keep both threads of the pool busy, until nobody wants them.
const controller = new AbortController();
const { call } = primes.with({ timeout: 60_000, signal: controller.signal });
const endless = [call.below(1e15), call.below(1e15)];
setTimeout(() => controller.abort(), 20);
for (const answer of endless) {
  console.log(await answer.catch((error: SabeamError) => error.code)); //=> ERR_ABORTED
}
//=> ERR_ABORTED
console.log(await patient.call.below(100)); //=> 25

await system.stop();
