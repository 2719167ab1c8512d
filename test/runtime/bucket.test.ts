/** Goal: never more than the burst at once, never more than the rate in the long run. */
import { expect, test } from "vitest";
import { Bucket } from "../../runtime/bucket.ts";

const taken = (bucket: Bucket, now: number, tries: number): number =>
  Array.from({ length: tries }, () => bucket.take(now)).filter(Boolean).length;

test("at once, after a while, after a long while", () => {
  const bucket = new Bucket({ burst: 20, perSecond: 10 });
  expect(taken(bucket, 5, 1000)).toBe(20);
  expect(taken(bucket, 104, 10)).toBe(0);
  expect(taken(bucket, 105, 10)).toBe(1);
  expect(taken(bucket, 1105, 1000)).toBe(10);
  expect(taken(bucket, 1e9, 1000)).toBe(20);
});

test("in small steps it gives the same as in one", () => {
  const bucket = new Bucket({ burst: 4, perSecond: 8 });
  let count = 0;
  for (let now = 0; now <= 10_000; now += 0.5) count += taken(bucket, now, 2);
  expect(count).toBe(4 + 80);
});

test("one that lets nothing through is refused", () => {
  expect(() => new Bucket({ burst: 0, perSecond: 1 })).toThrow("must let something through");
  expect(() => new Bucket({ burst: 1, perSecond: 0 })).toThrow("must let something through");
});
