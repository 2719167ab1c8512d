/**
 * A* search: a master and workers look for the cheapest path between opposite corners of a cube.
 *
 * The suite's workers share the grid; actors share nothing, so here each worker owns some layers of
 * it. A worker explores the most promising of its nodes, up to a limit, and sends what leads into
 * other layers to the master, which passes it on and counts what is under way.
 */

import { Master, Worker } from "./a-star.actors.ts";
import { Random } from "./random.ts";
import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";

const WORKERS = 10;
const COSTS = 4;

/**
 * The checksum is the path's cost and those of the ways to all nodes that had to be explored;
 * `count` is the length of the cube's side, a multiple of the number of workers.
 */
export const run = program((system, size) => {
  const side = size("count");
  const random = new Random(size("seed"));
  const costs = Uint8Array.from({ length: side ** 3 }, () => random.below(COSTS) + 1);
  const share = side ** 3 / WORKERS;
  return async () => {
    const total = await system.spawn(Total, [1 + WORKERS], { thread: 1 });
    const master = await system.spawn(Master, [total], { thread: 1 });
    const workers = Array.from({ length: WORKERS }, (_, index) => {
      const own = costs.subarray(index * share, (index + 1) * share);
      return system.spawn(Worker, [index, side, own, master, total], { thread: 1 + (index % 2) });
    });
    master.cast.search(await Promise.all(workers));
    return total.with(PATIENT).call.sum();
  };
});
