/** One kind of work for several actors, each with the customers that are its own. */

import { PartitionSupervisor, partitionsOf, startSystem } from "../actors/index.ts";
import { Accounts } from "./partitions.actors.ts";

const system = await startSystem({ threads: 2 });
const supervisor = await system.spawn(PartitionSupervisor, [
  { child: { definition: Accounts }, partitions: 4, withIndex: true },
]);
const accounts = await partitionsOf(Accounts, supervisor);

const customers = Array.from({ length: 100 }, (_, index) => `customer ${index}`);
// Which partition is known from the customer's name alone, here and on every other thread.
for (const customer of customers) accounts.of(customer).cast.add(customer, 10);
console.log(await accounts.of("customer 7").call.add("customer 7", 5)); //=> 15

const all = [0, 1, 2, 3].map((partition) => accounts.of(partition));
const sizes = await Promise.all(all.map((partition) => partition.call.customers()));
console.log(sizes.every((size) => size > 10)); //=> true
console.log(sizes.reduce((sum, size) => sum + size)); //=> 100

// A ref of a partition leads to whoever is there: after a restart, and after a resize.
await accounts.resize(1);
const now = await Promise.all(all.map((partition) => partition.call.customers()));
console.log(now.every((size) => size === sizes[0])); //=> true
await system.stop();
