/**
 * Benchmarks of growth: one figure while the number of actors, of threads or of bytes grows.
 *
 * Each row is a point of a curve (`growth`). The first and the last number of actors are also rows
 * of the main table, since they have goals.
 */

import { type Options, payloadSum } from "./contender.ts";
import { type Bench, type Derived, erlang, type Growth, ours, peer } from "./plan.ts";
import { quotient } from "./statistics.ts";

const usual = { group: "growth", rounds: 5, warmups: 1 } as const;

/** Actors of a row, how people write it, and what a small run makes of it. */
const POPULATIONS = [
  { actors: 10, shown: "10", small: 10 },
  { actors: 100, shown: "100", small: 50 },
  { actors: 1_000, shown: "1 k", small: 100 },
  { actors: 10_000, shown: "10 k", small: 200 },
  { actors: 100_000, shown: "100 k", small: 300 },
  { actors: 1_000_000, shown: "1 M", small: 1_000 },
];

const MAIN = ["10", "1 M"];

const ORDERS = [
  { key: "turn", shown: "in turn" },
  { key: "random", shown: "in random order" },
];

/** The code is that of the row in turn, which takes a twentieth of the time. */
const SCATTERED =
  "Memory: the next actor's ref, its cell and its state are three misses of the cache.";

const population: Bench[] = POPULATIONS.map(({ actors, shown, small }) => ({
  ...usual,
  group: MAIN.includes(shown) ? "main" : "growth",
  threads: 1,
  rows: ORDERS.map((order) => ({
    key: order.key,
    name: `cost of a message, ${shown} actors ${order.shown}`,
    unit: "ns",
    ...(shown === "1 M" ? { goal: 600, moonshot: 400 } : {}),
    note: shown === "1 M" && order.key === "random" ? SCATTERED : "",
    growth: { chart: "actors", series: order.shown, at: actors } satisfies Growth,
  })),
  checksum: ({ count }) => 2 * payloadSum(count),
  contenders: [
    ours("life scale", { count: 2_000, actors: small }, { count: 1_000_000, actors }),
    {
      ...erlang("bench_life scale", { count: 2_000, actors: small }, { count: 1_000_000, actors }),
      rounds: 3,
    },
  ],
}));

/** How much dearer a message is when there are a million actors. */
export const GROWTH_DERIVED: readonly Derived[] = ORDERS.map((order) => ({
  group: "main",
  row: {
    key: "ratio",
    name: `cost of a message, 1 M : 10 actors ${order.shown}`,
    unit: "times",
    goal: 6,
    moonshot: 4,
    note: "Cache misses: a cell, its state and the sender's ref lie in three places.",
  },
  of: ["1 M", "10"].map((actors) => `cost of a message, ${actors} actors ${order.shown}`),
  threads: 1,
  combine: ([above, below]) => quotient(above, below),
}));

/** Starting threads is what a small run costs. */
const fewJobs = (threads: number): Options => ({ count: 100, workers: Math.min(threads, 2) });

/** The same jobs for 1 to 8 threads; more threads than cores can do no more. */
const jobs: Bench[] = [1, 2, 4, 8].map((threads) => ({
  ...usual,
  threads,
  rows: [
    {
      key: "rate",
      name: `jobs of 20 µs over ${threads} ${threads === 1 ? "thread" : "threads"}`,
      unit: "jobs/s",
      note: threads === 1 ? "The jobs themselves; main hands them out on another core." : "",
      growth: { chart: "threads", series: "jobs of 20 µs", at: threads },
    },
  ],
  // Unknown: what so many jobs come to takes as long as a round.
  checksum: () => undefined,
  contenders: [
    ours("jobs play", fewJobs(threads), { count: 10_000, workers: threads }),
    peer("piscina", "piscina jobs", fewJobs(threads), { count: 10_000, workers: threads }),
  ],
}));

const PAYLOADS = [
  { bytes: 16, shown: "16 B", count: 500_000 },
  { bytes: 256, shown: "256 B", count: 250_000 },
  { bytes: 4_096, shown: "4 kB", count: 50_000 },
  { bytes: 65_536, shown: "64 kB", count: 4_000 },
  { bytes: 1_048_576, shown: "1 MB", count: 300 },
];

/** Messages of a small run. */
const FEW = 20;

const payload: Bench[] = PAYLOADS.map(({ bytes, shown, count }) => ({
  ...usual,
  threads: 2,
  rows: [
    {
      key: "rate",
      name: `bytes across threads, ${shown} each`,
      unit: "MB/s",
      note: bytes >= 65_536 ? "Copies: into the ring, out of it, and into the message." : "",
      growth: { chart: "payload", series: "cast", at: bytes },
    },
  ],
  // Each message adds its length and its first byte, which is 1.
  checksum: (options) => options.count * (bytes + 1),
  contenders: [
    ours("payload across", { count: FEW, bytes }, { count, bytes }),
    peer("postMessage", "post-message bytes", { count: FEW, bytes }, { count, bytes }),
  ],
}));

export const GROWTH: readonly Bench[] = [...population, ...jobs, ...payload];
