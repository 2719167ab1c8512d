/** Goal: what was pressed is what is read, however the bytes arrive. Method: a table, and cuts. */

import { expect, test } from "vitest";
import { Keys } from "../../cli/keys.ts";

test.each([
  ["q", ["q"]],
  ["qS/", ["q", "S", "/"]],
  ["\x03", ["ctrl-c"]],
  [" \r\x7f", ["space", "enter", "backspace"]],
  ["\x1b[A\x1b[B", ["up", "down"]],
  ["\x1bOA", ["up"]],
  ["\x1b[5~\x1b[6~", ["page-up", "page-down"]],
  ["\x1b[H\x1b[1~\x1b[F\x1b[4~", ["home", "home", "end", "end"]],
  ["ä取🦊", ["ä", "取", "🦊"]],
  ["\x1b[15~x", ["x"]],
  ["\x1b[1;5Cx", ["x"]],
  ["\x00\x01x", ["x"]],
  ["\x1bx", ["escape", "x"]],
])("%j is %j", (bytes, expected) => {
  expect(new Keys().read(bytes)).toEqual(expected);
});

test("a sequence that is cut anywhere is the same key", () => {
  for (const sequence of ["\x1b[A", "\x1b[6~", "\x1b[15~", "\x1bOF"]) {
    const whole = new Keys().read(`a${sequence}z`);
    for (let cut = 1; cut < sequence.length; cut += 1) {
      const keys = new Keys();
      const parts = [`a${sequence.slice(0, cut)}`, `${sequence.slice(cut)}z`];
      expect(parts.flatMap((part) => keys.read(part))).toEqual(whole);
    }
  }
});

test("Escape is a key when nothing follows it, and half a sequence is none", () => {
  const keys = new Keys();
  expect([keys.read("\x1b"), keys.waits, keys.flush(), keys.waits]).toEqual([
    ...[[], true, ["escape"], false],
  ]);
  expect([keys.read("\x1b["), keys.flush(), keys.read("q")]).toEqual([[], [], ["q"]]);
});

test("a paste has a bound, and so has what is kept of a sequence", () => {
  const keys = new Keys();
  expect(keys.read("x".repeat(10_000)).length).toBeLessThanOrEqual(256);
  keys.read(`\x1b[${"1;".repeat(100)}`);
  expect(keys.waits).toBe(false);
});
