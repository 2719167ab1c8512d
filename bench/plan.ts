/**
 * What a plan of benchmarks consists of: rows, and the contenders that are measured for them.
 *
 * One benchmark measures one or more rows in the same rounds (a round of calls measures them one
 * after the other and then a thousand at once). The plans themselves are data: plan-local.ts (one
 * thread), plan-bonds.ts (links, monitors, restarts), plan-threads.ts (several), plan-system.ts
 * (the system as a whole), plan-growth.ts (what becomes of a figure as something grows),
 * plan-protocols.ts (protocols and journals), plan-recovery.ts (a start after an end),
 * plan-savina.ts (whole programs), plan-micro.ts (parts of the runtime by themselves). plans.ts has
 * all of them.
 */

import type { Options } from "./contender.ts";

/** Units, and whether more is better. */
export const UNITS = {
  "msg/s": { more: true },
  "round trips/s": { more: true },
  "calls/s": { more: true },
  "actors/s": { more: true },
  "jobs/s": { more: true },
  "records/s": { more: true },
  "votes/s": { more: true },
  records: { more: true },
  "MB/s": { more: true },
  µs: { more: false },
  ms: { more: false },
  ns: { more: false },
  bytes: { more: false },
  "% of a core": { more: false },
  times: { more: false },
} as const;

export type Unit = keyof typeof UNITS;

/** A figure to reach, or one that is `times` that of a peer in the same run. */
export type Target = number | { readonly times: number; readonly of: string };

/** One contender's figures for one row. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: number;
}

export interface Row {
  /** Where a sample has the figure. */
  readonly key: string;
  /** Unique among all rows; the part of it that stays the same is what `--only` looks for. */
  readonly name: string;
  readonly unit: Unit;
  readonly goal?: Target;
  readonly moonshot?: Target;
  /** One sentence on where the time goes. */
  readonly note: string;
  /** Where the row stands in a chart of growth. */
  readonly growth?: Growth;
}

/** A point of a curve: the figure of `series` where there are `at` of something. */
export interface Growth {
  readonly chart: "actors" | "threads" | "payload";
  readonly series: string;
  readonly at: number;
}

export interface Entry {
  readonly name: string;
  /** Where the program is: a module under bench/, or one under bench/erlang/. */
  readonly host: "node" | "erlang";
  readonly module: string;
  readonly export: string;
  readonly small: Options;
  readonly large: Options;
  /** Fewer rounds than the benchmark has, for contenders that are slow. */
  readonly rounds?: number;
  /** Flags of Node. */
  readonly flags?: readonly string[];
  /** True: may use one core only. */
  readonly pinned?: boolean;
  /** True: shares its process with nobody, at no size. */
  readonly alone?: boolean;
  /** Packages, or modules of Node, without which it is skipped. */
  readonly needs?: readonly string[];
  /** Root of another checkout whose build is to play it (against.ts). */
  readonly tree?: string;
}

/** Rows that are shown together. */
export const GROUPS = ["main", "growth", "savina", "micro"] as const;

export type Group = (typeof GROUPS)[number];

export interface Bench {
  readonly group: Group;
  readonly rows: readonly Row[];
  /** Threads that are busy at once. */
  readonly threads: number;
  readonly rounds: number;
  /** Rounds that are played first and thrown away. */
  readonly warmups: number;
  /** The first is ours. */
  readonly contenders: readonly Entry[];
  /** What each round must answer; undefined: all contenders the same, whatever it is. */
  readonly checksum: (options: Options) => number | undefined;
}

/** A row that is computed from others. */
export interface Derived {
  readonly group: Group;
  readonly row: Row;
  /** Names of the rows; without one of them there is no derived row. */
  readonly of: readonly string[];
  readonly threads: number;
  /** One contender's figure from its figures in the rows of `of`. */
  readonly combine: (figures: readonly Figure[]) => Figure;
}

/** Our column's name. */
export const OURS = "sabeam";
export const ERLANG = "Erlang";

/** Peers that are packages of their own name. */
export const PACKAGES: readonly string[] = ["nact", "comlink", "piscina"];

export const ROUNDS = 7;
export const WARMUPS = 2;

type Sizes = readonly [small: number | Options, large: number | Options];

function entry(name: string, host: Entry["host"], from: string, sizes: Sizes): Entry {
  const [module = "", exported = ""] = from.split(" ");
  const options = (size: number | Options) => (typeof size === "number" ? { count: size } : size);
  return {
    ...{ name, host, module, export: exported },
    ...{ small: options(sizes[0]), large: options(sizes[1]) },
  };
}

/** Our side: `from` is "file export" under bench/ours/. */
export function ours(from: string, ...sizes: Sizes): Entry {
  return entry(OURS, "node", `ours/${from}`, sizes);
}

/** A peer in Node: `from` is "file export" under bench/peers/. */
export function peer(name: string, from: string, ...sizes: Sizes): Entry {
  const made = entry(name, "node", `peers/${from}`, sizes);
  return PACKAGES.includes(name) ? { ...made, needs: [name] } : made;
}

/** Erlang: `from` is "module function" under bench/erlang/. */
export function erlang(from: string, ...sizes: Sizes): Entry {
  return entry(ERLANG, "erlang", from, sizes);
}
