/** Medians, means and ratios: which way is up, for rates and for times. */

import { describe, expect, test } from "vitest";
import { bestPeer, type Result, ratio, reached } from "../../bench/harness.ts";
import type { Figure } from "../../bench/plan.ts";
import { SAVINA_DERIVED } from "../../bench/plan-savina.ts";
import { measured } from "../../bench/report.ts";
import { geometricMean, meanFigure, median, quantile, quotient } from "../../bench/statistics.ts";

describe("figures", () => {
  const figure = (value: number): Figure => ({ median: value, min: value, max: value, rounds: 7 });
  const result = (unit: Result["row"]["unit"], figures: Readonly<{ [name: string]: number }>) => ({
    row: { key: "rate", name: "a row", unit, goal: 10, note: "" },
    ...{ group: "main" as const, threads: 1, count: 1, checksum: 1 },
    figures: new Map(Object.entries(figures).map(([name, value]) => [name, figure(value)])),
  });

  test("for a rate the best peer has most, and a ratio above 1 means that we have more", () => {
    const row = result("msg/s", { sabeam: 12, slow: 3, quick: 8 });

    expect(bestPeer(row)).toEqual(["quick", 8]);
    expect(ratio(row, 8)).toBe(1.5);
    expect(reached(row, 10)).toBe(true);
    expect(reached(row, 13)).toBe(false);
    expect(measured(row)).toMatchObject({ ours: 12, peers: { slow: 3, quick: 8 }, ratioBest: 1.5 });
  });

  test("for a latency it is the other way round", () => {
    const row = result("µs", { sabeam: 12, slow: 30, quick: 6 });

    expect(bestPeer(row)).toEqual(["quick", 6]);
    expect(ratio(row, 6)).toBe(0.5);
    expect(reached(row, 13)).toBe(true);
    expect(reached(row, { times: 2, of: "quick" })).toBe(true);
    expect(reached(row, { times: 1.5, of: "quick" })).toBe(false);
    expect(reached(row, { times: 1, of: "not measured" })).toBeUndefined();
  });

  test("medians and quantiles", () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(quantile([4, 1, 3, 2], 0.99)).toBe(4);
    expect(quantile([7], 0.01)).toBe(7);
  });

  test("the quotient of two figures has the widest spread that theirs allow", () => {
    const above = { median: 8, min: 6, max: 10, rounds: 5 };
    const below = { median: 4, min: 2, max: 5, rounds: 3 };

    expect(quotient(above, below)).toEqual({ median: 2, min: 6 / 5, max: 5, rounds: 3 });
    expect(() => quotient(above, undefined)).toThrow("two figures");
  });

  test("the geometric mean of ratios is the ratio of the geometric means", () => {
    expect(geometricMean([2, 8])).toBeCloseTo(4, 12);
    const [ours, theirs] = [[10, 40, 5].map(figure), [20, 20, 40].map(figure)];
    const row = result("ms", {
      sabeam: meanFigure(ours).median,
      Erlang: meanFigure(theirs).median,
    });

    expect(ratio(row, row.figures.get("Erlang")?.median ?? 0)).toBeCloseTo(
      geometricMean([2, 0.5, 8]),
      12,
    );
    expect(SAVINA_DERIVED.map((derived) => reached(row, derived.row.goal))).toEqual([true]);
  });

  test("the goal of the programs is 1.5 times Erlang", () => {
    const goal = SAVINA_DERIVED[0]?.row.goal;

    expect(reached(result("ms", { sabeam: 100, Erlang: 151 }), goal)).toBe(true);
    expect(reached(result("ms", { sabeam: 100, Erlang: 149 }), goal)).toBe(false);
  });
});
