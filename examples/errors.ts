/** What can go wrong with a message, and what its sender learns of it. */

import { type Log, startSystem } from "../actors/index.ts";
import { Account } from "./errors.actors.ts";

// Crashes are reported to the log, on stderr by default. A pino logger fits as it is.
const silent = (): void => {};
const log: Log = { debug: silent, info: silent, warn: silent, error: silent };

/** What a call failed with: the `code` of sabeam's errors, the name of a handler's own. */
async function failure(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "nothing",
    (error: Error & { code?: string }) => error.code ?? error.name,
  );
}

const system = await startSystem({ threads: 2, log });
system.deadLetters(({ type, handler, reason }) => console.log(`${type} ${handler}: ${reason}`));
const mine = await system.spawn(Account, [100], { thread: 1 });
const yours = await system.spawn(Account, [100], { thread: 2 });

// A Refusal is thrown on purpose, and the actor lives on.
console.log(await failure(mine.call.withdraw(200))); //=> ERR_REFUSED
console.log(await mine.call.withdraw(20)); //=> 80

// A caller waits so long and no longer. What it asked for is not undone.
console.log(await failure(mine.with({ timeout: 20 }).call.audit())); //=> ERR_CALL_TIMEOUT

// Nothing is sent of a value that cannot travel.
const impossible = { amount: () => 1 } as unknown as number;
console.log(await failure(mine.call.withdraw(impossible))); //=> ERR_NOT_SENDABLE

// Any other error ends the actor. Its caller gets that error, later ones learn that it is down.
console.log(await failure(mine.call.withdraw(Number.NaN))); //=> RangeError
console.log(await failure(mine.call.withdraw(1)));
//=> call withdraw: noproc
//=> ERR_ACTOR_DOWN
mine.cast.withdraw(1); //=> cast withdraw: noproc

// Two that would wait for each other for ever are told at once.
const third = await system.spawn(Account, [100], { thread: 1 });
console.log(await failure(third.call.compare(yours))); //=> ERR_CALL_CYCLE

await system.stop();
