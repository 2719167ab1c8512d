/** What threads write and read at the same time: ranges of slots, and counts. Needs dist/. */

import { beforeAll, expect, test } from "vitest";
import { runFixture } from "../support/children.ts";

interface Facts {
  ranges: { taken: number; different: number; capacity: number; wrong: number };
  races: { taken: number; different: number };
  counts: Record<"reads" | "torn" | "back" | "different" | "counted" | "seen", number>;
}

let facts: Facts;

beforeAll(async () => {
  ({ facts } = await runFixture<Facts>("shared-words.mjs"));
}, 30_000);

test("four threads that take all slots at once take each of them once", () => {
  const { taken, different, capacity, wrong } = facts.ranges;
  expect([taken, different, wrong]).toEqual([capacity, capacity, 0]);
});

test("two threads that take a range in the same moment get different ones", () => {
  expect(facts.races).toEqual({ taken: 200, different: 200 });
});

test("counts are read whole while they change, and none is missing afterwards", () => {
  const { reads, torn, back, different, counted, seen } = facts.counts;
  expect([torn, back, seen]).toEqual([0, 0, counted]);
  expect(Math.min(reads, counted)).toBeGreaterThan(1000);
  expect(different).toBeGreaterThan(10);
});
