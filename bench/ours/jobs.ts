/** The same jobs for one thread or more: main hands them to actors that are spread over them. */

import { type Contender, type Options, playJobs } from "../contender.ts";
import type { Shared } from "../shared.ts";
import { Worker } from "./actors.ts";
import { start } from "./start.ts";

/** Actors of each thread; a job waits for the one before it in its actor. */
const WORKERS_PER_THREAD = 4;

export async function play(options: Options, shared: Shared): Promise<Contender> {
  const threads = options.workers ?? 1;
  const system = await start(threads, options, shared);
  const workers = await Promise.all(
    Array.from({ length: threads * WORKERS_PER_THREAD }, (_, index) =>
      system.spawn(Worker, [], { thread: (index % threads) + 1 }),
    ),
  );
  const run = (seed: number) => {
    const worker = workers[seed % workers.length];
    if (worker === undefined) throw new Error("there is no worker");
    return worker.call.work(seed);
  };
  return { round: () => playJobs(run, options.count) };
}
