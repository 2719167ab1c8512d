/** Benchmarks of what holds actors together: links, monitors, restarts, and of what comes back. */

import { type Bench, erlang, ours, ROUNDS, WARMUPS } from "./plan.ts";

const usual = { group: "main", threads: 1, rounds: ROUNDS, warmups: WARMUPS } as const;

const ties: Bench = {
  ...usual,
  rows: [
    {
      key: "link",
      name: "link + unlink, same thread",
      unit: "ns",
      goal: 1000,
      note: "An entry at either end, made and taken out.",
    },
    {
      key: "watch",
      name: "monitor + demonitor, same thread",
      unit: "ns",
      goal: 1000,
      note: "A number, its place in the table of the thread, and an entry at the target.",
    },
  ],
  checksum: ({ count }) => 2 * count,
  contenders: [ours("bonds ties", 1_000, 500_000), erlang("bench_bonds ties", 1_000, 500_000)],
};

const restarts: Bench = {
  ...usual,
  rows: [
    {
      key: "us",
      name: "crash → restarted child handles a message",
      unit: "µs",
      goal: 60,
      moonshot: 10,
      note: "The report of the crash, and the promises of a spawn.",
    },
  ],
  checksum: ({ count }) => count,
  contenders: [ours("bonds restarts", 100, 10_000), erlang("bench_bonds restarts", 100, 10_000)],
};

/** Who supervises the ten thousand, and how that is written in the row's name. */
const GROUPS = [
  { exported: "dynamic", shown: "" },
  { exported: "supervised", shown: ", of 100 static supervisors" },
  { exported: "partitioned", shown: ", partitions" },
];

const lost: Bench[] = GROUPS.map(({ exported, shown }) => ({
  ...usual,
  threads: 2,
  rounds: 5,
  rows: [
    {
      key: "ms",
      name: `thread lost with 10 000 actors → all back${shown}`,
      unit: "ms",
      ...(shown === "" ? { goal: 150, moonshot: 40 } : {}),
      note:
        shown === ""
          ? "10 to 20 until the death is known; then both cores: births, restarts, compiling."
          : "",
    },
  ],
  checksum: ({ count }) => count,
  contenders: [ours(`lost ${exported}`, 100, 10_000)],
}));

export const BONDS: readonly Bench[] = [ties, restarts, ...lost];
