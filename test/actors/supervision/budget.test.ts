/** Goal: a budget is missed exactly when a part of its window is over what is allowed. */
import { describe, expect, test } from "vitest";
import {
  Budget,
  type BudgetOptions,
  type Outcome,
  WINDOW_MAX,
  wrongBudget,
} from "../../../actors/supervision/budget.ts";

const good: Outcome = { type: "answered", ms: 10, served: 0, failed: 0 };
const slow: Outcome = { type: "answered", ms: 10.5, served: 0, failed: 0 };
const silent: Outcome = { type: "timeout" };
const error: Outcome = { type: "error", cause: "why" };
const served = (requests: number, failed: number): Outcome => ({
  type: "answered",
  ms: 1,
  served: requests,
  failed,
});

const half = "allowed is a part of 0.5";

test.each<[string, BudgetOptions, Outcome[], string | undefined]>([
  ["good ones", {}, Array(20).fill(good), undefined],
  ["two are too few to decide", {}, [silent, silent], undefined],
  ["as much as is allowed", { least: 2, window: 4 }, [silent, good, good, silent], undefined],
  ["three silent", {}, [silent, silent, silent], `3 of the last 3 probes had no answer, ${half}`],
  ["none is slow unless it is said when", {}, Array(5).fill(slow), undefined],
  ["on time", { latency: 10 }, Array(5).fill(good), undefined],
  [
    "late",
    { latency: 10, slow: 0.2 },
    [good, good, good, good, slow, slow],
    "2 of the last 5 probes took over 10 ms, allowed is a part of 0.2",
  ],
  ["failed probes", {}, [error, error, error], `3 of the last 3 requests failed, ${half}`],
  [
    "failed requests outweigh good probes",
    { errors: 0.1 },
    [good, served(100, 0), served(97, 21)],
    "21 of the last 200 requests failed, allowed is a part of 0.1",
  ],
  ["each part by itself", {}, [silent, slow, error, good], undefined],
  ["a window of one", { window: 1, timeouts: 0 }, [silent], expect.stringContaining("1 of the")],
])("%s", (_what, options, outcomes, expected) => {
  const budget = new Budget(options);
  const told = outcomes.map((outcome) => budget.add(outcome));
  expect(told.at(-1)).toEqual(expected);
  expect(told.slice(0, -1).every((one) => one === undefined)).toBe(true);
});

test("what is out of the window is forgotten", () => {
  const budget = new Budget({ window: 3 });
  for (const outcome of [silent, silent, silent]) budget.add(outcome);
  expect(budget.add(good)).toBeDefined();
  expect(budget.add(good)).toBeUndefined();
});

test("one outcome by itself", () => {
  const budget = new Budget({ latency: 10 });
  expect([good, slow, silent, error].map((one) => budget.isGood(one))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

describe("options", () => {
  test.each([
    {},
    { latency: 1, slow: 0, timeouts: 1, errors: 0.5, window: WINDOW_MAX, least: WINDOW_MAX },
    { window: 1 },
  ])("%j are fine", (options) => expect(wrongBudget(options)).toBeUndefined());

  test.each([
    [7, ""],
    [null, ""],
    [{ latencyMs: 5 }, ""],
    [{ latency: 0 }, "latency"],
    [{ latency: 1.5 }, "latency"],
    [{ slow: -0.1 }, "slow"],
    [{ timeouts: 1.1 }, "timeouts"],
    [{ errors: Number.NaN }, "errors"],
    [{ window: 0 }, "window"],
    [{ window: WINDOW_MAX + 1 }, "window"],
    [{ least: 6 }, "least"],
    [{ window: 2, least: 3 }, "least"],
  ])("%j are not", (options, key) => expect(wrongBudget(options)?.key).toBe(key));
});
