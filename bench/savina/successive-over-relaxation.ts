/**
 * Successive over-relaxation: a grid of cells, each of which moves towards the mean of its
 * neighbours, over and over. Cells of the two colours of a chessboard take turns.
 */

import { Random } from "./random.ts";
import { PATIENT, program } from "./stage.ts";
import { Half } from "./successive-over-relaxation.actors.ts";
import { Total } from "./total.actors.ts";

const VALUES = 1_000_000;

/** The checksum is the sum of all cells; `count` is the length of the grid's side. */
export const run = program((system, size) => {
  const side = size("count");
  const random = new Random(size("seed"));
  const values = Int32Array.from({ length: side * side }, () => random.below(VALUES));
  const middle = side >> 1;
  return async () => {
    const total = await system.spawn(Total, [side * side], { thread: 1 });
    const upper = await system.spawn(Half, [side, 0, total], { thread: 1 });
    const lower = await system.spawn(Half, [side, middle, total], { thread: 2 });
    const [above, below] = await Promise.all([
      upper.with(PATIENT).call.plant(values.subarray(0, middle * side)),
      lower.with(PATIENT).call.plant(values.subarray(middle * side)),
    ]);
    upper.cast.link([], below.first);
    lower.cast.link(above.last, []);
    return total.with(PATIENT).call.sum();
  };
});
