/** Benchmarks of one thread. Counts are chosen so that a large round takes 0.1 to 0.5 s. */

import { callsSum, payloadSum } from "./contender.ts";
import { type Bench, erlang, ours, peer, ROUNDS, WARMUPS } from "./plan.ts";

const usual = { group: "main", threads: 1, rounds: ROUNDS, warmups: WARMUPS } as const;

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

const children: Bench = {
  ...usual,
  rows: [
    {
      key: "rate",
      name: "startChild of a dynamic supervisor, same thread",
      unit: "actors/s",
      goal: 0.3e6,
      note: "A third is the collector's: a linked child and what its supervisor knows take 1 kB.",
    },
  ],
  checksum: ({ count }) => count,
  contenders: [
    ours("children dynamic", 500, 100_000),
    erlang("bench_children dynamic", 500, 100_000),
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
      note: "The cell, its state, its ref, and 32 bytes in the directory.",
    },
  ],
  checksum: ({ count }) => count,
  contenders: [
    { ...ours("life memory", 1_000, 100_000), flags: ["--expose-gc"] },
    { ...peer("nact", "nact memory", 1_000, 100_000), flags: ["--expose-gc"] },
    erlang("bench_life memory", 1_000, 100_000),
  ],
};

export const LOCAL: readonly Bench[] = [...cast, pingpong, call, spawned, children, memory];
