/** What a run of many seeds has come to, and whether that is enough. */

import type { Coverage, Minimum } from "../../actors/sim/index.ts";
import type { Failed, Passed } from "./orders.ts";

export type Amount = keyof Coverage;

/** In the order in which they are shown. */
export const AMOUNTS: readonly (readonly [amount: Amount, name: string])[] = [
  ["messages", "messages"],
  ["partitions", "partitions"],
  ["crashes", "crashes"],
  ["restarts", "restarts"],
  ["storeFaults", "store faults"],
  ["completed", "completed instances"],
  ["virtualMs", "virtual hours"],
];

export const HOUR_MS = 3_600_000;

/** The sums over seeds. Those that failed count as seeds, and cover nothing. */
export interface Sums {
  readonly seeds: number;
  readonly failed: number;
  readonly coverage: Coverage;
  /** Real milliseconds that jobs were at it. */
  readonly busyMs: number;
}

export const NOTHING: Sums = {
  seeds: 0,
  failed: 0,
  coverage: {
    ...{ messages: 0, partitions: 0, crashes: 0, restarts: 0, storeFaults: 0 },
    ...{ completed: 0, virtualMs: 0 },
  },
  busyMs: 0,
};

export class Tally {
  #sums: Sums;

  constructor(before: Sums = NOTHING) {
    this.#sums = before;
  }

  get sums(): Sums {
    return this.#sums;
  }

  add(report: Passed | Failed): void {
    const { seeds, failed, coverage, busyMs } = this.#sums;
    const passed = report.type === "passed";
    this.#sums = {
      seeds: seeds + 1,
      failed: failed + (passed ? 0 : 1),
      coverage: passed ? sumOf(coverage, report.coverage) : coverage,
      busyMs: busyMs + report.busyMs,
    };
  }
}

function sumOf(one: Coverage, other: Coverage): Coverage {
  const sums = AMOUNTS.map(([amount]) => [amount, one[amount] + other[amount]]);
  return Object.fromEntries(sums) as { [Name in Amount]: number };
}

/** Of those that passed: the others end early, and cover nothing. */
export function perSeed({ seeds, failed, coverage }: Sums, amount: Amount): number {
  const passed = seeds - failed;
  return passed === 0 ? 0 : coverage[amount] / passed;
}

/** Turns of actors in a second of one job. */
export function speedOf({ coverage, busyMs }: Sums): number {
  return busyMs === 0 ? 0 : (coverage.messages * 1000) / busyMs;
}

export interface Missed {
  readonly amount: Amount;
  readonly least: number;
  readonly got: number;
}

/** What the seeds have not brought on the average, although the program says that they must. */
export function missed(sums: Sums, minimum: Minimum): Missed[] {
  return AMOUNTS.flatMap(([amount]) => {
    const least = minimum[amount];
    const got = perSeed(sums, amount);
    return least === undefined || got >= least ? [] : [{ amount, least, got }];
  });
}
