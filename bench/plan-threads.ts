/**
 * Benchmarks of two threads, and of the same work where threads are short of cores.
 *
 * The last kind compares the runtime with itself: "no spin" is the same program with `spin: false`,
 * and no row may fall below half of it: pinned to one core, with twice as many busy threads as
 * cores, or beside processes that are busy with something else.
 */

import { callsSum, echoSum, type Options, payloadSum } from "./contender.ts";
import { type Bench, type Entry, erlang, ours, peer, ROUNDS, type Row, WARMUPS } from "./plan.ts";

const usual = { group: "main", threads: 2, rounds: ROUNDS, warmups: WARMUPS } as const;

const castNumber: Bench = {
  ...usual,
  rows: [
    {
      key: "rate",
      name: "cast across threads, one number",
      unit: "msg/s",
      goal: 10e6,
      moonshot: 25e6,
      note: "Writing the record on one side; reading it and running the turn on the other.",
    },
  ],
  checksum: ({ count }) => payloadSum(count),
  contenders: [
    ours("cast number", 20_000, 4_000_000),
    peer("postMessage", "post-message cast", 5_000, 400_000),
    erlang("bench_cast across", 20_000, 2_000_000),
  ],
};

const castObject: Bench = {
  ...usual,
  rows: [
    {
      key: "rate",
      name: "cast across threads, object of four fields",
      unit: "msg/s",
      goal: 3e6,
      moonshot: 5e6,
      note: "A third is the sender walking the object; the receiver has time to spare.",
    },
  ],
  checksum: ({ count }) => payloadSum(count),
  contenders: [
    ours("cast object", 10_000, 1_000_000),
    peer("postMessage", "post-message castObject", 5_000, 300_000),
  ],
};

const twoSenders: Bench = {
  ...usual,
  rows: [
    {
      key: "rate",
      name: "cast from 2 senders on 2 threads",
      unit: "msg/s",
      note: "The receiver's thread: it drains, and is itself one of the two senders.",
    },
  ],
  checksum: ({ count }) => 2 * payloadSum(count / 2),
  contenders: [
    ours("cast twoSenders", 20_000, 4_000_000),
    erlang("bench_cast two_senders", 20_000, 2_000_000),
  ],
};

/** The same casts to a mailbox that ends with its thread, in the same run. */
const PLAIN = "plain mailbox";

/** One that survives may cost three times as much, and must do 2 M/s. */
const SURVIVOR_SHARE = 1 / 3;

const survivors: Bench[] = [
  { where: "across threads", from: "Across" },
  { where: "same thread", from: "Within" },
].map(({ where, from }) => ({
  ...usual,
  threads: from === "Across" ? 2 : 1,
  rows: [
    {
      key: "rate",
      name: `cast to a mailbox that survives, ${where}`,
      unit: "msg/s",
      goal: { times: SURVIVOR_SHARE, of: PLAIN },
      moonshot: 2e6,
      note: "The record once more, into the actor's own ring in shared memory.",
    },
  ],
  checksum: ({ count }) => payloadSum(count),
  contenders: [
    ours(`survivor cast${from}`, 5_000, 1_000_000),
    { ...ours(`survivor plain${from}`, 5_000, 1_000_000), name: PLAIN },
  ],
}));

const pingpong: Bench = {
  ...usual,
  rows: [
    {
      key: "rate",
      name: "ping-pong across threads, hot",
      unit: "round trips/s",
      goal: 0.6e6,
      moonshot: 2e6,
      note: "Cache lines that travel between the cores: TAIL, the pending bits, the record, HEAD.",
    },
  ],
  checksum: ({ count }) => count,
  contenders: [
    ours("pingpong across", 1_000, 50_000),
    peer("postMessage", "post-message pingpong", 300, 6_000),
    erlang("bench_pingpong across", 1_000, 50_000),
  ],
};

