/** Goal: what otp.md says is tested: each test that it names exists, and no row is there twice. */

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const ROWS_MIN = 150;
const HEAD = "| Fact | Our test | Ours |";

interface Row {
  readonly fact: string;
  readonly tests: readonly string[];
  readonly note: string;
}

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8");

function rowsOf(text: string): Row[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("|") && line !== HEAD && !line.startsWith("|---"))
    .map((line) => {
      const [fact = "", tests = "", note = "", ...more] = line
        .slice(1, line.lastIndexOf("|"))
        .split("|")
        .map((cell) => cell.trim());
      if (more.length > 0) throw new Error(`more than three cells: ${line}`);
      return { fact, tests: tests === "" ? [] : tests.split("<br>"), note };
    });
}

/** Why a test of the table is none; undefined if it is one. */
function wrong(named: string, sources: Map<string, string>): string | undefined {
  const [, path = "", title = ""] = /^`([^`]+\.test\.ts)` (.+)$/.exec(named) ?? [];
  if (path === "") return `not a file and a title: ${named}`;
  if (!existsSync(fileURLToPath(new URL(path, import.meta.url)))) return `no such file: ${path}`;
  const source = sources.get(path) ?? read(path);
  sources.set(path, source);
  const missing = title.split(" › ").find((part) => !isThere(source, part));
  return missing === undefined ? undefined : `${path} has no "${missing}"`;
}

function isThere(source: string, title: string): boolean {
  return [JSON.stringify(title), `\`${title}\``].some((text) => isTitle(source, text));
}

/** It stands where the title of a test or of a group stands. */
function isTitle(source: string, text: string): boolean {
  for (let at = source.indexOf(text); at >= 0; at = source.indexOf(text, at + 1)) {
    const isFirst = /\(\s*$/.test(source.slice(Math.max(0, at - 40), at));
    if (isFirst && source[at + text.length] === ",") return true;
  }
  return false;
}

const rows = rowsOf(read("./otp.md"));

describe("otp.md", () => {
  test("names tests that exist", () => {
    const sources = new Map<string, string>();
    const problems = rows.flatMap(({ tests }) => tests.map((named) => wrong(named, sources)));
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  });

  test(`has ${ROWS_MIN} facts with a test, and a reason where there is none`, () => {
    expect(rows.filter(({ tests }) => tests.length > 0).length).toBeGreaterThanOrEqual(ROWS_MIN);
    expect(rows.filter(({ tests, note }) => tests.length === 0 && note === "")).toEqual([]);
  });

  test("has every fact once", () => {
    const facts = rows.map(({ fact }) => fact.toLowerCase());
    expect(facts.filter((fact, index) => fact === "" || facts.indexOf(fact) !== index)).toEqual([]);
  });
});

test("a test that is not there, or only mentioned, is noticed", () => {
  const sources = new Map([
    ["actors/exits.test.ts", 'const text = "a title"; test("real", () => {})'],
  ]);
  expect(wrong("`actors/exits.test.ts` real", sources)).toBe(undefined);
  expect(wrong("`actors/exits.test.ts` a title", sources)).toMatch(/has no/);
  expect(wrong("`actors/nowhere.test.ts` real", sources)).toMatch(/no such file/);
  expect(wrong("real", sources)).toMatch(/not a file/);
});
