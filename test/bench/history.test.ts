/** Recorded figures: appended, found again by commit, and never compared across machines. */

import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Result } from "../../bench/harness.ts";
import {
  append,
  figuresAt,
  type Recorded,
  read,
  recordOf,
  thisMachine,
} from "../../bench/history.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "history-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const figure = { median: 123456.7, min: 1, max: 2, rounds: 3 };
const result: Result = {
  row: { key: "rate", name: "a row", unit: "msg/s", note: "" },
  ...{ group: "main", threads: 1, count: 10, checksum: 45 },
  figures: new Map([["sabeam", figure]]),
};

const here = { node: "v20.1.0", arch: "x64", cpu: "2 × One" };
const recorded: Recorded = {
  ...{ name: "a row", count: 10, checksum: 45, value: 7, unit: "msg/s", commit: "abcdef0123" },
  ...{ ...here, date: "2026-01-01T00:00:00.000Z" },
};

test("a line says what was measured, where, when, and at which commit", () => {
  const record = recordOf(result, "abcdef0123+", new Date(0));

  expect(record).toEqual({
    ...{ name: "a row", count: 10, checksum: 45, value: 123500, unit: "msg/s" },
    ...{ commit: "abcdef0123+", ...thisMachine(), date: "1970-01-01T00:00:00.000Z" },
  });
  expect(recordOf({ ...result, figures: new Map() }, "abc", new Date(0))).toBeUndefined();
});

test("lines are only ever appended; what is no figure is named by its line", () => {
  const file = join(folder, "history.jsonl");
  expect(read(file)).toEqual([]);
  append(file, [recorded]);
  const before = readFileSync(file, "utf8");
  append(file, [{ ...recorded, value: 8 }]);

  expect(readFileSync(file, "utf8").startsWith(before)).toBe(true);
  expect(read(file).map(({ value }) => value)).toEqual([7, 8]);
  appendFileSync(file, '{"name":1}\n');
  expect(() => read(file)).toThrow(/^line 3 of .*history\.jsonl is no recorded figure$/);
});

test("the last figure of a commit counts, however short its name is", () => {
  const records = [recorded, { ...recorded, value: 8 }, { ...recorded, commit: "0123abcdef" }];

  for (const name of ["abcdef0123", "abcdef0", "abcdef0123456789"]) {
    expect(figuresAt(name, records, here).get("a row")?.value).toBe(8);
  }
  expect(() => figuresAt("fedcba", records, here)).toThrow("nothing was recorded of fedcba");
});

test("a tree with changes is not its commit", () => {
  const records = [recorded, { ...recorded, commit: "abcdef0123+", value: 8 }];

  expect(figuresAt("abcdef0123", records, here).get("a row")?.value).toBe(7);
});

test.each([{ node: "v22.0.0" }, { arch: "arm64" }, { cpu: "4 × One" }])(
  "figures of another machine are refused: %o",
  (other) => {
    const records = [{ ...recorded, ...other }];

    expect(() => figuresAt("abcdef0123", records, here)).toThrow(
      /^figures of abcdef0123 were recorded on .*, and this is 2 × One \(x64\), Node 20\.1\.0: /,
    );
    expect(figuresAt("abcdef0123", [...records, recorded], here).get("a row")?.value).toBe(7);
  },
);
