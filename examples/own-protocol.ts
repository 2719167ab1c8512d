/** A protocol of one's own: on threads with a journal, all that may happen, and simulated. */

import { openStore, type System, startSystem } from "../actors/index.ts";
import type { ProtocolScenario } from "../actors/sim/index.ts";
import { checkProtocol, exploreProtocol, simulate } from "../actors/sim/index.ts";
import { Person } from "./own-protocol.actors.ts";
import { Notice, notice } from "./own-protocol.protocol.ts";
import type { NoticeSpec } from "./own-protocol.spec.ts";

const config = { words: "Lunch is ready", readers: ["ann", "bob"], withinMs: 2000 };

// On threads. Each reader is a member, with an actor behind it.
const system = await startSystem({ threads: 2 });
const journal = await openStore(system, { memory: true });
const ann = await system.spawn(Person, [], { name: "ann", thread: 1 });
const bob = await system.spawn(Person, [], { name: "bob", thread: 2 });
const members = { ann: { participant: ann }, bob: { participant: bob } };
const home = await system.protocol(Notice, { id: "lunch", config, journal, members });
console.log(await home.outcome(), await ann.call.heard(), await bob.call.heard());
//=> [] [ 'Lunch is ready' ] [ 'Lunch is ready' ]
await system.stop();
console.log(system.metrics.of("Notice").get("participants")?.max); //=> 2

// The core alone: all that may happen to two members, in all orders, where one of them dies.
const scenario: ProtocolScenario<NoticeSpec> = {
  members: { home: { config: { ...config, readers: ["ann"] } }, ann: {} },
  clients: [{ at: "home", commands: [{ type: "outcome" }] }],
  answers: () => [{ type: "value", value: undefined }],
  durable: true,
};
const { states } = exploreProtocol(notice, { ...scenario, crashes: 1 });
console.log(states > 100); //=> true

// Who says that it has read before that is kept is found, with the way there.
const hasty: typeof notice = {
  ...notice,
  step: (state, event) =>
    notice.step(state, event).map((one) => (one.type === "send" ? { ...one, after: 0 } : one)),
};
try {
  exploreProtocol(hasty, { ...scenario, crashes: 1 });
} catch (error) {
  console.log(String(error).split("\n")[0]);
  //=> ProtocolRefuted: Error: home believes that ann has read
}

// Random runs, where messages are lost and members do not reach each other for a while.
const { runs, lost, partitions } = checkProtocol(notice, { scenario, runs: 200, crashes: 2 });
console.log(runs, lost > 0, partitions > 0); //=> 200 true true

// Shells, actors and the network between three nodes, which loses a third of what is sent.
const nodes = ["a", "b", "c"];
const faults = [{ at: 0, type: "link", from: nodes, to: nodes, lossPercent: 33 }] as const;
const { result } = await simulate({ seed: 1, nodes, threads: 1, faults }, async (sim) => {
  const participant = (system: System, name: string) => system.spawn(Person, [], { name });
  const places = { home: "a", ann: { node: "b", participant }, bob: { node: "c", participant } };
  const group = await sim.protocol(Notice, { id: "lunch", config, members: places });
  return await group.client().outcome();
});
console.log(result); //=> []
