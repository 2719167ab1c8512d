/**
 * `sabeam new FOLDER`: writes a small TypeScript project (new/template.ts) into a new folder, or an
 * empty one. It overwrites nothing, starts nothing, and uses no network.
 */

import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parse, usage } from "./arguments.ts";
import type { Console } from "./console.ts";
import { CliError, systemCode } from "./errors.ts";
import { type VerbHelp, verbHelp } from "./help.ts";
import { wrap } from "./layout.ts";
import { readManifest } from "./manifest.ts";
import { nameFor, template } from "./new/template.ts";
import type { Run } from "./verb.ts";

const HELP: VerbHelp = {
  usage: "sabeam new FOLDER [--json]",
  about:
    "Writes a TypeScript project: one actor, a program that uses it, and a test. The folder " +
    "must be new or empty. Nothing is installed: what it prints says what to type next.",
  flags: [
    ["--json", "one object for programs instead of lines"],
    ["--help", "this text"],
  ],
  examples: [
    ["npx sabeam new my-app", "in a new folder"],
    ["npx sabeam new .", "in this folder, if it is empty"],
  ],
  exitCodes:
    "Exit codes: 0 written · 1 the folder cannot be written · 2 wrong usage, or folder taken",
};

/** What may lie in a folder that counts as empty. */
const NOTHING = [".git", ".DS_Store"];

export const run: Run = async (args, console) => {
  const { flags, rest } = parse("new", args, ["json", "help"]);
  if (flags.has("help")) {
    for (const line of verbHelp(HELP, console)) console.line(line);
    return 0;
  }
  const [folder = "", more] = rest;
  if (folder === "") throw usage("new", "new needs a folder, like my-app");
  if (more !== undefined) throw usage("new", `new takes one folder, not also ${more}`);
  const { name, files } = write(folder);
  if (flags.has("json")) console.line(JSON.stringify({ folder: resolve(folder), name, files }));
  else show(folder, files, console);
  return 0;
};

function write(folder: string): { name: string; files: string[] } {
  const { version, nodeMin } = readManifest();
  const name = nameFor(basename(resolve(folder)));
  const files = template(name, version, nodeMin);
  claim(folder);
  try {
    for (const { path, text } of files) writeFileSync(join(folder, path), text, { flag: "wx" });
  } catch (error) {
    throw notWritten(folder, error);
  }
  return { name, files: files.map(({ path }) => path) };
}

/** Makes the folder, or finds it empty. */
function claim(folder: string): void {
  let inside: string[];
  try {
    makeFolder(resolve(folder));
    inside = readdirSync(folder).filter((name) => !NOTHING.includes(name));
  } catch (error) {
    const code = systemCode(error);
    if (code !== "EEXIST" && code !== "ENOTDIR") throw notWritten(folder, error);
    throw new CliError("ERR_CLI_FOLDER_TAKEN", `${folder} is not a folder; name a new one`);
  }
  if (inside.length === 0) return;
  const what = `${inside.slice(0, 3).join(", ")}${inside.length > 3 ? ", …" : ""}`;
  throw new CliError(
    "ERR_CLI_FOLDER_TAKEN",
    `${folder} is not empty (${what}); name a new folder, or an empty one`,
  );
}

/** Level by level: below /proc, where none can be made, Node's recursive way has no end. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

function notWritten(folder: string, error: unknown): CliError {
  const text = `${folder} cannot be written (${systemCode(error)}); name another folder`;
  return new CliError("ERR_CLI_NOT_WRITTEN", text, { cause: error });
}

/** As a shell takes it for one word, and for nothing else. */
function quoted(folder: string): string {
  const path = folder.startsWith("-") ? `./${folder}` : folder;
  if (/^[\w./-]+$/.test(path)) return path;
  // The first is understood on Windows, too.
  return /["$`\\!]/.test(path) ? `'${path.replaceAll("'", "'\\''")}'` : `"${path}"`;
}

function show(folder: string, files: readonly string[], console: Console): void {
  const { style } = console;
  console.line(`${style.good("✓")} ${style.strong(folder)}`);
  for (const line of wrap(files.join("  "), console.columns - 2)) {
    console.line(`  ${style.faint(line)}`);
  }
  console.line();
  if (resolve(folder) !== process.cwd()) console.line(`  cd ${quoted(folder)}`);
  console.line("  npm install");
  console.line(`  npm test    ${style.faint("compiles, and runs the test")}`);
  console.line(`  npm start   ${style.faint("compiles, and runs main.ts")}`);
}
