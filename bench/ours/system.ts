/** What a system costs as a whole: its start, its idleness, and its timers under a flood. */

import { setTimeout as sleep } from "node:timers/promises";
import { type Contender, type Options, type Sample, secondsSince } from "../contender.ts";
import type { Shared } from "../shared.ts";
import { quantile } from "../statistics.ts";
import { Counter, Ticker } from "./actors.ts";
import { ROUND_TIMEOUT_MS, start } from "./start.ts";

/**
 * A system of two threads from nothing to the first answers of both. It runs the package as it is
 * published, since what a thread loads is most of its start.
 */
export async function boot(options: Options): Promise<Contender> {
  const { startSystem } = await import("sabeam");
  const { Booted } = await import("./booted.ts");
  const spin = options.spin === undefined ? {} : { spin: options.spin };
  const round = async (): Promise<Sample> => {
    const times: number[] = [];
    for (let index = 0; index < options.count; index += 1) {
      const begin = performance.now();
      const system = await startSystem({ threads: 2, development: false, ...spin });
      const refs = [1, 2].map(async (thread) => {
        const ref = await system.spawn(Booted, [], { thread });
        return ref.call.echo(0);
      });
      await Promise.all(refs);
      times.push(performance.now() - begin);
      await system.stop();
    }
    return { checksum: times.length, values: { boot: quantile(times, 0.5) } };
  };
  return { round, close: () => {} };
}

/** What a system of two threads costs that has nothing to do, in per cent of one core. */
export async function idle(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(2, options, shared);
  const refs = await Promise.all([1, 2].map((thread) => system.spawn(Counter, [], { thread })));
  await Promise.all(refs.map((ref) => ref.call.echo(0)));
  const round = async (): Promise<Sample> => {
    await sleep(options.count / 3);
    const before = process.cpuUsage();
    const begin = performance.now();
    await sleep(options.count);
    const used = process.cpuUsage(before);
    const share = (100 * (used.user + used.system)) / 1e6 / secondsSince(begin);
    return { checksum: refs.length, values: { cpu: share } };
  };
  return { round };
}

/** Milliseconds from one timer to the next. */
const TICK_MS = 5;

/** Messages of the flood between two looks at the event loop of main. */
const FLOOD_BATCH = 5000;

/** How late timers of a worker thread are while main floods it with numbers. */
export async function lateness(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(1, options, shared);
  const target = await system.spawn(Counter, [], { thread: 1 });
  const ticker = await system.spawn(Ticker, [], { thread: 1 });
  const round = async (): Promise<Sample> => {
    let late: number[] | undefined;
    const noted = ticker
      .with({ timeout: ROUND_TIMEOUT_MS })
      .call.run(options.count, TICK_MS)
      .then((values) => {
        late = values;
      });
    while (late === undefined) {
      for (let index = 0; index < FLOOD_BATCH; index += 1) {
        if (!target.cast.add(0)) await target.ready({ timeout: ROUND_TIMEOUT_MS });
      }
      await new Promise(setImmediate);
    }
    await noted;
    return { checksum: late.length, values: { p99: quantile(late, 0.99) } };
  };
  return { round };
}
