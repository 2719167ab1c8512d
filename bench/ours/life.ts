/** What actors cost: born, told one thing and gone; idle; and a million of them under load. */

import type { Ref } from "../../actors/index.ts";
import {
  type Contender,
  type Options,
  payload,
  payloadSum,
  type Sample,
  secondsSince,
} from "../contender.ts";
import type { Shared } from "../shared.ts";
import { type Adder, Counter, Once, Sender, type SenderProtocol, Tallied } from "./actors.ts";
import { ROUND_TIMEOUT_MS, start, tallied, tally } from "./start.ts";

/** Spawn, one message, exit: as a program writes it, one after the other. */
export async function spawned(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(0, options, shared);
  const round = async (): Promise<Sample> => {
    tally.sum = 0;
    const begin = performance.now();
    for (let index = 0; index < options.count; index += 1) {
      const child = await system.spawn(Once, [], { thread: 0 });
      child.cast.finish(payload(index));
    }
    await tallied(payloadSum(options.count));
    const rate = options.count / secondsSince(begin);
    return { checksum: tally.sum, values: { rate } };
  };
  return { round };
}

/** Actors that are being spawned at once while a population is built. */
const SPAWN_BATCH = 1000;

/** Bytes of one idle actor, its ref included; all actors of all rounds stay alive. */
export async function memory(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(0, options, shared);
  const actors: unknown[] = [];
  const round = async (): Promise<Sample> => {
    const before = usedBytes();
    for (let left = options.count; left > 0; left -= SPAWN_BATCH) {
      const spawn = () => system.spawn(Counter, [], { thread: 0 });
      const batch = Array.from({ length: Math.min(left, SPAWN_BATCH) }, spawn);
      for (const actor of await Promise.all(batch)) actors.push(actor);
    }
    await new Promise(setImmediate);
    const bytes = (usedBytes() - before) / options.count;
    return { checksum: options.count, values: { bytes } };
  };
  return { round };
}

/** Bytes of the heap and outside of it that survive a collection (needs `--expose-gc`). */
function usedBytes(): number {
  for (let pass = 0; pass < 3; pass += 1) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The smallest directory that a system can have. */
const MAX_ACTORS_MIN = 1024;

/** One sender and very many actors in its thread: each in turn, then in a random order. */
export async function scale(options: Options, shared: Shared): Promise<Contender> {
  const actors = options.actors ?? 1;
  const system = await start(0, options, shared, {
    maxActors: Math.max(MAX_ACTORS_MIN, actors + SPAWN_BATCH),
  });
  const targets: Ref<Adder>[] = [];
  while (targets.length < actors) {
    const spawn = () => system.spawn(Tallied, [], { thread: 0 });
    const batch = Array.from({ length: Math.min(actors - targets.length, SPAWN_BATCH) }, spawn);
    for (const actor of await Promise.all(batch)) targets.push(actor);
  }
  const shuffled = Array.from(
    { length: options.count },
    (_, index) => targets[scatter(index) % actors] as Ref<Adder>,
  );
  const inTurn = await system.spawn(Sender, [targets], { thread: 0 });
  const atRandom = await system.spawn(Sender, [shuffled], { thread: 0 });
  const round = async (): Promise<Sample> => {
    const turn = await load(inTurn, options.count);
    const random = await load(atRandom, options.count);
    return { checksum: turn.sum + random.sum, values: { turn: turn.ns, random: random.ns } };
  };
  return { round };
}

async function load(
  sender: Ref<SenderProtocol>,
  count: number,
): Promise<{ sum: number; ns: number }> {
  tally.sum = 0;
  const begin = performance.now();
  await sender.with({ timeout: ROUND_TIMEOUT_MS }).call.run(count, false);
  await tallied(payloadSum(count));
  return { sum: tally.sum, ns: (secondsSince(begin) * 1e9) / count };
}

/** A number that looks random: an integer hash of `index` (murmur3's last step). */
function scatter(index: number): number {
  let hash = Math.imul(index ^ (index >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
