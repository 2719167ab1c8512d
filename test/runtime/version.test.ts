import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { VERSION } from "../../runtime/version.ts";

test("the version is that of the package", () => {
  const manifest = new URL("../../package.json", import.meta.url);
  expect(JSON.parse(readFileSync(manifest, "utf8"))).toMatchObject({ version: VERSION });
});
