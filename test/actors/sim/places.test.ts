/** Which places a search need not go to again: those that it has left, and what those cover. */

import { expect, test } from "vitest";
import { Places } from "../../../actors/sim/checkers/places.ts";

test.each<[readonly number[], readonly number[], boolean]>([
  [[], [], true],
  [[], [3], true],
  [[3], [], false],
  [[3], [3], true],
  [[3], [4], false],
  [[3], [2, 3], true],
  [[2, 3], [3], false],
  [[1, 4], [1, 2, 3, 4], true],
  [[1, 5], [1, 2, 3, 4], false],
  [[10], [9, 11], false],
])("after %j was spent in vain, there is no way with %j: %j", (left, used, covered) => {
  const places = new Places();
  places.add([1, 2], "state", left);
  expect(places.has([1, 2], "state", used)).toBe(covered);
  expect(places.has([1], "state", used)).toBe(false);
  expect(places.has([1, 2], "other", used)).toBe(false);
});

test("a state that is a number is not the text of it", () => {
  const places = new Places();
  places.add([12], 3, []);
  expect([places.has([12], 3, []), places.has([12], "3", [])]).toEqual([true, false]);
  expect(places.has([1], "2|n3", [])).toBe(false);
});

test("it forgets rather than grow without bound", () => {
  const places = new Places();
  expect(places.empty).toBe(true);
  const text = "x".repeat(1_000_000);
  for (let index = 0; index < 200; index += 1) places.add([index], text, []);
  expect([places.has([0], text, []), places.has([199], text, [])]).toEqual([false, true]);
});
