/**
 * Filter bank: samples go through two filters on each of several channels, and the channels are
 * joined again.
 *
 *     producer ⇄ source → branches → delay → filter → sampler → delay → filter → tag → integrator
 *                                   (so for each channel)                                  ↓
 *                                                                                       combiner
 */

import type { Ref, System } from "../../actors/index.ts";
import { Branches, Combiner, Integrator, Producer, Source, Tag } from "./filter-bank.actors.ts";
import { Delay, Filter, Sampler, type Taker } from "./filter-bank-channel.actors.ts";
import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";

const CHANNELS = 8;
/** Samples that a filter looks at. */
const COLUMNS = 64;

/** The checksum is a hash of the joined samples, in their order; `count` is how many there are. */
export const run = program((system, size) => async () => {
  const total = await system.spawn(Total, [1], { thread: 1 });
  const combiner = await system.spawn(Combiner, [total], { thread: 1 });
  const integrator = await system.spawn(Integrator, [CHANNELS, combiner], { thread: 1 });
  const channels = Array.from({ length: CHANNELS }, async (_, index) => {
    const tag = await system.spawn(Tag, [index, integrator], { thread: 1 + (index % 2) });
    return channel(system, index, tag);
  });
  const branches = await system.spawn(Branches, [await Promise.all(channels)], { thread: 2 });
  const source = await system.spawn(Source, [branches], { thread: 2 });
  const producer = await system.spawn(Producer, [size("count"), source], { thread: 2 });
  producer.cast.next();
  return total.with(PATIENT).call.sum();
});

/** A channel from its end to its beginning, on the thread of `end`; with the suite's weights. */
async function channel(system: System, index: number, end: Ref<Taker>): Promise<Ref<Taker>> {
  const weights = (weight: (column: number) => number) =>
    Array.from({ length: COLUMNS }, (_, column) => weight(column));
  const near = { near: end };
  const second = weights((column) => index * column + column * column + column + index);
  const first = weights((column) => index * COLUMNS + column * CHANNELS + column + index + 1);
  let next = await system.spawn(Filter, [second, end], near);
  next = await system.spawn(Delay, [COLUMNS - 1, next], near);
  next = await system.spawn(Sampler, [COLUMNS, next], near);
  next = await system.spawn(Filter, [first, next], near);
  return system.spawn(Delay, [COLUMNS - 1, next], near);
}
