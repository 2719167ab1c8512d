/**
 * piscina: a pool of worker threads for tasks, here of one thread, since our row uses one too.
 *
 * A task is not a call of an actor (it has no state and no address), but it is what many programs
 * use instead. A worker may hold as many tasks as are in flight, which is twice as fast here as the
 * default of one.
 */

import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import {
  CALLS_IN_FLIGHT,
  type Contender,
  JOBS_IN_FLIGHT,
  type Options,
  playCalls,
  playJobs,
} from "../contender.ts";

const TASK = new URL(
  import.meta.url.endsWith(".ts") ? "./piscina-task.ts" : "./piscina-task.js",
  import.meta.url,
);

/** The workers share what is in flight, as our actors do. */
export async function jobs(options: Options): Promise<Contender> {
  const threads = options.workers ?? 1;
  const pool = new Piscina<number, number>({
    filename: fileURLToPath(TASK),
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: Math.ceil(JOBS_IN_FLIGHT / threads),
  });
  const run = (seed: number) => pool.run(seed, { name: "job" });
  await Promise.all(Array.from({ length: threads }, () => run(0)));
  return { round: () => playJobs(run, options.count), close: () => pool.destroy() };
}

export async function call(options: Options): Promise<Contender> {
  const pool = new Piscina<number, number>({
    filename: fileURLToPath(TASK),
    minThreads: 1,
    maxThreads: 1,
    concurrentTasksPerWorker: CALLS_IN_FLIGHT,
  });
  await pool.run(0);
  return {
    round: () => playCalls((value) => pool.run(value), options),
    close: () => pool.destroy(),
  };
}
