/**
 * Goal: a histogram counts exactly, and its percentiles are as near as it says. Method: beside a
 * sorted list of the same values, over many orders of magnitude.
 */

import fc from "fast-check";
import { expect, test } from "vitest";
import { Histogram, LARGE, SMALL } from "../../runtime/histogram.ts";

const PARTS = [0, 1, 10, 50, 90, 99, 99.9, 100];
const ERROR = 1 / 128;

const ordinary = fc.oneof(
  fc.double({ min: SMALL, max: LARGE, maxExcluded: true, noNaN: true }),
  fc.integer({ min: 0, max: 5000 }),
  fc.integer({ min: -19, max: 43 }).map((power) => 2 ** power),
);

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) expect(histogram.record(value)).toBe(true);
  return histogram;
}

function expectNear(histogram: Histogram, values: readonly number[]): void {
  const sorted = values.toSorted((one, other) => one - other);
  for (const part of PARTS) {
    const rank = Math.max(1, Math.ceil((part / 100) * sorted.length));
    const exact = sorted[rank - 1] ?? Number.NaN;
    const told = histogram.percentile(part) ?? Number.NaN;
    expect(Math.abs(told - exact), `p${part}`).toBeLessThanOrEqual(exact * ERROR);
  }
}

test("count, sum, min and max are exact, percentiles within 1/128", () => {
  fc.assert(
    fc.property(fc.array(ordinary, { minLength: 1, maxLength: 60 }), (values) => {
      const histogram = histogramOf(values);
      expect(histogram.count).toBe(values.length);
      expect(histogram.sum).toBe(values.reduce((sum, value) => sum + value, 0));
      expect(histogram.min).toBe(Math.min(...values));
      expect(histogram.max).toBe(Math.max(...values));
      expectNear(histogram, values);
    }),
    { numRuns: 300 },
  );
});

test("each value is in the bucket that has it, and buckets follow each other", () => {
  fc.assert(
    fc.property(ordinary, (value) => {
      const [bucket, ...others] = [...histogramOf([value]).buckets()];
      expect(others).toEqual([]);
      expect(bucket?.from).toBeLessThanOrEqual(value);
      expect(bucket?.to).toBeGreaterThan(value);
      const next = [...histogramOf([bucket?.to ?? Number.NaN]).buckets()][0];
      expect(next?.from).toBe(bucket?.to);
    }),
    { numRuns: 300 },
  );
});

test("merged they are as if all had been recorded in one", () => {
  fc.assert(
    fc.property(fc.array(ordinary), fc.array(ordinary), (one, other) => {
      const merged = histogramOf(one);
      merged.merge(histogramOf(other));
      const whole = histogramOf([...one, ...other]);
      expect([...merged.buckets()]).toEqual([...whole.buckets()]);
      expect({ ...merged.toJSON(), mean: 0 }).toEqual({ ...whole.toJSON(), mean: 0 });
      expect(Math.abs(merged.sum - whole.sum)).toBeLessThanOrEqual(whole.sum * 1e-12);
    }),
    { numRuns: 200 },
  );
});

test("a copy goes its own way; a value may come many times", () => {
  const histogram = histogramOf([1]);
  const copy = histogram.copy();
  expect(copy.record(4, 2)).toBe(true);
  expect(histogram.toJSON()).toMatchObject({ count: 1, max: 1 });
  expect(copy.toJSON()).toMatchObject({ count: 3, min: 1, mean: 3, max: 4 });
});

test("without values there is nothing to tell", () => {
  expect(new Histogram().toJSON()).toEqual({ count: 0 });
  expect([...new Histogram().buckets()]).toEqual([]);
});

test("what is no number from 0 on is not recorded", () => {
  const histogram = new Histogram();
  for (const value of [Number.NaN, -1, Number.POSITIVE_INFINITY, "1" as never]) {
    expect(histogram.record(value), String(value)).toBe(false);
  }
  expect(histogram.count).toBe(0);
});

test("beyond its range: small values count as small, for large ones stands the largest", () => {
  const histogram = histogramOf([0, 1e-9, 1e-300, 1e20, 1e30, 1e40]);
  expect(histogram.count).toBe(6);
  expect(histogram.percentile(50)).toBeLessThan(SMALL);
  expect(histogram.percentile(70)).toBe(1e40);
  expect([...histogram.buckets()].map(({ count }) => count)).toEqual([3, 3]);
});

test.each([-1, 101, Number.NaN])("there is no percentile %d", (part) => {
  expect(() => histogramOf([1]).percentile(part)).toThrow(RangeError);
});

test("a million values take no more room than their spread needs", () => {
  const histogram = new Histogram();
  for (let value = 0; value < 1_000_000; value += 1) histogram.record(value % 4096);
  expect([...histogram.buckets()].length).toBeLessThan(64 * 13);
  expect(histogram.count).toBe(1_000_000);
});
