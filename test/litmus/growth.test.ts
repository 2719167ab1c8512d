/**
 * Goal: a slope is judged by how sure it is. What it is used for, what is held after many deaths of
 * threads, is measured in test/long/growth.test.ts.
 */
import { expect, test } from "vitest";
import { slopeOf } from "../support/slope.ts";

test("slopes and their bounds", () => {
  expect(slopeOf([1, 3, 5, 7])).toEqual({ perSample: 2, upper: 2 });
  expect(slopeOf([4, 4, 4])).toEqual({ perSample: 0, upper: 0 });
  const { perSample, upper } = slopeOf([10, 12, 11, 15, 13]);
  expect(perSample).toBeCloseTo(0.9, 10);
  expect(upper).toBeCloseTo(0.9 + 2.353 * Math.sqrt(6.7 / 3 / 10), 3);
});
