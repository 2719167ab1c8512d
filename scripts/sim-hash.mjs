/**
 * Prints what some simulations have come to, as one text: the same on every version of Node.
 *
 * Casts, calls and objects between the threads of two nodes, actors that await, timers, random
 * numbers, and drawn faults.
 */

import { createHash } from "node:crypto";
import { defineActor } from "../dist/bundle/actors/index.js";
import { simulate } from "../dist/bundle/actors/sim/index.js";

const SEEDS = 20;
const DURATION_MS = 20_000;

const Walker = defineActor(import.meta.url, "Walker", {
  init: () => ({ steps: 0, seen: [] }),
  handlers: {
    async step(self, others, left) {
      await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 20));
      self.state.steps += 1;
      if (left === 0) return;
      const next = others[Math.floor(self.random() * others.length)];
      next.cast.step(others, left - 1);
      const answer = next
        .with({ timeout: 500 })
        .call.look({ at: Date.now(), by: self.label ?? "" });
      await answer.catch(() => undefined);
    },
    look: (self, facts) => ({ ...facts, steps: self.state.steps }),
  },
});

const hash = createHash("sha256");
for (let seed = 1; seed <= SEEDS; seed += 1) {
  const faults = { durationMs: DURATION_MS, actors: ["walker"] };
  const outcome = await simulate({ seed, nodes: 2, threads: 2, faults }, async (sim) => {
    for (const { system } of sim.nodes.values()) {
      const spawn = (thread, name) => system.spawn(Walker, [], { thread, ...(name && { name }) });
      const walkers = await Promise.all([spawn(1, "walker"), spawn(2), spawn(0)]);
      for (const walker of walkers) walker.cast.step(walkers, 200);
    }
    await sim.sleep(DURATION_MS - sim.now);
  });
  hash.update(JSON.stringify([outcome.hash, outcome.steps, outcome.messages, outcome.ms]));
}
console.log(hash.digest("hex").slice(0, 16));
