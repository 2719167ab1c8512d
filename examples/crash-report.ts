/** What the log is told of a crash: what helps to find out why, and nothing confidential. */

import { type Log, startSystem } from "../actors/index.ts";
import { Customer, Till } from "./crash-report.actors.ts";

// Any logger with these methods will do, such as pino. Without one it is lines on stderr.
const silent = (): void => {};
const log: Log = { debug: silent, info: silent, warn: silent, error: print };

interface Report {
  stack?: string;
  recent?: string[];
}

function print({ stack, recent, ...report }: Report, message?: string): void {
  console.log(message);
  for (const [field, value] of Object.entries(report)) {
    if (value !== undefined) console.log(`  ${field}: ${value}`);
  }
  // How long ago, and what; the last of them is the newest.
  console.log(`  recent: ${recent?.at(0)?.replace(/^.* ms +/, "")} …`);
  console.log(`  stack: ${stack?.split("\n").at(0)} …`);
}

const system = await startSystem({ threads: 1, log });
const till = await system.spawn(Till, [500, "secret"], { name: "till 7", label: "by the door" });
const customer = await system.spawn(Customer, [till]);
console.log(await customer.call.pay(20, "1234")); //=> 480

await customer.call.pay(20, "");
await system.stop();
//=> actor crashed
//=>   actor: Till<1.1>
//=>   name: till 7
//=>   label: by the door
//=>   thread: 1
//=>   handler: pay
//=>   reason: RangeError: no PIN
//=>   causes: Error: reader is dirty
//=>   sender: Customer<2.1>
//=>   lastMessage: call pay(number, { owner: string(3), pin: string(0) })
//=>   state: { cash: 480, paid: [20] }
//=>   waiting: 0
//=>   recent: Till<1.1> was spawned from outside …
//=>   stack: RangeError: no PIN …
