/** Ping-pong: in one thread, between two, and to a thread that sleeps. */

import type { Ref } from "../../actors/index.ts";
import type { Contender, Options, Sample } from "../contender.ts";
import { secondsSince } from "../contender.ts";
import type { Shared } from "../shared.ts";
import { quantile } from "../statistics.ts";
import { Counter, Ping, type PingProtocol, Pong } from "./actors.ts";
import { ROUND_TIMEOUT_MS, type System, start } from "./start.ts";

export async function local(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(0, options, shared);
  return play([await pair(system, 0, 0)], options);
}

export async function across(options: Options, shared: Shared): Promise<Contender> {
  const pairs = options.pairs ?? 1;
  const system = await start(2 * pairs - 1, options, shared);
  const pings: Ref<PingProtocol>[] = [];
  for (let index = 0; index < pairs; index += 1) {
    pings.push(await pair(system, 2 * index, 2 * index + 1));
  }
  return play(pings, options);
}

async function pair(
  system: System,
  pingThread: number,
  pongThread: number,
): Promise<Ref<PingProtocol>> {
  const pong = await system.spawn(Pong, [], { thread: pongThread });
  const ping = await system.spawn(Ping, [pong], { thread: pingThread });
  pong.cast.join(ping);
  return ping;
}

function play(pings: readonly Ref<PingProtocol>[], options: Options): Contender {
  const round = async (): Promise<Sample> => {
    const begin = performance.now();
    const trips = await Promise.all(
      pings.map((ping) => ping.with({ timeout: ROUND_TIMEOUT_MS }).call.play(options.count)),
    );
    const checksum = trips.reduce((total, count) => total + count, 0);
    return { checksum, values: { rate: checksum / secondsSince(begin) } };
  };
  return { round };
}

/** After this silence both threads sleep in the kernel. */
const SILENCE_MS = 3;
/**
 * Trips without silence for each measured one, so that compiled code is measured; peers likewise.
 */
const WARM_TRIPS = 100;

export async function parked(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(1, options, shared);
  const target = await system.spawn(Counter, [], { thread: 1 });
  const round = async (): Promise<Sample> => {
    const trips: number[] = [];
    for (let index = 0; index < options.count * WARM_TRIPS; index += 1) {
      await target.call.echo(index);
    }
    for (let index = 0; index < options.count; index += 1) {
      await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
      const begin = performance.now();
      await target.call.echo(index);
      trips.push(secondsSince(begin) * 1e6);
    }
    const values = { p50: quantile(trips, 0.5), p99: quantile(trips, 0.99) };
    return { checksum: trips.length, values };
  };
  return { round };
}
