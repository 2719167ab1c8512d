/** Agents vote on a new learning rate, while one of them dies, and the one who counts with it. */

import { type Log, openStore, startSystem } from "../actors/index.ts";
import { Ballot } from "../protocols/index.ts";
import { Agent } from "./ballot.actors.ts";

const none = (): void => {};
const log: Log = { debug: none, info: none, warn: none, error: none };
const system = await startSystem({ threads: 2, log });

const agent = (name: string, rateMax: number, thinkMs: number, thread: number) =>
  system.spawn(Agent, [{ name, rateMax, thinkMs }], { name, thread });
const ada = await agent("ada", 0.01, 0, 1);
const bob = await agent("bob", 0.005, 100, 1);
const cleo = await agent("cleo", 0.001, 60_000, 2);

const ballot = await system.protocol(Ballot, {
  id: "learning-rate",
  config: {
    proposal: { learningRate: 0.003 },
    electorate: ["ada", "bob", "cleo"],
    approval: { atLeast: "3/5" },
  },
  // Whoever counts, counts on thread 2, and keeps what was voted.
  thread: 2,
  journal: await openStore(system, { memory: true }),
  members: {
    ada: { participant: ada, thread: 1 },
    bob: { participant: bob, thread: 1 },
    cleo: { participant: cleo, thread: 2 },
  },
});
await system.terminateThread(2);

// Two of three are enough, so nobody waits for the third.
const outcome = await ballot.outcome();
console.log(outcome.type, outcome.closedBy, outcome.participation.members); //=> accepted votes 2
for (const { choice, weight } of outcome.tallies) console.log(choice, weight);
//=> accept 2
//=> reject 0
//=> abstain 0
for (const { member, rationale } of await ballot.audit()) console.log(member, rationale);
//=> ada I would go up to 0.01
//=> bob I would go up to 0.005

// The outcome is one for ever. What comes later is told so.
const late = await ballot.vote("reject", { member: "cleo" });
console.log(late.type); //=> closed
await system.stop();
