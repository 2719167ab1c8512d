/**
 * Whole programs after the Savina suite, each beside the same program in Erlang.
 *
 * A program is one line here and three files, named after it: savina/fork-join-create.ts and
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

interface Program {
  readonly name: string;
  readonly small: Sizes;
  readonly large: Sizes;
  /** Threads that its actors are placed on: 1 or 2. */
  readonly threads: number;
  /** One sentence on where the time goes; empty where nothing is known. */
  readonly note: string;
  /** The checksum, where it is cheap to know without doing the work. */
  readonly expect?: (sizes: Sizes) => number;
}

// biome-ignore format: one line for each program
const PROGRAMS: readonly Program[] = [
  { name: "ping-pong", small: { count: 1_000 }, large: { count: 500_000 }, threads: 1, note: "", expect: ({ count }) => count },
  { name: "counting", small: { count: 5_000 }, large: { count: 2_000_000 }, threads: 1, note: "", expect: ({ count }) => count },
];

const ROUNDS = 5;

/** Added to the sizes of every program; the same work in every round and on both sides. */
const SEED = 42;

/** Our time may be at most this share of Erlang's, in the geometric mean. */
const SHARE_MAX = 1 / 1.5;

export const SAVINA: readonly Bench[] = PROGRAMS.map((program) => {
  const { name, threads, note, expect } = program;
  const file = name.replaceAll(" ", "-");
  const row: Row = { key: "ms", name: `Savina ${name}`, unit: "ms", note };
  const [small, large] = [program.small, program.large].map((sizes) => ({ seed: SEED, ...sizes }));
  if (small === undefined || large === undefined) throw new Error(`${name} has two sizes`);
  const mine: Entry = {
    ...{ name: OURS, host: "node", module: `savina/${file}`, export: "run", small, large },
  };
  const theirs = erlang(`savina_${file.replaceAll("-", "_")} run`, small, large);
  return {
    ...{ rows: [row], threads, rounds: ROUNDS, warmups: 1, contenders: [mine, theirs] },
    checksum: (options) => expect?.(options as Sizes),
  };
});

/** The mean of the ratios is the ratio of the means, so this row reads like any other. */
export const SAVINA_DERIVED: readonly Derived[] = [
  {
    row: {
      key: "ms",
      name: `Savina, geometric mean of ${PROGRAMS.length} programs`,
      unit: "ms",
      goal: { times: SHARE_MAX, of: ERLANG },
      note: "",
    },
    of: SAVINA.flatMap(({ rows }) => rows.map(({ name }) => name)),
    threads: THREADS,
    combine: meanFigure,
  },
];
