/** `sabeam journal PATH`: what is in a journal, and whether all of it is whole. */

import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { type Inspection, inspectJournal } from "../actors/index.ts";
import { parse, usage } from "./arguments.ts";
import { CliError, systemCode } from "./errors.ts";
import { type VerbHelp, verbHelp } from "./help.ts";
import { filesOf } from "./journal/files.ts";
import { linesOf } from "./journal/lines.ts";
import type { Run } from "./verb.ts";

const HELP: VerbHelp = {
  usage: "sabeam journal PATH [--json]",
  about:
    "Lists the segments and logs of the journal in a folder, and checks every batch. Reads only, " +
    "so it may look at one that is in use: what is being written just then is torn. If PATH is a " +
    "file, that segment is looked at alone.",
  flags: [
    ["--json", "one object for programs instead of lines"],
    ["--help", "this text"],
  ],
  examples: [
    ["npx sabeam journal data/journal", "that journal"],
    ["npx sabeam journal data/journal/0000000003.segment", "one file of it"],
  ],
  exitCodes:
    "Exit codes: 0 whole, or torn only behind what was acknowledged · 1 damaged, or of another " +
    "format · 2 wrong usage, or there is no journal",
};

export const run: Run = async (args, console) => {
  const { flags, rest } = parse("journal", args, ["json", "help"]);
  if (flags.has("help")) {
    for (const line of verbHelp(HELP, console)) console.line(line);
    return 0;
  }
  const [path, other] = rest;
  if (path === undefined) throw usage("journal", "journal needs a folder, like data/journal");
  if (other !== undefined) throw usage("journal", `journal takes no ${JSON.stringify(other)}`);
  const found = await inspect(path);
  if (flags.has("json")) console.line(JSON.stringify(found, null, 2));
  else for (const line of linesOf(found, console)) console.line(line);
  return found.problems.length === 0 ? 0 : 1;
};

async function inspect(path: string): Promise<Inspection> {
  const found = await read(path);
  if (found.segments.length > 0 || found.problems.length > 0) return found;
  const hint = "there is no file in it like 0000000001.segment";
  throw new CliError("ERR_CLI_NO_JOURNAL", `${path} is no journal: ${hint}`);
}

async function read(path: string): Promise<Inspection> {
  try {
    const isFolder = (await stat(path)).isDirectory();
    const folder = isFolder ? path : dirname(path);
    return await inspectJournal(filesOf(folder), "", isFolder ? undefined : basename(path));
  } catch (error) {
    const code = systemCode(error);
    if (code === "unknown") throw error;
    const cause = { cause: error };
    throw new CliError("ERR_CLI_NO_JOURNAL", `${path} cannot be read (${code})`, cause);
  }
}
