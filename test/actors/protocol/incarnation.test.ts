/** Goal: lives are in order, whatever the clock does, and what was lost shows. */

import { expect, test, vi } from "vitest";
import { incarnationOf, isSuccessor, keeps } from "../../../actors/protocol/incarnation.ts";

const LIFE_MAX = 2 ** 32 - 1;
const begins = (startedAtMs: number, nowMs: number): number =>
  incarnationOf(
    { host: { settings: { startedAtMs }, thread: { env: { now: () => nowMs } } } } as never,
    undefined,
  );

test("lives of a log are in order, and exact to the last", () => {
  const lives = [1, 2, 3, LIFE_MAX - 1, LIFE_MAX].map((life) => keeps(life, 0xffff_ffff));
  expect(lives.toSorted((one, other) => one - other)).toEqual(lives);
  expect(lives.every(Number.isSafeInteger)).toBe(true);
  expect(keeps(LIFE_MAX, 7) - keeps(LIFE_MAX, 6)).toBe(2);
});

test("another journal is another one, whatever its lives", () => {
  expect(isSuccessor(keeps(1, 7), keeps(9, 7))).toBe(true);
  expect(isSuccessor(keeps(1, 7), keeps(9, 8))).toBe(false);
  expect(isSuccessor(keeps(1, 7), begins(Date.now(), 5))).toBe(false);
  expect(isSuccessor(begins(Date.now(), 5), keeps(1, 7))).toBe(false);
  expect(isSuccessor(begins(1e12, 5), begins(2e12, 5))).toBe(true);
});

test("who keeps nothing is ordered by the system's own clock, and systems by their starts", () => {
  const year2100 = 4_102_444_800_000;
  // Nobody asks the wall clock any more: it has been set back.
  vi.spyOn(Date, "now").mockReturnValue(0);
  expect(begins(year2100, 0.002)).toBeGreaterThan(begins(year2100, 0.001));
  expect(begins(year2100, 0)).toBeGreaterThan(begins(year2100 - 10, 9));
  expect(Number.isSafeInteger(begins(year2100, 1e9))).toBe(true);
  vi.restoreAllMocks();
});
