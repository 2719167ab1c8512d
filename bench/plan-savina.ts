/**
 * Whole programs after the Savina suite, each beside the same program in Erlang.
 *
 * A program is one entry here and three files, named after it: savina/fork-join-create.ts and
 * savina/fork-join-create.actors.ts, and erlang/savina_fork_join_create.erl. Both sides get the
 * same sizes and the same cores (two threads, two schedulers), and must answer the same checksum,
 * which both compute from the work. Large sizes are chosen so that a round takes the slower side
 * 0.1 to 0.5 s.
 *
 * Source: Imam and Sarkar, "Savina – An Actor Benchmark Suite", AGERE! 2014.
 */

import { THREADS } from "./contender.ts";
import { type Bench, type Derived, type Entry, ERLANG, erlang, OURS, type Row } from "./plan.ts";
import { meanFigure } from "./statistics.ts";

/** What a program is told: `count` is its main size; the others have names of their own. */
interface Sizes {
  readonly count: number;
  readonly [size: string]: number;
}

interface More {
  /** The checksum, where it is cheap to know without doing the work. */
  readonly expect?: (sizes: Sizes) => number;
  /** One sentence on where the time goes. */
  readonly note?: string;
}

/** Threads: how many of the two its actors are placed on. */
const program = (name: string, threads: 1 | 2, small: Sizes, large: Sizes, more: More = {}) => ({
  ...{ name, threads, small, large, ...more },
});

const itself = ({ count }: Sizes): number => count;
const twice = ({ count }: Sizes): number => 2 * count;
const byEach = ({ count, actors = 0 }: Sizes): number => count * actors;

const PROGRAMS: readonly ReturnType<typeof program>[] = [
  program("ping-pong", 1, { count: 1_000 }, { count: 500_000 }, { expect: itself }),
  program("counting", 1, { count: 5_000 }, { count: 2_000_000 }, { expect: itself }),
  program("thread ring", 1, { count: 1_000, actors: 10 }, { count: 1_000_000, actors: 100 }),
  program(
    "fork-join create",
    2,
    { count: 200 },
    { count: 100_000 },
    { note: "A spawn's two promises and its context, and collecting what each of them leaves." },
  ),
  program("fork-join throughput", 2, { count: 50, actors: 8 }, { count: 10_000, actors: 60 }),
  program(
    "chameneos",
    1,
    { count: 500, actors: 10 },
    { count: 200_000, actors: 100 },
    { expect: twice },
  ),
  program("big", 1, { count: 50, actors: 10 }, { count: 5_000, actors: 120 }),
  program(
    "concurrent dictionary",
    1,
    { count: 100, actors: 4, keys: 100 },
    { count: 10_000, actors: 20, keys: 10_000 },
  ),
  program("concurrent sorted list", 1, { count: 100, actors: 4 }, { count: 2_000, actors: 20 }),
  program(
    "producer-consumer",
    2,
    { count: 20, producers: 4, consumers: 4, buffer: 5, steps: 10 },
    { count: 500, producers: 40, consumers: 40, buffer: 50, steps: 100 },
  ),
  program(
    "philosophers",
    1,
    { count: 100, actors: 5 },
    { count: 10_000, actors: 20 },
    { expect: byEach },
  ),
  program("sleeping barber", 1, { count: 100, chairs: 10 }, { count: 20_000, chairs: 1_000 }),
  program("cigarette smokers", 1, { count: 200, actors: 10 }, { count: 50_000, actors: 200 }),
  program("logistic map", 2, { count: 100, series: 4 }, { count: 20_000, series: 10 }),
  program(
    "bank transaction",
    1,
    { count: 500, actors: 20 },
    { count: 50_000, actors: 1_000 },
    { note: "A fifth is collecting, a sixth the context that each async handler carries." },
  ),
  program(
    "fibonacci",
    2,
    { count: 10 },
    { count: 25 },
    {
      note: "A third is collecting, since half of all nodes live at once; then births and deaths.",
    },
  ),
  program("quicksort", 2, { count: 5_000 }, { count: 400_000 }),
  program("radix sort", 2, { count: 200 }, { count: 50_000 }),
  program("sieve", 2, { count: 3_000 }, { count: 60_000 }),
  program("n-queens", 2, { count: 6 }, { count: 12 }),
  program("trapezoidal", 2, { count: 2_000 }, { count: 1_000_000 }),
  program(
    "pi precision",
    2,
    { count: 100 },
    { count: 10_000 },
    { note: "Division of long numbers, which travel between threads as text, one by one." },
  ),
  program("successive over-relaxation", 2, { count: 10 }, { count: 80 }),
  program("filter bank", 2, { count: 300 }, { count: 10_000 }),
  program(
    "unbalanced cobwebbed tree",
    2,
    { count: 2 },
    { count: 6 },
    {
      note: "A third is collecting, since all nodes live at once; then requests that carry a ref.",
    },
  ),
  program("all-pairs shortest path", 2, { count: 100 }, { count: 300 }),
  program("a-star", 2, { count: 10 }, { count: 60 }),
];

const ROUNDS = 5;
/** Much of a whole program is compiled only after it has run twice. */
const WARMUPS = 3;

/** Added to the sizes of every program; the same work in every round and on both sides. */
const SEED = 42;

/** Our time may be at most this share of Erlang's, in the geometric mean. */
const SHARE_MAX = 1 / 1.5;

export const SAVINA: readonly Bench[] = PROGRAMS.map((one) => {
  const { name, threads, note = "", expect } = one;
  const file = name.replaceAll(" ", "-");
  const row: Row = { key: "ms", name: `Savina ${name}`, unit: "ms", note };
  const small = { seed: SEED, ...one.small };
  const large = { seed: SEED, ...one.large };
  const mine: Entry = {
    ...{ name: OURS, host: "node", module: `savina/${file}`, export: "run", small, large },
  };
  const theirs = erlang(`savina_${file.replaceAll("-", "_")} run`, small, large);
  return {
    ...{
      group: "savina",
      rows: [row],
      threads,
      rounds: ROUNDS,
      warmups: WARMUPS,
      contenders: [mine, theirs],
    },
    checksum: (options) => expect?.(options as Sizes),
  };
});

/** The mean of the ratios is the ratio of the means, so this row reads like any other. */
export const SAVINA_DERIVED: readonly Derived[] = [
  {
    group: "savina",
    row: {
      key: "ms",
      name: "Savina, geometric mean of all",
      unit: "ms",
      goal: { times: SHARE_MAX, of: ERLANG },
      note: "",
    },
    of: SAVINA.flatMap(({ rows }) => rows.map(({ name }) => name)),
    threads: THREADS,
    combine: meanFigure,
  },
];
