/**
 * Arguments: what was asked for on the command line, checked before anything starts.
 *
 *     (nothing)             the list of all demos
 *     index [FOLDER]        by default of a folder that is likely to be there (defaultfolder.ts)
 *     search WORD …
 *     crash, storm, …       one of failures/
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { defaultFolder } from "./defaultfolder.ts";
import { DemoError } from "./errors.ts";
import { FAILURES, type FailureName, isFailure } from "./failures/failures.ts";
import type { StageOptions } from "./failures/stage.ts";

export const THREADS_MAX = 63;
export const SECONDS_MAX = 60;
const SECONDS_DEFAULT = 5;
/** Of the seeds that are chosen here: short enough to be typed. */
const SEEDS = 10_000;

export interface Options {
  threads: number;
  development: boolean;
  /** Threads are killed meanwhile, in an order that the seed decides. */
  chaos: boolean;
  seed: string;
  /** Where the index is kept; undefined for the usual place. */
  index: string | undefined;
}

export type Command =
  | ({ type: "index"; folder: string } & Options)
  /** Without a query, a terminal is asked for some. */
  | ({ type: "search"; query: string } & Options)
  | ({ type: "failure"; name: FailureName } & StageOptions)
  | { type: "help" };

/** What one types to get here; the command `sabeam` says it, since it is not we who were typed. */
export const CALLED_AS = process.env.SABEAM_CALLED_AS ?? "npm run demo --";

/** Wide enough for `search "some words"`. */
const ARGS_COLUMNS = 21;

/** A line of the help: what one types, and what it does. */
function row(args: string, what: string): string {
  return `  ${CALLED_AS} ${args.padEnd(ARGS_COLUMNS)}${what}`;
}

const FAILURE_NAMES = Object.keys(FAILURES).join(", ");
const FAILURE_ROWS = Object.entries(FAILURES).map(([name, { summary }]) => row(name, summary));

export const HELP = `sabeam demo: actors at work, and what becomes of it all if some fail

${FAILURE_ROWS.join("\n")}
${row("index", "a search index of node_modules")}
${row("index FOLDER", "the same of what is below FOLDER")}
${row('search "some words"', "ask the index that was saved last")}

  --threads N      worker threads, 0 (all on main) to ${THREADS_MAX}; default: one per core
  --json           one object, and nothing else; not of index and search
  --chaos          of the index: threads are killed meanwhile, it stays the same
  --seconds N      of storm and massacre, 1 to ${SECONDS_MAX}; default: ${SECONDS_DEFAULT}
  --seed TEXT      the same storm, massacre or chaos again, in the same order
  --index FILE     where the index is kept; default: among temporary files
  --development    of the index: copy and freeze every message, which costs time
  --help           this text

An index takes the .md, .js, .ts and .json files, and can be asked as long as
you like: an empty line or Ctrl-D ends it. NO_COLOR is respected.
Exit codes: 0 done · 1 failed, a promise was broken, or the index differs from a
plain count · 2 wrong command, folder or index file · 130 stopped by Ctrl-C`;

/** Reads the arguments after the program's name. Throws DemoError ERR_DEMO_USAGE. */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help) return { type: "help" };
  const options = {
    threads: parseThreads(values.threads),
    development: values.development ?? false,
    chaos: values.chaos ?? false,
    seed: seedOf(values),
    index: parsePath("--index", values.index),
  };
  const [name, ...rest] = positionals;
  if (name === undefined && args.length === 0) return { type: "help" };
  if (name === undefined && options.chaos) return parseCommand(["index", ...args]);
  if (name === undefined) throw usage(`say which demo: ${FAILURE_NAMES}, index, search`);
  if (isFailure(name)) return parseFailure(name, rest, values);
  refuse(values, ["json"], FAILURE_NAMES);
  refuse(values, ["seconds"], TIMED.join(", "));
  if (name !== "index") refuse(values, ["chaos"], "index");
  if (!options.chaos) refuse(values, ["seed"], `${TIMED.join(", ")}, index --chaos`);
  if (options.chaos && options.threads === 0) {
    throw usage("--chaos needs a worker thread, since it ends some");
  }
  switch (name) {
    case "index": {
      if (rest.length > 1) throw usage(`index takes one folder, not ${rest.length}`);
      const folder = parsePath("index", rest[0]) ?? defaultFolder();
      return { type: "index", folder, ...options };
    }
    case "search":
      return { type: "search", query: rest.join(" ").trim(), ...options };
    default:
      throw usage(`there is no command "${name}"`);
  }
}

/** Those that can go on for any time, and begin with dice. */
const TIMED = ["storm", "massacre"] as const satisfies FailureName[];

function isTimed(name: FailureName): boolean {
  return TIMED.some((one) => one === name);
}

type Values = ReturnType<typeof parse>["values"];

function parseFailure(name: FailureName, rest: readonly string[], values: Values): Command {
  if (rest.length > 0) throw usage(`${name} takes nothing, not "${rest[0]}"`);
  refuse(values, ["index", "development", "chaos"], "index");
  if (!isTimed(name)) refuse(values, ["seconds", "seed"], TIMED.join(", "));
  const threads = parseThreads(values.threads);
  if (FAILURES[name].needsThreads && threads === 0) {
    throw usage(`${name} needs a worker thread, since it ends some`);
  }
  return {
    ...{ type: "failure", name, threads },
    seconds: parseSeconds(values.seconds),
    seed: seedOf(values),
    json: values.json ?? false,
  };
}

function seedOf({ seed }: Values): string {
  return seed ?? String(Math.floor(Math.random() * SEEDS));
}

/** Flags that mean nothing here are not ignored: whoever typed them expects something. */
function refuse(values: Values, flags: readonly (keyof Values)[], whose: string): void {
  for (const flag of flags) {
    if (values[flag] !== undefined) throw usage(`--${flag} is for ${whose}`);
  }
}

const OPTIONS = {
  index: { type: "string" },
  threads: { type: "string" },
  development: { type: "boolean" },
  chaos: { type: "boolean" },
  json: { type: "boolean" },
  seconds: { type: "string" },
  seed: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // Node's message goes on with advice that does not fit here: its first sentence is enough.
    const message = error instanceof Error ? error.message : String(error);
    const sentence = (message.split(/\. |\n/)[0] ?? message).replace(/\.$/, "");
    throw usage(sentence.charAt(0).toLowerCase() + sentence.slice(1));
  }
}

function parseThreads(text: string | undefined): number {
  if (text === undefined) return Math.min(availableParallelism(), THREADS_MAX);
  const threads = Number(text);
  if (!/^\d+$/.test(text) || threads > THREADS_MAX) {
    throw usage(`--threads takes a whole number from 0 to ${THREADS_MAX}, not "${text}"`);
  }
  return threads;
}

function parseSeconds(text: string | undefined): number {
  const seconds = Number(text ?? SECONDS_DEFAULT);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > SECONDS_MAX) {
    throw usage(`--seconds takes a whole number from 1 to ${SECONDS_MAX}, not "${text}"`);
  }
  return seconds;
}

function parsePath(name: string, text: string | undefined): string | undefined {
  if (text === "" || text?.includes("\0")) throw usage(`${name} takes a path`);
  return text;
}

function usage(problem: string): DemoError {
  return new DemoError("ERR_DEMO_USAGE", `${problem}; try ${CALLED_AS} --help`);
}
