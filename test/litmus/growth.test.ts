/**
 * Goal: threads that die and are replaced leave nothing behind. Method: traffic, births and a death
 * per round; what is held after each round, and the slope of it. That a leak is seen is tested in
 * test/long/growth.test.ts.
 */
import { expect, test } from "vitest";
import { expectFlat, measureGrowth } from "../support/growth.ts";
import { slopeOf } from "../support/slope.ts";

/** Per round, where there are few; the long test has less. */
const NOISE = {
  "heap of main": 10_000,
  "heap of a thread": 12_000,
  "heap of the keeper": 8000,
  rss: 3_000_000,
  fds: 0.9,
  "lanes on main": 0.2,
  "lanes on a thread": 0.2,
};

test("slopes and their bounds", () => {
  expect(slopeOf([1, 3, 5, 7])).toEqual({ perSample: 2, upper: 2 });
  expect(slopeOf([4, 4, 4])).toEqual({ perSample: 0, upper: 0 });
  const { perSample, upper } = slopeOf([10, 12, 11, 15, 13]);
  expect(perSample).toBeCloseTo(0.9, 10);
  expect(upper).toBeCloseTo(0.9 + 2.353 * Math.sqrt(6.7 / 3 / 10), 3);
});

test("rounds of traffic, births and the death of a thread leave nothing behind", {
  timeout: 70_000,
}, async () => {
  const plan = { rounds: 12, warmUp: 4, roundMs: 0, timeoutMs: 60_000 };
  expectFlat(await measureGrowth(plan), NOISE, "perSample");
});
