/**
 * `sabeam sim FILE`: simulates the program that FILE exports, with many seeds on all cores; or with
 * one seed; or with one that has failed, from its trace.
 */

import { parse } from "./arguments.ts";
import { type VerbHelp, verbHelp } from "./help.ts";
import { readManifest } from "./manifest.ts";
import { runMany } from "./sim/many.ts";
import { replay, runOne } from "./sim/one.ts";
import { FLAGS, simOptions, VALUES } from "./sim/options.ts";
import { FOLDER } from "./sim/state.ts";
import type { Run } from "./verb.ts";

const HELP: VerbHelp = {
  usage: "sabeam sim FILE [flags]",
  about:
    "Simulates what FILE exports as default, made by simulation() of sabeam/sim: one run in " +
    "virtual time for each seed, on all cores. A seed that fails is told with the fewest faults " +
    "under which it does, and how to run it again. Seeds go on where the last run has stopped.",
  flags: [
    ["--seeds N", "so many new seeds, however long that takes"],
    ["--minutes M", "no seed begins later; without both: 1000 or 8 min"],
    ["--jobs N", "processes at a time (one per core)"],
    ["--failures N", "stop after so many failed seeds (3)"],
    ["--timeout S", "real seconds that a seed may take (120)"],
    ["--state FILE", `what is done, and how much it covers (${FOLDER}/…)`],
    ["--seed S", "this seed alone"],
    ["--plan PLAN", "and with these faults: JSON, or a file"],
    ["--replay TRACE", "a failed seed again, compared with its trace"],
    ["--json", "the result as one object for programs"],
    ["--help", "this text"],
  ],
  examples: [
    ["npx sabeam sim bank.ts", "1000 seeds, or 8 minutes of them"],
    ["npx sabeam sim bank.ts --seed 7", "seed 7, with all that is known of it"],
    ["npx sabeam sim --replay TRACE", "does it still fail?"],
  ],
  exitCodes:
    "Exit codes: 0 done · 1 a seed failed, or the seeds together are below the minimum · 2 wrong " +
    "usage, no simulation, a trace of another version · 130 stopped by Ctrl-C",
};

export const run: Run = async (args, console) => {
  const given = parse("sim", args, FLAGS, VALUES);
  if (given.flags.has("help")) {
    for (const line of verbHelp(HELP, console)) console.line(line);
    return 0;
  }
  const options = simOptions(given);
  const { version } = readManifest();
  if (options.replay !== undefined) {
    return await replay({ ...options, replay: options.replay }, console, version);
  }
  const file = options.file as string; // Checked: it is missing with a trace only.
  if (options.seed === undefined) return await runMany({ ...options, file }, console, version);
  return await runOne({ ...options, file, seed: options.seed }, console, version);
};
