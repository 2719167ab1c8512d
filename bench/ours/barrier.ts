/** One phase of a barrier of a thousand members, half of them on each of two threads. */

import { defineActor, joinProtocol } from "../../actors/index.ts";
import { Barrier, type BarrierClient } from "../../protocols/index.ts";
import { type Contender, type Options, type Sample, secondsSince } from "../contender.ts";
import type { Shared } from "../shared.ts";
import { ROUND_TIMEOUT_MS, start } from "./start.ts";

const MEMBERS = 1000;
const THREADS = 2;
const ID = "all";

/** Arrives for many members, each in a loop of its own. */
const Crew = defineActor(import.meta.url, "Crew", {
  async init(self, thread: number) {
    const joined: Promise<BarrierClient>[] = [];
    for (let member = thread - 1; member < MEMBERS; member += THREADS) {
      joined.push(joinProtocol(self, Barrier, { id: ID, member: `w${member}`, near: self.ref }));
    }
    self.local.members = await Promise.all(joined);
    return {};
  },
  handlers: {
    async pass(self, phases: number) {
      const members = self.local.members as readonly BarrierClient[];
      const loops = members.map(async (member) => {
        for (let phase = 0; phase < phases; phase += 1) await member.arriveAndAwait();
      });
      await Promise.all(loops);
      return phases * members.length;
    },
  },
});

export async function barrier(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(THREADS, options, shared);
  const config = { count: MEMBERS, timeoutMs: ROUND_TIMEOUT_MS };
  await system.protocol(Barrier, { id: ID, config, thread: 1 });
  const crews = await Promise.all([1, 2].map((thread) => system.spawn(Crew, [thread], { thread })));
  const round = async (): Promise<Sample> => {
    const begin = performance.now();
    const passed = await Promise.all(
      crews.map((crew) => crew.with({ timeout: ROUND_TIMEOUT_MS }).call.pass(options.count)),
    );
    const ms = (secondsSince(begin) * 1e3) / options.count;
    return { checksum: passed.reduce((sum, one) => sum + one, 0), values: { ms } };
  };
  return { round };
}