const parked: Bench = {
  ...usual,
  rows: [
    {
      key: "p50",
      name: "round trip to a parked thread, p50",
      unit: "µs",
      goal: { times: 1.5, of: "postMessage" },
      moonshot: { times: 1, of: "postMessage" },
      note: "Most of it is the kernel waking the other thread; the answer is mostly met by a spin.",
    },
    {
      key: "p99",
      name: "round trip to a parked thread, p99",
      unit: "µs",
      note: "The kernel's scheduler, whenever something else wants the core.",
    },
  ],
  checksum: ({ count }) => count,
  contenders: [
    ours("pingpong parked", 10, 150),
    peer("postMessage", "post-message parked", 10, 150),
    erlang("bench_pingpong parked", 10, 150),
  ],
};

const call: Bench = {
  ...usual,
  rows: [
    {
      key: "sequential",
      name: "call across threads, sequential",
      unit: "calls/s",
      goal: 0.4e6,
      moonshot: 1.2e6,
      note: "As ping-pong, and on main a promise, a microtask and a tick per call.",
    },
    {
      key: "flight",
      name: "call across threads, 1000 in flight",
      unit: "calls/s",
      goal: 1.2e6,
      moonshot: 4e6,
      note: "On main: promises, request objects and their garbage; records go in batches.",
    },
  ],
  checksum: callsSum,
  contenders: [
    ours("call across", { count: 500, flight: 3_000 }, { count: 30_000, flight: 500_000 }),
    peer(
      "comlink",
      "comlink call",
      { count: 200, flight: 1_000 },
      { count: 4_000, flight: 20_000 },
    ),
    peer(
      "piscina",
      "piscina call",
      { count: 200, flight: 1_000 },
      { count: 4_000, flight: 20_000 },
    ),
    erlang("bench_call across", { count: 500, flight: 3_000 }, { count: 50_000, flight: 100_000 }),
  ],
};

/** The share of the figure without spinning that a row must keep. */
const SHARE_MIN = 0.5;

const NO_SPIN = "no spin";

/** Where threads are short of cores, and what that asks of a contender. */
const PLACES = {
  "one core": { pinned: true, pairs: 1, neighbours: 0 },
  "4 busy threads": { pinned: false, pairs: 2, neighbours: 0 },
  "2 busy neighbours": { pinned: false, pairs: 1, neighbours: 2 },
} as const;

type Place = keyof typeof PLACES;

const CROWDED_NOTE =
  "Waking threads that must wait for a core; the peer is ourselves without spinning.";

/** Two contenders of the same work: as it is, and forbidden to spin. */
function againstNoSpin(row: Omit<Row, "goal" | "note">, place: Place, entry: Entry): Bench {
  const { pinned, pairs, neighbours } = PLACES[place];
  const sized = (spin: boolean): Entry => ({
    ...{ ...entry, pinned, name: spin ? entry.name : NO_SPIN },
    small: { ...entry.small, pairs, neighbours, ...(spin ? {} : { spin }) },
    large: { ...entry.large, pairs, neighbours, ...(spin ? {} : { spin }) },
  });
  const goal = { times: SHARE_MIN, of: NO_SPIN };
  return {
    ...{
      rows: [{ ...row, name: `${row.name}, ${place}`, goal, note: CROWDED_NOTE }],
      ...{ group: "main", threads: 2 * pairs },
    },
    ...{ rounds: ROUNDS, warmups: 1, contenders: [sized(true), sized(false)] },
    checksum: (options) => pairs * crowdSum(row.unit, options),
  };
}

/** What one pair answers. */
function crowdSum(unit: Row["unit"], options: Options): number {
  if (unit === "round trips/s") return options.count;
  return unit === "msg/s" ? payloadSum(options.count) : echoSum(options.count);
}

const crowded: Bench[] = (Object.keys(PLACES) as Place[]).flatMap((place) => [
  againstNoSpin(
    { key: "rate", name: "cast across threads", unit: "msg/s" },
    place,
    ours("cast number", 10_000, 1_000_000),
  ),
  againstNoSpin(
    { key: "rate", name: "ping-pong across threads", unit: "round trips/s" },
    place,
    ours("pingpong across", 200, 5_000),
  ),
  againstNoSpin(
    { key: "rate", name: "call across threads", unit: "calls/s" },
    place,
    ours("call pairs", 200, 5_000),
  ),
]);

export const THREADS: readonly Bench[] = [
  ...[castNumber, castObject, twoSenders, ...survivors, pingpong, parked, call],
  ...crowded,
];
