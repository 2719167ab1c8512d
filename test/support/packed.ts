/**
 * The package as a stranger gets it: packed, and installed in an empty folder, once per run of the
 * tests. The first test file that asks does it, others wait for it.
 *
 *     shared folder/packed/     package.json, node_modules/sabeam and what it depends on
 *         NAME/                 a project of one test file; Node looks for modules above it too
 *
 * The only test code that may use the network, for dependencies that are not in npm's cache.
 */

import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { inject } from "vitest";
import { root } from "./tree.ts";

/** For the hook of a test that packs. */
export const PACK_TIMEOUT_MS = 180_000;

const POLL_MS = 50;
const windows = process.platform === "win32";
const run = promisify(execFile);

/** A folder in which the installed package is found, and what runs there. */
export interface Project {
  readonly folder: string;
  /** A path inside of the installed package. */
  installed(...path: string[]): string;
  write(name: string, text: string): void;
  /** Standard output of a program that is run here; rejects with all of it if it fails. */
  run(file: string, ...args: string[]): Promise<string>;
}

/** A project of this name in which the packed package is installed. Names are unique per test. */
export async function packedProject(name: string): Promise<Project> {
  const place = join(inject("sharedFolder"), "packed");
  await once(place, () => install(place));
  const folder = join(place, name);
  mkdirSync(folder);
  // Scripts find the Node that runs the tests, and not another one.
  const env = { ...process.env };
  env.PATH = `${dirname(process.execPath)}${delimiter}${env.PATH ?? ""}`;
  const project: Project = {
    folder,
    installed: (...path) => join(place, "node_modules/sabeam", ...path),
    write: (file, text) => writeFileSync(join(folder, file), text),
    run: async (file, ...args) => {
      return (await run(file, args, { cwd: folder, shell: windows, env })).stdout;
    },
  };
  project.write(
    "package.json",
    JSON.stringify({ name: "stranger", private: true, type: "module" }),
  );
  return project;
}

/** Does the work if no other process has begun it; either way it is done when this settles. */
async function once(place: string, work: () => Promise<void>): Promise<void> {
  const outcome = `${place}.outcome`;
  try {
    mkdirSync(place);
  } catch {
    const end = performance.now() + PACK_TIMEOUT_MS;
    while (!existsSync(outcome) && performance.now() < end) await setTimeout(POLL_MS);
    const failure = readFileSync(outcome, "utf8");
    if (failure !== "") throw new Error(failure);
    return;
  }
  // Renamed, so that whoever waits for the file finds all of it.
  const settle = (failure: string): void => {
    writeFileSync(`${outcome}.new`, failure);
    renameSync(`${outcome}.new`, outcome);
  };
  try {
    await work();
    settle("");
  } catch (error) {
    settle(String(error));
    throw error;
  }
}

async function install(place: string): Promise<void> {
  writeFileSync(join(place, "package.json"), JSON.stringify({ private: true }));
  // The build belongs to `npm test`; packing must not run it again under the other tests.
  const pack = ["pack", "--ignore-scripts", "--pack-destination", place];
  await run("npm", pack, { cwd: root, shell: windows });
  const archive = readdirSync(place).find((name) => name.endsWith(".tgz")) ?? "no archive";
  const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
  await run("npm", ["install", join(place, archive), ...quiet], { cwd: place, shell: windows });
}
