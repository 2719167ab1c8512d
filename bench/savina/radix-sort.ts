/**
 * Radix sort: a pipeline of sorters, one for each bit. Numbers whose bit is 0 pass at once, the
 * others when all have come.
 */

import type { Ref } from "../../actors/index.ts";
import { Checker, Sorter, Source, type Taker } from "./radix-sort.actors.ts";
import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";

const BITS = 28;

/** The checksum is a hash of the sorted numbers, in their order. */
export const run = program((system, size) => async () => {
  const count = size("count");
  const total = await system.spawn(Total, [1], { thread: 1 });
  let next: Ref<Taker> = await system.spawn(Checker, [count, total], { thread: 2 });
  for (let bit = BITS - 1; bit >= 0; bit -= 1) {
    // Each half of the pipeline has a thread of its own.
    const thread = bit < BITS / 2 ? 1 : 2;
    next = await system.spawn(Sorter, [count, bit, next], { thread });
  }
  const source = await system.spawn(Source, [size("seed"), BITS, next], { thread: 1 });
  source.cast.send(count);
  return total.with(PATIENT).call.sum();
});
