/** Bytes from main to an actor of another thread, in messages of one size. */

import { type Contender, type Options, type Sample, secondsSince } from "../contender.ts";
import type { Shared } from "../shared.ts";
import { Counter } from "./actors.ts";
import { ROUND_TIMEOUT_MS, start } from "./start.ts";

export async function across(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(1, options, shared);
  const target = await system.spawn(Counter, [], { thread: 1 });
  const bytes = new Uint8Array(options.bytes ?? 1).fill(1);
  const round = async (): Promise<Sample> => {
    const begin = performance.now();
    for (let index = 0; index < options.count; index += 1) {
      if (!target.cast.bytes(bytes)) await target.ready({ timeout: ROUND_TIMEOUT_MS });
    }
    const checksum = await target.with({ timeout: ROUND_TIMEOUT_MS }).call.take();
    const rate = (options.count * bytes.length) / 1e6 / secondsSince(begin);
    return { checksum, values: { rate } };
  };
  return { round };
}
