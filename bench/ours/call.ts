/**
 * Calls: from the program itself (main) to an actor of its own thread and of another, and, where
 * threads are to be short of cores, from one worker thread to another beside that.
 */

import {
  type Contender,
  type Options,
  payload,
  playCalls,
  type Sample,
  secondsSince,
} from "../contender.ts";
import type { Shared } from "../shared.ts";
import { Caller, Counter } from "./actors.ts";
import { ROUND_TIMEOUT_MS, start } from "./start.ts";

export async function local(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(0, options, shared);
  const target = await system.spawn(Counter, [], { thread: 0 });
  return {
    round: () => playCalls((value) => target.call.echo(value), options),
  };
}

export async function across(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(1, options, shared);
  const target = await system.spawn(Counter, [], { thread: 1 });
  return {
    round: () => playCalls((value) => target.call.echo(value), options),
  };
}

/** One call after the other from main to thread 1, and at the same time from 2 to 3, and so on. */
export async function pairs(options: Options, shared: Shared): Promise<Contender> {
  const count = options.pairs ?? 1;
  const system = await start(2 * count - 1, options, shared);
  const target = await system.spawn(Counter, [], { thread: 1 });
  const callers = await Promise.all(
    Array.from({ length: count - 1 }, async (_, index) => {
      const other = await system.spawn(Counter, [], { thread: 2 * index + 3 });
      return system.spawn(Caller, [other], { thread: 2 * index + 2 });
    }),
  );
  const round = async (): Promise<Sample> => {
    const begin = performance.now();
    const others = callers.map((caller) =>
      caller.with({ timeout: ROUND_TIMEOUT_MS }).call.run(options.count),
    );
    let checksum = 0;
    for (let index = 0; index < options.count; index += 1) {
      checksum += await target.call.echo(payload(index));
    }
    for (const sum of others) checksum += await sum;
    return { checksum, values: { rate: (count * options.count) / secondsSince(begin) } };
  };
  return { round };
}
