/** Benchmarks of protocols: their shells, their journals, and the protocols themselves. */

import { type Bench, ours, ROUNDS, WARMUPS } from "./plan.ts";

const usual = { group: "main", threads: 1, rounds: ROUNDS, warmups: WARMUPS } as const;

const shell: Bench = {
  ...usual,
  rows: [
    {
      key: "us",
      name: "protocol shell, beside a plain message",
      unit: "µs",
      goal: 2,
      note: "Finding the peer by its name, checking whom and what to believe, the event.",
    },
  ],
  checksum: ({ count }) => count,
  contenders: [ours("shell overhead", 2_000, 400_000)],
};

export const PROTOCOLS: readonly Bench[] = [shell];
