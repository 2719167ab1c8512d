/** Casts: in one thread over a thousand actors, and from main to one actor of a worker thread. */

import type { Ref } from "../../actors/index.ts";
import { type Contender, type Options, payload, type Sample, secondsSince } from "../contender.ts";
import type { Shared } from "../shared.ts";
import { type Adder, Counter, Sender } from "./actors.ts";
import { SIXTEEN } from "./sixteen.ts";
import { ROUND_TIMEOUT_MS, type System, start } from "./start.ts";

const ACTORS = 1000;

export async function one(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(0, options, shared);
  const spawn = () => system.spawn(Counter, [], { thread: 0 });
  return sameThread(system, await Promise.all(Array.from({ length: ACTORS }, spawn)), options);
}

export async function sixteen(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(0, options, shared);
  const targets: Ref<Adder>[] = [];
  while (targets.length < ACTORS) {
    for (const definition of SIXTEEN) {
      targets.push(await system.spawn(definition, [], { thread: 0 }));
    }
  }
  return sameThread(system, targets, options);
}

async function sameThread(
  system: System,
  targets: readonly Ref<Adder>[],
  options: Options,
): Promise<Contender> {
  const sender = await system.spawn(Sender, [targets], { thread: 0 });
  const round = async (): Promise<Sample> => {
    const begin = performance.now();
    const checksum = await sender.with({ timeout: ROUND_TIMEOUT_MS }).call.run(options.count, true);
    return { checksum, values: { rate: options.count / secondsSince(begin) } };
  };
  return { round };
}

/**
 * One number in each message; with two pairs of threads, the second pair are two worker threads.
 */
export async function number(options: Options, shared: Shared): Promise<Contender> {
  const pairs = options.pairs ?? 1;
  const system = await start(2 * pairs - 1, options, shared);
  const target = await system.spawn(Counter, [], { thread: 1 });
  const others: Ref<{ run(count: number, collect: boolean): number }>[] = [];
  for (let pair = 1; pair < pairs; pair += 1) {
    const other = await system.spawn(Counter, [], { thread: 2 * pair + 1 });
    others.push(await system.spawn(Sender, [[other]], { thread: 2 * pair }));
  }
  const round = async (): Promise<Sample> => {
    const begin = performance.now();
    const sums = others.map((sender) =>
      sender.with({ timeout: ROUND_TIMEOUT_MS }).call.run(options.count, true),
    );
    for (let index = 0; index < options.count; index += 1) {
      if (!target.cast.add(payload(index))) await target.ready({ timeout: ROUND_TIMEOUT_MS });
    }
    let checksum = await target.with({ timeout: ROUND_TIMEOUT_MS }).call.take();
    for (const sum of sums) checksum += await sum;
    return { checksum, values: { rate: (pairs * options.count) / secondsSince(begin) } };
  };
  return { round };
}

/** An object of four fields in each message. */
export async function object(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(1, options, shared);
  const target = await system.spawn(Counter, [], { thread: 1 });
  const round = async (): Promise<Sample> => {
    const begin = performance.now();
    for (let index = 0; index < options.count; index += 1) {
      const order = { id: index, symbol: "SABM", price: 12.5, amount: payload(index) };
      if (!target.cast.order(order)) await target.ready({ timeout: ROUND_TIMEOUT_MS });
    }
    const checksum = await target.with({ timeout: ROUND_TIMEOUT_MS }).call.take();
    return { checksum, values: { rate: options.count / secondsSince(begin) } };
  };
  return { round };
}

/**
 * Two senders, one on main and one in the thread of the receiver, each with half of the messages.
 */
export async function twoSenders(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(1, options, shared);
  const target = await system.spawn(Counter, [], { thread: 1 });
  const senders = await Promise.all(
    [0, 1].map((thread) => system.spawn(Sender, [[target]], { thread })),
  );
  const half = options.count / 2;
  const round = async (): Promise<Sample> => {
    const begin = performance.now();
    const sums = await Promise.all(
      senders.map((sender) => sender.with({ timeout: ROUND_TIMEOUT_MS }).call.run(half, true)),
    );
    const checksum = sums.reduce((total, sum) => total + sum, 0);
    return { checksum, values: { rate: options.count / secondsSince(begin) } };
  };
  return { round };
}
