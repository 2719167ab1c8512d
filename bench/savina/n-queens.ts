/**
 * N-queens: a master hands boards to workers, which send back boards with one queen more, or, where
 * enough are placed, search on alone and send each solution.
 */

import { Master, Worker } from "./n-queens.actors.ts";
import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";

const WORKERS = 20;

/** The checksum is the sum of a hash of each solution; `count` is the number of queens. */
export const run = program((system, size) => async () => {
  const total = await system.spawn(Total, [1], { thread: 1 });
  const master = await system.spawn(Master, [total], { thread: 1 });
  const spawn = () => system.spawn(Worker, [size("count"), master], { thread: "spread" });
  master.cast.solve(await Promise.all(Array.from({ length: WORKERS }, spawn)));
  return total.with(PATIENT).call.sum();
});
