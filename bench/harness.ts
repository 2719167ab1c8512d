/**
 * Plays one benchmark: starts its contenders, plays their rounds in turn, and compares.
 *
 * Rounds are interleaved (ours, peer A, peer B, ours, …), so that a machine that slows down slows
 * all of them. The figure of a contender is the median of its rounds. Every round, the warm-up
 * included, must answer the expected checksum, or the same as all others where none is expected.
 *
 * What this is not: absolute truth, or an alarm. Figures of two runs or two machines are not
 * comparable; ratios of one run are.
 */

import { join } from "node:path";
import type { Options } from "./contender.ts";
import type { Erlang } from "./erlang.ts";
import { PUBLISHED } from "./files.ts";
import {
  type Bench,
  type Entry,
  type Figure,
  type Group,
  OURS,
  type Row,
  type Target,
  UNITS,
} from "./plan.ts";
import type { Pool } from "./pool.ts";
import { median } from "./statistics.ts";
import type { Launch, Subject } from "./subject.ts";

/** How a run is played. */
export interface Setting {
  readonly size: "small" | "large";
  /** Instead of the rounds of each benchmark. */
  readonly rounds: number | undefined;
  readonly erlang: Erlang | undefined;
  readonly pool: Pool;
  /** False: there is no `taskset` here, so contenders that need it are left out. */
  readonly canPin: boolean;
  /** Packages that are not installed; contenders that need one are left out. */
  readonly missing: ReadonlySet<string>;
}

/** What was found for one row. */
export interface Result {
  readonly row: Row;
  readonly group: Group;
  readonly threads: number;
  /** By the name of the contender; ours is among them. */
  readonly figures: ReadonlyMap<string, Figure>;
  /** Our size, and what our rounds answered; null for rows that are derived from others. */
  readonly count: number | null;
  readonly checksum: number | null;
}

const HOST = join(PUBLISHED, import.meta.url.endsWith(".ts") ? "host.ts" : "host.js");

/** Where the host lies in a checkout that was built. */
const BUILT_HOST = join("dist", "bench", "host.js");

/** A contender failed, hung or answered a wrong checksum. */
export class ContenderFailed extends Error {
  readonly contender: string;

  constructor(contender: string, message: string) {
    super(message);
    this.contender = contender;
  }
}

/** @throws ContenderFailed */
export async function play(bench: Bench, setting: Setting): Promise<Result[]> {
  const entries = bench.contenders.filter((entry) => canRun(entry, setting));
  const players = entries.map((entry): Player => {
    const how = launch(entry, setting);
    return { entry, how, subject: setting.pool.take(how), samples: [] };
  });
  let checksum: number | null;
  try {
    await all(
      players.map(({ entry, how, subject }) =>
        blaming(entry.name, subject.setUp(label(bench, entry), how)),
      ),
    );
    checksum = await playRounds(bench, players, setting);
  } catch (error) {
    await Promise.all(players.map(({ subject }) => subject.close()));
    throw error;
  }
  await all(players.map(({ subject }) => setting.pool.give(subject)));
  const count = bench.contenders[0]?.[setting.size].count ?? null;
  const { group, threads } = bench;
  return bench.rows.map((row) => ({
    ...{ row, group, threads, count, checksum, figures: figures(row, players) },
  }));
}

async function blaming<T>(contender: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new ContenderFailed(contender, (error as Error).message);
  }
}

/** As Promise.all, but when it settles all of them have. */
async function all(promises: readonly Promise<void>[]): Promise<void> {
  for (const one of await Promise.allSettled(promises)) {
    if (one.status === "rejected") throw one.reason;
  }
}

interface Player {
  readonly entry: Entry;
  readonly how: Launch;
  readonly subject: Subject;
  readonly samples: Readonly<Record<string, number>>[];
}

/** Returns what our rounds have answered. */
async function playRounds(
  bench: Bench,
  players: Player[],
  setting: Setting,
): Promise<number | null> {
  const small = setting.size === "small";
  const rounds = setting.rounds ?? (small ? 1 : bench.rounds);
  const warmups = small ? 0 : bench.warmups;
  let first: number | undefined;
  let ours: number | null = null;
  for (let round = -warmups; round < rounds; round += 1) {
    for (const { entry, subject, samples } of players) {
      if (round >= (entry.rounds ?? rounds)) continue;
      const { checksum, values } = await blaming(entry.name, subject.round());
      first ??= checksum;
      const expected = bench.checksum(entry[setting.size]) ?? first;
      if (checksum !== expected) {
        throw new ContenderFailed(
          entry.name,
          `${label(bench, entry)} answered checksum ${checksum} instead of ${expected}: ` +
            "work was lost or done twice, so its figures mean nothing",
        );
      }
      if (entry.name === OURS) ours = checksum;
      if (round >= 0) samples.push(values);
    }
  }
  return ours;
}

function figures(row: Row, players: readonly Player[]): Map<string, Figure> {
  return new Map(
    players.map(({ entry, samples }) => {
      const values = samples.map((sample) => {
        const value = sample[row.key];
        if (value === undefined) throw new Error(`${entry.name} has no figure for ${row.name}`);
        return value;
      });
      const [min, max] = [Math.min(...values), Math.max(...values)];
      return [entry.name, { median: median(values), min, max, rounds: values.length }];
    }),
  );
}

export function canRun(entry: Entry, { erlang, canPin, missing }: Setting): boolean {
  if (entry.host === "erlang" && erlang === undefined) return false;
  if (entry.needs?.some((name) => missing.has(name))) return false;
  return entry.pinned !== true || canPin;
}

function label(bench: Bench, entry: Entry): string {
  return `${entry.name} in "${bench.rows[0]?.name}"`;
}

function launch(entry: Entry, setting: Setting): Launch {
  const options: Options = entry[setting.size];
  if (entry.host === "erlang") {
    if (setting.erlang === undefined) throw new Error("there is no Erlang here");
    return setting.erlang.launch(entry.module, entry.export, options);
  }
  const contender = `${entry.module} ${entry.export} ${JSON.stringify(options)}`;
  const host = entry.tree === undefined ? HOST : join(entry.tree, BUILT_HOST);
  const node = [process.execPath, ...(entry.flags ?? []), host];
  const [command = "", ...args] = entry.pinned === true ? ["taskset", "-c", "0", ...node] : node;
  return { command, args, contender, alone: entry.alone === true };
}

/** The best of the peers. */
export function bestPeer({ row, figures }: Result): [name: string, value: number] | undefined {
  const peers = [...figures].filter(([name]) => name !== OURS);
  const { more } = UNITS[row.unit];
  const ranked = peers.toSorted(([, a], [, b]) =>
    more ? b.median - a.median : a.median - b.median,
  );
  const best = ranked[0];
  return best && [best[0], best[1].median];
}

/** How many times better than `value` ours is; above 1 we are ahead, whatever the unit. */
export function ratio({ row, figures }: Result, value: number): number {
  const ours = figures.get(OURS)?.median ?? Number.NaN;
  return UNITS[row.unit].more ? ours / value : value / ours;
}

/** True if ours reaches the target; undefined if there is none, or its peer was not measured. */
export function reached(result: Result, target: Target | undefined): boolean | undefined {
  const value = targetValue(result, target);
  return value === undefined ? undefined : ratio(result, value) >= 1;
}

/** The figure that a target stands for in this run. */
export function targetValue(result: Result, target: Target | undefined): number | undefined {
  if (typeof target !== "object") return target;
  const of = result.figures.get(target.of)?.median;
  return of === undefined ? undefined : of * target.times;
}
