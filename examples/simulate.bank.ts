/** Two clerks move money at the same time, and none may be lost: for `npx sabeam sim FILE`. */

import { simulation } from "../actors/sim/index.ts";
import { Account, Clerk } from "./simulate.actors.ts";

const options = {
  threads: 2,
  // Each seed draws faults of its own: here, accounts that are slow for a while.
  faults: { durationMs: 600, actors: ["one", "other"], kinds: { slow: 240 } },
  // A seed brings that much on the average, or the whole run has proved nothing.
  minimum: { messages: 20, completed: 8 },
};

export const bank = (way: "move" | "carelessly") =>
  simulation(options, async (sim) => {
    const { system } = sim;
    const one = await system.spawn(Account, [100], { name: "one", thread: 1 });
    const other = await system.spawn(Account, [100], { name: "other", thread: 2 });
    const work = [1, 2].map(async (thread) => {
      const clerk = await system.spawn(Clerk, [], { thread });
      for (let round = 0; round < 4; round += 1) {
        await sim.sleep(sim.random.int(100)); // virtual: it takes no time
        await clerk.call[way](one, other, 10);
        sim.completed();
      }
    });
    await Promise.all(work);
    const sum = (await one.call.balance()) + (await other.call.balance());
    if (sum !== 200) throw new Error("the bank has lost money, or made some");
  });

export default bank("move");
