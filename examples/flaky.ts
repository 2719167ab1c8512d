/** A worker that crashes is started again with a fresh state, and its callers hardly notice. */

import { setTimeout as sleep } from "node:timers/promises";
import { childRef, type Log, startSystem } from "../actors/index.ts";
import { App, Flaky } from "./flaky.actors.ts";

// Who crashed, on what message, in which state, and what was done about it: here only counted.
const told: Record<string, number> = {};
const count = (_fields: object, message = ""): void => {
  told[message] = (told[message] ?? 0) + 1;
};
const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: count };

const system = await startSystem({ threads: 2, log });
const app = await system.spawn(App, [3]);
// By the child's id, it leads to whichever incarnation runs.
const flaky = await childRef(app, Flaky, "flaky");

const TRIES_MAX = 1000;

/** Asks again while nobody is there: what has not begun can be done later, and is done once. */
async function work(input: number): Promise<string> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    try {
      return await flaky.call.work(input);
    } catch (error) {
      const { code, handled, message } = error as Error & { code?: string; handled?: string };
      if (code !== "ERR_ACTOR_DOWN" || handled !== "no") return message;
    }
    await sleep(1);
  }
  return "nobody is there any more";
}

for (const input of [1, 2, 3, 4, 5, 6, 7]) console.log(await work(input));
//=> 1 is number 1 since the start
//=> 2 is number 2 since the start
//=> 3 is too much
//=> 4 is number 1 since the start
//=> 5 is number 2 since the start
//=> 6 is too much
//=> 7 is number 1 since the start

// It crashes for the third and fourth time.
const down = system.whenDown(app);
console.log(await work(9), "and", await work(12)); //=> 9 is too much and 12 is too much
console.log((await down).type); //=> shutdown
await system.stop();
console.log(told["actor crashed"], told["a child ended"]); //=> 4 4
console.log(told["a supervisor gives up: too many restarts"]); //=> 1
