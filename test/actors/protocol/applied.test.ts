/** Goal: what was applied stays known for as long as it may come again, within its bound. */

import { expect, test } from "vitest";
import {
  ANSWERED_KEPT,
  ANSWERED_MS,
  APPLIED_MAX,
  Applied,
  FORGOTTEN_BATCH,
  UNHEARD_MS,
} from "../../../actors/protocol/applied.ts";

test("what is new is refused while all may come again", () => {
  const applied = new Applied();
  for (let at = 0; at < APPLIED_MAX; at += 1) applied.add(`${at}`);
  expect(applied.hasRoom(0)).toBe(false);
  applied.settle("7", 0, ANSWERED_MS);
  expect(applied.hasRoom(ANSWERED_MS - 1)).toBe(false);
  expect(applied.has("7")).toBe(true);
  expect(applied.hasRoom(2 * ANSWERED_MS)).toBe(true);
  expect([applied.has("7"), applied.has("8")]).toEqual([false, true]);
});

test("the last that were answered are known whatever the time", () => {
  const applied = new Applied();
  for (let at = 0; at < 2 * ANSWERED_KEPT; at += 1) {
    applied.add(`${at}`);
    applied.settle(`${at}`, at, at);
  }
  applied.add("new");
  applied.settle("new", 10 * UNHEARD_MS, 0);
  expect(applied.size).toBe(ANSWERED_KEPT);
  expect(applied.has(`${2 * ANSWERED_KEPT - 1}`)).toBe(true);
});

test("what its client has the answer to is forgotten, and never what waits", () => {
  const applied = new Applied();
  for (const id of ["answered", "waits"]) applied.add(id);
  applied.settle("answered", 0, ANSWERED_MS);
  for (const id of ["answered", "waits", "unknown"]) applied.drop(id);
  expect(applied.ids).toEqual(["waits"]);
});

test("many that are forgotten at once are written little by little", () => {
  const applied = new Applied();
  const ids = Array.from({ length: 3 * FORGOTTEN_BATCH - 1 }, (_, at) => `${at}`);
  for (const id of ids) {
    applied.add(id);
    applied.settle(id, 0, 0);
    applied.drop(id);
  }
  const written = [1, 2, 3].map(() => applied.takeForgotten());
  expect(written.map((batch) => batch?.length)).toEqual([
    FORGOTTEN_BATCH,
    FORGOTTEN_BATCH,
    undefined,
  ]);
  expect(new Set(written.flatMap((batch) => batch ?? [])).size).toBe(2 * FORGOTTEN_BATCH);
});

test("the next life knows what this one knew, and a bit more", () => {
  const [applied, next] = [new Applied(), new Applied()];
  const { length } = Array.from({ length: ANSWERED_KEPT + 5 * FORGOTTEN_BATCH });
  applied.add("waits");
  for (let at = 0; at < length; at += 1) {
    applied.add(`${at}`);
    next.read(`${at}`, applied.takeForgotten());
    applied.settle(`${at}`, at * ANSWERED_MS, at * ANSWERED_MS);
  }
  next.read("waits");
  next.begin(0);
  for (const id of applied.ids) expect(next.has(id)).toBe(true);
  expect(next.size - applied.size).toBeLessThanOrEqual(2 * FORGOTTEN_BATCH);
  // Its clients have a while to come back.
  next.settle("0", UNHEARD_MS - 1, 0);
  expect(next.has("waits")).toBe(true);
});
