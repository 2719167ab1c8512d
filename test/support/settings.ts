/**
 * Programs in the settings that people have: folders with fixtures, as they are or built, in which
 * the packed package is installed, and processes that run there.
 */

import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { transformSync } from "esbuild";
import { vi } from "vitest";
import { root } from "./tree.ts";

const fixtures = join(root, "test/settings/fixtures");
/** A program that hangs is ended, and that is its failure. */
const ENDLESS_MS = 60_000;
vi.setConfig({ testTimeout: ENDLESS_MS + 10_000 });

/** What the program of the fixtures prints if its actor was found and ran where it should. */
export const COUNTED = "15 on a thread\n";

/** True if this Node imports TypeScript without any flag. */
export const stripsTypes: boolean =
  (process.features as { typescript?: unknown }).typescript === "strip";

export const fixture = (name: string): string => readFileSync(join(fixtures, name), "utf8");

/** A fixture as a build without a bundler makes it. */
export function built(name: string): string {
  const { code } = transformSync(fixture(name), { loader: "ts", format: "esm" });
  return code.replace(/(from "\.[^"]*)\.ts"/g, '$1.js"');
}

/** Writes files, each with the folders it needs. */
export function write(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** Lets a folder use one of this repository's development dependencies. */
export function lend(folder: string, ...names: string[]): void {
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  for (const name of names) {
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name), "junction");
  }
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs this Node with these arguments to its end; the variables of this test run stay here. */
export function node(
  cwd: string,
  args: readonly string[],
  variables: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_|TEST$|DEV$|PROD$|MODE$)/.test(name),
  );
  const env = { ...Object.fromEntries(own), NO_COLOR: "1", ...variables };
  return new Promise((resolve) => {
    const options = { cwd, env, timeout: ENDLESS_MS, killSignal: "SIGKILL" as const };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
}
