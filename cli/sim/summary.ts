/** Summary: what a run of many seeds says at its end, as lines and as an object. */

import type { Minimum } from "../../actors/sim/index.ts";
import type { Style } from "../style.ts";
import { amountText, clock, duration, whole } from "./amounts.ts";
import type { Ending } from "./fleet.ts";
import type { FailedSeed } from "./orders.ts";
import { AMOUNTS, type Missed, missed, perSeed, type Sums, speedOf } from "./tally.ts";

export interface Result {
  readonly ending: Ending;
  readonly sums: Sums;
  /** Of all runs. */
  readonly all: Sums;
  readonly minimum: Minimum;
  readonly tookMs: number;
  readonly jobs: number;
  readonly state: string;
  readonly failed: readonly (FailedSeed & { readonly trace: string | undefined })[];
}

/** Seeds are enough, and none failed. */
export function passes({ sums, minimum }: Result): boolean {
  return sums.failed === 0 && sums.seeds > 0 && missed(sums, minimum).length === 0;
}

const ENDINGS: { readonly [Name in Ending]: string } = {
  done: "",
  time: "; the time was up",
  failures: "; too many failed to go on",
  stopped: "; stopped",
};

export function summary(result: Result, style: Style): string[] {
  const { ending, sums, all, tookMs, jobs, state } = result;
  const failed = sums.failed === 0 ? "none failed" : style.bad(`${whole(sums.failed)} failed`);
  const took = `in ${clock(tookMs)} on ${jobs} ${jobs === 1 ? "job" : "jobs"}`;
  return [
    `${style.strong(`${whole(sums.seeds)} seeds`)}, ${failed}, ${took}${ENDINGS[ending]}`,
    "",
    ...table(result, style),
    "",
    `${whole(speedOf(sums))} messages per second and core`,
    style.faint(
      `all runs: ${whole(all.seeds)} seeds, ${duration(all.coverage.virtualMs)} (${state})`,
    ),
    ...shortfall(result, style),
  ];
}

function table({ sums, all, minimum }: Result, style: Style): string[] {
  const rows = AMOUNTS.map(([amount, name]) => {
    const least = minimum[amount];
    const cells = [sums.coverage[amount], perSeed(sums, amount), least, all.coverage[amount]];
    return [name, ...cells.map((value) => (value === undefined ? "" : amountText(amount, value)))];
  });
  const lines = [["", "this run", "a seed", "at least", "all runs"], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  );
  return lines.map((cells, index) => {
    const line = cells.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return index === 0 ? style.faint(line.join("   ").trimEnd()) : line.join("   ");
  });
}

function shortfall({ ending, sums, minimum }: Result, style: Style): string[] {
  if (ending === "stopped") return [];
  if (sums.seeds === 0) return [style.bad("no seed came to its end")];
  return missed(sums, minimum).map((one) => style.bad(missedText(one)));
}

function missedText({ amount, least, got }: Missed): string {
  const name = AMOUNTS.find(([one]) => one === amount)?.[1] ?? amount;
  const [there, wanted] = [amountText(amount, got), amountText(amount, least)];
  return `too few ${name}: ${there} a seed, and the minimum is ${wanted}`;
}

/** For programs. */
export function summaryObject(result: Result): object {
  const { ending, sums, all, minimum, tookMs, jobs, state, failed } = result;
  return {
    ok: passes(result),
    ...{ ending, seeds: sums.seeds, coverage: sums.coverage },
    ...{ minimum, missed: missed(sums, minimum) },
    ...{ tookMs: Math.round(tookMs), jobs, messagesPerSecondAndCore: Math.round(speedOf(sums)) },
    failed: failed.map(({ seed, what, report, command, trace }) => {
      return { seed, what, report, command, trace: trace ?? null };
    }),
    all: { seeds: all.seeds, failed: all.failed, coverage: all.coverage, state },
  };
}
