/** What supervisors cost: children that are started one after the other. */

import { DynamicSupervisor, defineActor, startChild } from "../../actors/index.ts";
import { type Contender, type Options, type Sample, secondsSince } from "../contender.ts";
import type { Shared } from "../shared.ts";
import { ROUND_TIMEOUT_MS, start } from "./start.ts";

/** A child that does nothing but exist. */
export const Child = defineActor(import.meta.url, "Child", {
  init: (_self, number: number) => ({ number }),
  handlers: {},
});

/** Children of a dynamic supervisor, which are ended together outside of the time. */
export async function dynamic(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(0, options, shared);
  const round = async (): Promise<Sample> => {
    const pool = await system.spawn(DynamicSupervisor, [], { thread: 0 });
    const begin = performance.now();
    for (let index = 0; index < options.count; index += 1) await startChild(pool, Child, [index]);
    const rate = options.count / secondsSince(begin);
    const { active } = await pool.call.countChildren();
    await system.stopActor(pool, { timeout: ROUND_TIMEOUT_MS });
    return { checksum: active, values: { rate } };
  };
  return { round };
}
