/** Goal: there is always a folder to index, also far from this repository. */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultFolder } from "../../demo/defaultfolder.ts";

let place = "";

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "sabeam-default-"));
  mkdirSync(join(place, "project/node_modules"), { recursive: true });
  mkdirSync(join(place, "elsewhere"));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

test("the project's dependencies come first, then what this package lies among, then all", () => {
  const installed = join("/cache", "node_modules", "sabeam", "dist", "demo", "main.js");
  const cloned = join("/clones", "sabeam", "dist", "demo", "main.js");
  const [project, elsewhere] = [join(place, "project"), join(place, "elsewhere")];
  expect(defaultFolder(project, installed)).toBe("node_modules");
  expect(defaultFolder(elsewhere, installed)).toBe(join("/cache", "node_modules"));
  expect(defaultFolder(elsewhere, cloned)).toBe(".");
});
