/** Benchmarks of what a node does when it starts again. */

import { type Bench, ours, peer, ROUNDS, WARMUPS } from "./plan.ts";

export const RECOVERY: readonly Bench[] = [
  {
    ...{ group: "main", threads: 1, rounds: ROUNDS, warmups: WARMUPS },
    rows: [
      {
        key: "rate",
        name: "journal recovery",
        unit: "MB/s",
        goal: 200,
        note:
          "Reading, a sum of every byte, a place for each record of 100 B. Beside it: the same " +
          "files, read and not looked at. Both from memory.",
      },
    ],
    checksum: ({ count }) => count,
    contenders: [
      ours("recovery recover", 2_000, 600_000),
      peer("readFileSync", "read files", 2_000, 600_000),
    ],
  },
];
