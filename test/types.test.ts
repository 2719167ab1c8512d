/**
 * Goal: users get errors where they are wrong, and types where they are right. Method: the compiler
 * over test/types/, against the declarations that are published; each wrong line is expected to be
 * an error there, and one that is none is an error itself.
 */
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const manifest = createRequire(import.meta.url).resolve("typescript/package.json");
const tsc = join(dirname(manifest), "bin", "tsc");
const project = join(import.meta.dirname, "types");

test("test/types compiles", async () => {
  const compiled = await run(process.execPath, [tsc, "-p", project]).catch(({ stdout }) => ({
    stdout,
  }));
  expect(compiled.stdout).toBe("");
});
