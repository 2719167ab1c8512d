/** Quicksort: a tree of actors that hand parts of a list down and sorted parts up. */

import { Checker, LESS, Sorter } from "./quicksort.actors.ts";
import { Random } from "./random.ts";
import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";

const VALUES = 2 ** 30;

/** The checksum is a hash of the sorted list, in its order. */
export const run = program((system, size) => {
  const random = new Random(size("seed"));
  const values = Int32Array.from({ length: size("count") }, () => random.below(VALUES));
  return async () => {
    const total = await system.spawn(Total, [1], { thread: 1 });
    const checker = await system.spawn(Checker, [total], { near: total });
    const sorter = await system.spawn(Sorter, [checker, LESS, 0], { near: total });
    sorter.cast.sort(values);
    return total.with(PATIENT).call.sum();
  };
});
