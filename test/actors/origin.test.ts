/** When two copies of a definition are the same code: each row one pair. */

import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { Blueprint } from "../../actors/define.ts";
import { type Copy, isRewritten, isSameCode, originOf, stampOf } from "../../actors/origin.ts";

const folder = mkdtempSync(join(tmpdir(), "sabeam-origin-"));
const path = join(folder, "a b.actors.js");
const url = pathToFileURL(path).href;
const TEXT = "init: () => ({}), handlers: { add: (self, by) => by }";
writeFileSync(path, TEXT);
afterAll(() => rmSync(folder, { recursive: true }));

/** A definition as its file has it, or with another text for its handler. */
function copy(own: Partial<Blueprint> = {}, text = "(self, by) => by"): Blueprint {
  const behaviour = { name: undefined, handlers: [], bits: [0], texts: [text, ""] };
  const rest = { init: written("() => ({})"), names: ["add"], behaviours: [behaviour] };
  return { url, name: "A", ...rest, hash: "1", stamp: stampOf(url), ...own } as never;
}

/** A function that reads like this; the compiler of this test would write it in its own way. */
function written(text: string): () => unknown {
  const call = () => ({});
  call.toString = () => text;
  return call;
}

const REWRITTEN = "__vi_import_0__.add";
const rewritten = copy({ hash: "2" }, REWRITTEN);
const published = (blueprint: Blueprint, development = true): Copy => ({
  hash: blueprint.hash,
  handlers: blueprint.names,
  ...originOf(blueprint, development),
});

describe("the same code", () => {
  test.each<[string, Copy, Blueprint]>([
    ["the same text", published(copy()), copy()],
    ["the same text in production", published(copy(), false), copy()],
    ["the same text, the file touched", published(copy({ stamp: "before" })), copy()],
    ["rewritten where it is published", published(rewritten), copy()],
    ["rewritten where it is looked for", published(copy()), rewritten],
  ])("%s", (_name, there, here) => {
    expect(isSameCode(there, here)).toBe(true);
  });
});

describe("other code", () => {
  test.each<[string, Copy, Blueprint]>([
    ["neither rewritten", published(copy()), copy({ hash: "2" })],
    ["in production", published(rewritten, false), copy()],
    ["the file changed", published(copy({ hash: "2", stamp: "before" }, REWRITTEN)), copy()],
    ["other handlers", published(rewritten), copy({ names: ["subtract"] })],
    [
      "no file",
      published(copy({ hash: "2", stamp: undefined }, REWRITTEN)),
      copy({ stamp: undefined }),
    ],
  ])("%s", (_name, there, here) => {
    expect(isSameCode(there, here)).toBe(false);
  });
});

test("a copy is rewritten if a function is not in its file, terminate included", () => {
  expect(isRewritten(copy())).toBe(false);
  expect(isRewritten(rewritten)).toBe(true);
  expect(isRewritten(copy({ terminate: written("() => other()") }))).toBe(true);
  expect(isRewritten(copy({ url: "file:///none.js" }))).toBe(false);
});

test("a stamp is the file's: it changes when the file is written, replaced, or touched", () => {
  const first = stampOf(url);
  expect(stampOf(`${url}?v=2#part`)).toBe(first);
  utimesSync(path, 1, 1);
  const touched = stampOf(url);
  writeFileSync(join(folder, "new"), TEXT);
  utimesSync(join(folder, "new"), 1, 1);
  renameSync(join(folder, "new"), path);
  const replaced = stampOf(url);
  expect(new Set([first, touched, replaced]).size).toBe(3);
  expect([stampOf("file:///none.js"), stampOf("data:text/javascript,1")]).toEqual([
    undefined,
    undefined,
  ]);
});
