/** Fibonacci: a tree of actors, each of which lives for one addition. */

import { Node } from "./fibonacci.actors.ts";
import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";

/** The checksum is the Fibonacci number of `count`. */
export const run = program((system, size) => async () => {
  const total = await system.spawn(Total, [1], { thread: 1 });
  const root = await system.spawn(Node, [total, 0], { near: total });
  root.cast.compute(size("count"));
  return total.with(PATIENT).call.sum();
});
