/** Goal: columns line up whatever names hold. Method: tables; what was clipped is measured. */

import { expect, test } from "vitest";
import { clip, pad, widthOf } from "../../cli/width.ts";

test.each([
  ["", 0],
  ["Zähler", 6],
  ["取引所", 6],
  ["한글", 4],
  ["ｱｲｳ", 3],
  ["Ａ", 2],
  ["🦊", 2],
  ["👩‍👩‍👧", 2],
  ["🇩🇪", 2],
  ["❤️", 2],
  ["e\u0301", 1],
  ["a\u200bb", 2],
  ["─│└├", 4],
])("%j takes %i columns", (text, columns) => {
  expect(widthOf(text)).toBe(columns);
});

test.each([
  ["short", 10, "short"],
  ["exactly 10", 10, "exactly 10"],
  ["longer than ten", 10, "longer th…"],
  ["取引所取引所", 7, "取引所…"],
  ["取引所取引所", 6, "取引…"],
  ["取引所", 6, "取引所"],
  ["取引", 1, "…"],
  ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
  ["any", 0, ""],
  ["any", -3, ""],
])("%j in %i columns is %j", (text, columns, expected) => {
  expect(clip(text, columns)).toBe(expected);
  expect(widthOf(clip(text, columns))).toBeLessThanOrEqual(Math.max(0, columns));
});

test("a cell has exactly the columns it was given", () => {
  for (const text of ["", "a", "取引所取引所", "🦊🦊🦊", "e\u0301", "mixed 取引 text"]) {
    for (let columns = 0; columns < 12; columns += 1) {
      expect(widthOf(pad(text, columns)), `${text} in ${columns}`).toBe(columns);
      expect(widthOf(pad(text, columns, "right"))).toBe(columns);
    }
  }
  expect(pad("7", 3, "right")).toBe("  7");
});
