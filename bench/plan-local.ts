/** Benchmarks of one thread. Counts are chosen so that a large round takes 0.1 to 0.5 s. */

import { callsSum, payloadSum } from "./contender.ts";
import { type Bench, type Derived, erlang, ours, peer, ROUNDS, WARMUPS } from "./plan.ts";
import { quotient } from "./statistics.ts";

const usual = { threads: 1, rounds: ROUNDS, warmups: WARMUPS };

const cast: Bench[] = (["one", "sixteen"] as const).map((exported) => ({
  ...usual,
  rows: [
    {
      key: "rate",
      name: `cast, same thread, ${exported === "one" ? "1 definition" : "16 definitions"}`,
      unit: "msg/s",
      goal: exported === "one" ? 20e6 : 12e6,
      moonshot: exported === "one" ? 35e6 : 22e6,
      note:
        exported === "one"
          ? "A third is putting into mailboxes, a fifth taking out, a tenth making their rings."
          : "",
    },
  ],
  checksum: ({ count }) => payloadSum(count),
  contenders: [
    ours(`cast ${exported}`, 20_000, 4_000_000),
    peer("nact", "nact cast", 5_000, 200_000),
    erlang("bench_cast same", 20_000, 4_000_000),
  ],
}));

const pingpong: Bench = {
  ...usual,
  rows: [
    {
      key: "rate",
      name: "ping-pong, same thread",
      unit: "round trips/s",
      goal: 8e6,
      moonshot: 14e6,
      note: "The handlers, the ready queue, and one place in the cell instead of a ring.",
    },
  ],
  checksum: ({ count }) => count,
  contenders: [
    ours("pingpong local", 5_000, 2_000_000),
    peer("nact", "nact pingpong", 1_000, 100_000),
    erlang("bench_pingpong same", 5_000, 500_000),
  ],
};

const call: Bench = {
  ...usual,
  rows: [
    {
      key: "sequential",
      name: "call, same thread, sequential",
      unit: "calls/s",
      goal: 3e6,
      moonshot: 5e6,
      note: "No single place: making the promise and the request is the largest, a seventh.",
    },
    {
      key: "flight",
      name: "call, same thread, 1000 in flight",
      unit: "calls/s",
      goal: 4e6,
      moonshot: 7e6,
      note: "Promises and request objects, and collecting them.",
    },
  ],
  checksum: callsSum,
  contenders: [
    ours("call local", { count: 2_000, flight: 4_000 }, { count: 500_000, flight: 1_000_000 }),
    peer("nact", "nact call", { count: 500, flight: 2_000 }, { count: 50_000, flight: 20_000 }),
    erlang("bench_call same", { count: 2_000, flight: 4_000 }, { count: 200_000, flight: 200_000 }),
  ],
};

const spawned: Bench = {
  ...usual,
  rows: [
    {
      key: "rate",
      name: "spawn + one message + exit, same thread",
      unit: "actors/s",
      goal: 0.4e6,
      moonshot: 1e6,
      note: "Two thirds go to weak references to the dead and to the collector that follows them.",
    },
  ],
  checksum: ({ count }) => payloadSum(count),
  contenders: [
    ours("life spawned", 1_000, 200_000),
    peer("nact", "nact spawned", 500, 50_000),
    erlang("bench_life spawned", 1_000, 200_000),
  ],
};

const memory: Bench = {
  ...usual,
  rounds: 3,
  warmups: 0,
  rows: [
    {
      key: "bytes",
      name: "memory of an idle actor",
      unit: "bytes",
      goal: 1000,
      moonshot: 400,
      note: "The cell, its state, and 32 bytes in the directory; refs and facades only when used.",
    },
  ],
  checksum: ({ count }) => count,
  contenders: [
    { ...ours("life memory", 1_000, 100_000), flags: ["--expose-gc"] },
    { ...peer("nact", "nact memory", 1_000, 100_000), flags: ["--expose-gc"] },
    erlang("bench_life memory", 1_000, 100_000),
  ],
};

/** Actors of a row, how people write it, and what a small run makes of it. */
const POPULATIONS = [
  { actors: 10, shown: "10", small: 10 },
  { actors: 1_000, shown: "1 k", small: 100 },
  { actors: 100_000, shown: "100 k", small: 300 },
  { actors: 1_000_000, shown: "1 M", small: 1_000 },
];

const ORDERS = [
  { key: "turn", shown: "in turn" },
  { key: "random", shown: "in random order" },
];

/** The code is that of the row in turn, which takes a twentieth of the time. */
const SCATTERED = "Memory: half of it is the sender reaching the ref and facade of the next actor.";

const scale: Bench[] = POPULATIONS.map(({ actors, shown, small }) => ({
  ...usual,
  rounds: 5,
  warmups: 1,
  rows: ORDERS.map((order) => ({
    key: order.key,
    name: `cost of a message, ${shown} actors ${order.shown}`,
    unit: "ns",
    ...(shown === "1 M" ? { goal: 600, moonshot: 400 } : {}),
    note: shown === "1 M" && order.key === "random" ? SCATTERED : "",
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

export const LOCAL: readonly Bench[] = [...cast, pingpong, call, spawned, memory, ...scale];

/** How much dearer a message is when there are a million actors. */
export const LOCAL_DERIVED: readonly Derived[] = ORDERS.map((order) => ({
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
