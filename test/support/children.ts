/**
 * Programs that start real threads, each in a process of its own: one that hangs or dies takes no
 * test run with it, and it can run on a copy of the build into which a fault was put.
 *
 *     dist/ ──copy, replace text──▶ temporary folder ◀──imports── fixture ──JSON on stdout──▶ test
 */

import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const fixtures = join(root, "test", "runtime", "fixtures");

/** One replacement in a built file, like `runtime/producer.js`. */
export interface Patch {
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

export interface Build {
  /** What stands for dist/. */
  readonly folder: string;
  /** What fixtures import in place of the package. */
  readonly url: string;
  remove(): void;
}

/**
 * A copy of the build with faults in it. @throws if a text to be replaced is not there exactly once
 */
export function patchedBuild(patches: readonly Patch[]): Build {
  const folder = mkdtempSync(join(tmpdir(), "sabeam-patched-"));
  for (const floor of ["runtime", "actors", "protocols"]) {
    const filter = (path: string): boolean => !/\.(d\.ts|map)$/.test(path);
    cpSync(join(root, "dist", floor), join(folder, floor), { recursive: true, filter });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const { file, find, put } of patches) {
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    const places = text.split(find).length - 1;
    if (places !== 1) throw new Error(`${file} holds ${places} times: ${find}`);
    writeFileSync(
      path,
      text.replace(find, () => put),
    );
  }
  return {
    folder,
    url: pathToFileURL(join(folder, "actors", "index.js")).href,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface ChildOptions {
  readonly args?: readonly (string | number)[];
  readonly build?: Build;
  readonly nodeArgs?: readonly string[];
  readonly cwd?: string;
  /** The hang guard: then the child is killed, and that is the failure. */
  readonly timeoutMs?: number;
}

export interface Outcome<Facts> {
  readonly code: number | null;
  readonly stderr: string;
  /** From the start of the process to its end. */
  readonly ms: number;
  /** What the fixture printed last, as JSON. */
  readonly facts: Facts;
}

/** Runs a fixture to its end. Rejects if it hangs, or ends without having printed its facts. */
export function runFixture<Facts>(name: string, options?: ChildOptions): Promise<Outcome<Facts>> {
  return runProgram(join(fixtures, name), options);
}

/** The same for any program. */
export function runProgram<Facts>(
  path: string,
  { args = [], build, nodeArgs = [], cwd, timeoutMs = 25_000 }: ChildOptions = {},
): Promise<Outcome<Facts>> {
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: "production" };
  if (build !== undefined) env.SABEAM_BUILD = build.url;
  const command = [...nodeArgs, path, ...args.map(String)];
  const child = spawn(process.execPath, command, {
    env,
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    const start = performance.now();
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => {
      stdout += String(data);
    });
    child.stderr.on("data", (data) => {
      stderr += String(data);
    });
    const said = (): string => `\nstdout: ${stdout.slice(-2000)}\nstderr: ${stderr.slice(-4000)}`;
    const guard = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`${path} ${args.join(" ")} hangs after ${timeoutMs} ms${said()}`));
    }, timeoutMs);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(guard);
      const last = stdout.trimEnd().split("\n").at(-1) ?? "";
      try {
        const facts = JSON.parse(last) as Facts;
        resolve({ code, stderr, ms: performance.now() - start, facts });
      } catch {
        reject(new Error(`${path} ended (${code ?? signal}) without its facts${said()}`));
      }
    });
  });
}
