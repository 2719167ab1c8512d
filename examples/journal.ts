/** Deposits that are there again after the process: each is answered once it is durable. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childRef, openStore, type StoreOptions, startSystem } from "../actors/index.ts";
import { Account, Bank } from "./journal.actors.ts";

const folder = await mkdtemp(join(tmpdir(), "bank-"));

/** A system with a store, and an account that keeps its deposits there. */
async function open(options: StoreOptions) {
  const system = await startSystem({ threads: 1 });
  const store = await openStore(system, options);
  const bank = await system.spawn(Bank, [store]);
  return { system, store, account: await childRef(bank, Account, "account") };
}

const today = await open({ folder });
const deposits = [10, 20, 30].map((amount) => today.account.call.deposit(amount));
console.log(await Promise.all(deposits)); //=> [ 10, 30, 60 ]
const { records, commits } = await today.store.call.counts();
console.log(records, "records,", commits <= 3 ? "as many fsyncs at most" : "too many");
//=> 3 records, as many fsyncs at most
await today.system.stop();

const tomorrow = await open({ folder });
console.log(await tomorrow.account.call.sum()); //=> 60
await tomorrow.system.stop();
await rm(folder, { recursive: true });
