/** Benchmarks of protocols: their shells, their journals, and the protocols themselves. */

import { type Bench, type Entry, ours, ROUNDS, WARMUPS } from "./plan.ts";

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

const ballots: Bench[] = [
  {
    ...usual,
    threads: 2,
    rows: [
      {
        key: "rate",
        name: "ballot: votes, from clients on two threads",
        unit: "votes/s",
        goal: 100_000,
        note: "A command to the member that counts, a receipt, and whether it is decided.",
      },
    ],
    checksum: ({ count }) => count,
    contenders: [ours("ballot clerks", 200, 20_000)],
  },
  {
    ...usual,
    threads: 2,
    rows: [
      {
        key: "rate",
        name: "ballot: votes, of a thousand members on two threads",
        unit: "votes/s",
        note: "Seven messages for each: opening, question, answer, vote, receipt, outcome, seen.",
      },
    ],
    checksum: ({ count }) => count,
    contenders: [ours("ballot votes", 200, 2_000)],
  },
];

/** The same store over a database, for Nodes that have one. */
const database = (program: string, small: number, large: number): Entry => ({
  ...ours(program, small, large),
  name: "node:sqlite",
  needs: ["node:sqlite"],
});

const journals: Bench[] = [
  {
    ...usual,
    rows: [
      {
        key: "rate",
        name: "journal: records of 100 B, 1000 in flight",
        unit: "records/s",
        goal: 300_000,
        note: "Half of them wait while a file takes and syncs the other half.",
      },
    ],
    checksum: ({ count }) => count,
    contenders: [
      ours("journal flood", 2_000, 200_000),
      database("journal floodDatabase", 2_000, 200_000),
    ],
  },
  {
    ...usual,
    rows: [
      {
        key: "batch",
        name: "journal: records per fsync round, 64 writers",
        unit: "records",
        goal: 32,
        note: "Writers that wait for one another's sync are in the next one together.",
      },
      {
        key: "ms",
        name: "journal: an fsync round, 64 writers",
        unit: "ms",
        note: "The sync of the disk, and a third of a millisecond around it.",
      },
    ],
    checksum: ({ count }) => count,
    contenders: [
      ours("journal group", 640, 12_800),
      database("journal groupDatabase", 640, 12_800),
    ],
  },
];

const barrier: Bench = {
  ...usual,
  threads: 2,
  rows: [
    {
      key: "ms",
      name: "barrier of 1 000 members, one phase",
      unit: "ms",
      goal: 5,
      note: "Half of them on each of two threads; each is asked by a client of its own.",
    },
  ],
  checksum: ({ count }) => 1_000 * count,
  contenders: [ours("barrier barrier", 5, 200)],
};

export const PROTOCOLS: readonly Bench[] = [shell, ...journals, ...ballots, barrier];
