/**
 * Run: from what was typed to an exit code.
 *
 *     sabeam VERB …      ──► the verb's run
 *     sabeam VERB --help ──► the verb's run, which shows its own help
 *     sabeam --help, sabeam help VERB, sabeam --version
 *
 * Exit codes: 0 done · 1 failed · 2 wrong usage, or nobody there to be asked.
 */

import { parse, usage } from "./arguments.ts";
import type { Console } from "./console.ts";
import { CliError } from "./errors.ts";
import { overview } from "./help.ts";
import { readManifest } from "./manifest.ts";
import { nearest } from "./nearest.ts";
import type { ExitCode } from "./verb.ts";
import { VERBS } from "./verbs.ts";

/** Settles with the exit code; what failed as expected has been said by then. */
export async function run(args: readonly string[], console: Console): Promise<ExitCode> {
  try {
    return await dispatch(args, console);
  } catch (error) {
    console.error(describe(error));
    return error instanceof CliError ? error.exitCode : 1;
  }
}

async function dispatch(args: readonly string[], console: Console): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name.startsWith("-")) return await general(args, console);
  if (name !== "help") return await start(name, rest, console);
  if (rest[0] === undefined) return await general(["--help"], console);
  return await start(rest[0], ["--help"], console);
}

/** Flags without a verb. */
async function general(args: readonly string[], console: Console): Promise<ExitCode> {
  const { flags } = parse("", args, ["help", "version"]);
  const manifest = readManifest();
  if (flags.has("version")) console.line(manifest.version);
  else for (const line of overview(VERBS, manifest, console)) console.line(line);
  return 0;
}

async function start(name: string, args: readonly string[], console: Console): Promise<ExitCode> {
  const verb = VERBS.find((one) => one.name === name);
  if (verb !== undefined) return await (await verb.load()).run(args, console);
  const meant = nearest(
    name,
    VERBS.map((one) => one.name),
  );
  throw usage("", `there is no verb ${JSON.stringify(name)}`, meant);
}

/** One line for what was to be expected; all there is for what was not. */
function describe(error: unknown): string {
  if (error instanceof CliError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
