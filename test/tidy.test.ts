/** The house rules over the whole tree, and each rule on planted text, so that none is blind. */

import { describe, expect, test } from "vitest";
import * as tidy from "./support/tidy.ts";
import { plantedTree, rows } from "./support/tidy-rows.ts";
import { sources } from "./support/tree.ts";

const tree = sources();

/** "path:line", which is enough to say that a rule looked at the right place. */
function places(problems: readonly tidy.Problem[]): string[] {
  return problems.map(({ path, line }) => `${path}:${line}`);
}

function shown(problems: readonly tidy.Problem[]): string[] {
  return problems.map(({ path, line, what }) => `${path}:${line} ${what}`);
}

describe("tree", () => {
  test("the list of files is not empty", () => {
    expect(tree.map(({ path }) => path)).toContain("test/tidy.test.ts");
  });

  for (const source of tree) {
    test(source.path, () => {
      expect(shown(tidy.RULES.flatMap((rule) => rule(source)))).toEqual([]);
    });
  }

  test("every file of a floor is used", () => {
    expect(shown(tidy.orphans(tree))).toEqual([]);
  });
});

describe("rules", () => {
  for (const { name, rule, path, text, lines } of rows) {
    test(`${rule.name}: ${name}`, () => {
      expect(places(rule({ path, text }))).toEqual(lines.map((line) => `${path}:${line}`));
    });
  }

  test("every rule has a row that it finds and a row that it lets pass", () => {
    for (const rule of tidy.RULES) {
      const own = rows.filter((row) => row.rule === rule);
      expect(own.some(({ lines }) => lines.length > 0)).toBe(true);
      expect(own.some(({ lines }) => lines.length === 0)).toBe(true);
    }
  });

  test("orphans: a file counts as used by code or by its URL, not by itself or by a test", () => {
    expect(places(tidy.orphans(plantedTree))).toEqual(["runtime/own.ts:0", "runtime/prose.ts:0"]);
  });
});
