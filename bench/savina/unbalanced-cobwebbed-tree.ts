/**
 * Unbalanced cobwebbed tree: nodes ask the root whether they may have children, tell their parents,
 * and, when the tree has stopped growing, do unequal pieces of work on the way down.
 */

import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";
import { Root } from "./unbalanced-cobwebbed-tree.actors.ts";

/** The checksum is the sum of what all nodes computed; `count` is the tree's greatest height. */
export const run = program((system, size) => async () => {
  const total = await system.spawn(Total, [1], { thread: 1 });
  const root = await system.spawn(Root, [size("count"), total], { thread: 1 });
  root.cast.grow(size("seed"));
  return total.with(PATIENT).call.sum();
});
