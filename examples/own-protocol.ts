/** A protocol of one's own: on threads with a journal, all that may happen, and simulated. */

import { openStore, startSystem } from "../actors/index.ts";
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

// All of it, shells and actors too, in virtual time: home gives up after two seconds of that.
const { result, ms } = await simulate({ seed: 1, threads: 2 }, async (sim) => {
  const home = await sim.system.protocol(Notice, { id: "lunch", config, members: { ann: {} } });
  return await home.outcome();
});
console.log(result, ms > 2000); //=> [ 'ann', 'bob' ] true
