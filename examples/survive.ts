/** A mailbox that outlives its thread: what was not handled is, by the next life. */

import { childRef, type Log, startSystem } from "../actors/index.ts";
import { Account, Bank } from "./survive.actors.ts";

const none = (): void => {};
const log: Log = { debug: none, info: none, warn: none, error: none };
const system = await startSystem({ threads: 1, log });
system.deadLetters(({ handler, reason }) => console.log(handler, "is a dead letter:", reason));

const bank = await system.spawn(Bank, [], { thread: 0 });
const account = await childRef(bank, Account, "account");
// Held still, so that all of this waits in its mailbox.
await system.suspend(account);
for (let deposit = 0; deposit < 1000; deposit += 1) account.cast.deposit();
await system.terminateThread(1);

// The same address. Its state began anew, with the thousand that waited.
console.log(await account.call.deposits()); //=> 1000

// This turn ends its thread. It is not run again, and nobody knows how far it got.
await account.call.close().catch(({ handled }) => console.log("handled:", handled));
//=> close is a dead letter: crashed-while-handling
//=> handled: maybe
console.log(await account.call.deposits()); //=> 0
await system.stop();
