/**
 * Pi precision: a master hands the terms of a series for pi to workers, until they no longer
 * matter.
 *
 * Source of the series: Bailey, Borwein and Plouffe, "On the rapid computation of various
 * polylogarithmic constants", Mathematics of Computation 66, 1997.
 */

import { Master, Worker } from "./pi-precision.actors.ts";
import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";

const WORKERS = 20;

/** The checksum is pi to `count` decimal places, modulo a prime. */
export const run = program((system, size) => async () => {
  const total = await system.spawn(Total, [1], { thread: 1 });
  const master = await system.spawn(Master, [size("count"), total], { thread: 1 });
  const spawn = () => system.spawn(Worker, [master], { thread: "spread" });
  master.cast.compute(await Promise.all(Array.from({ length: WORKERS }, spawn)));
  return total.with(PATIENT).call.sum();
});
