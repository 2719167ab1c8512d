/** Benchmarks of a system as a whole. Counts are samples, or milliseconds of idleness. */

import { type Bench, erlang, ours, peer, WARMUPS } from "./plan.ts";

/** Threads of the systems measured here; each contender has as many workers. */
const THREADS = 2;

const boot: Bench = {
  group: "main",
  rows: [
    {
      key: "boot",
      name: "start of a system of 2 threads",
      unit: "ms",
      goal: 80,
      note: "Two boots in a row: the keeper, then the workers, each of which loads the bundle.",
    },
  ],
  threads: THREADS,
  rounds: 5,
  warmups: 1,
  checksum: ({ count }) => count,
  // It loads the package that is published, beside the modules that all others run.
  contenders: [
    { ...ours("system boot", 1, 5), alone: true },
    peer("worker_threads", "post-message boot", 1, 5),
  ],
};

const simulated: Bench = {
  group: "main",
  rows: [
    {
      key: "rate",
      name: "simulated messages",
      unit: "msg/s",
      goal: 300_000,
      note: "One core: codec, hash, an invariant, async handlers; half of it is promises.",
    },
  ],
  threads: 1,
  rounds: 3,
  warmups: 1,
  checksum: ({ count }) => count,
  contenders: [ours("simulated play", 2_400, 240_000)],
};

const idle: Bench = {
  group: "main",
  rows: [
    {
      key: "cpu",
      name: "idle system of 2 threads",
      unit: "% of a core",
      goal: 0.1,
      note: "The keeper's tick once a second is what remains.",
    },
  ],
  threads: THREADS,
  rounds: 2,
  warmups: 0,
  checksum: () => THREADS,
  contenders: [
    ours("system idle", 60, 3_000),
    peer("worker_threads", "post-message idle", 60, 3_000),
  ],
};

const lateness: Bench = {
  group: "main",
  rows: [
    {
      key: "p99",
      name: "lateness of a timer under a flood, p99",
      unit: "ms",
      goal: 5,
      note: "The event loop gets a turn every 2 ms; what is due is also fired between turns.",
    },
  ],
  threads: THREADS,
  rounds: 5,
  warmups: WARMUPS,
  checksum: ({ count }) => count,
  contenders: [
    ours("system lateness", 5, 100),
    peer("postMessage", "post-message lateness", 5, 100),
    erlang("bench_timers lateness", 5, 100),
  ],
};

export const SYSTEM: readonly Bench[] = [boot, idle, lateness, simulated];
