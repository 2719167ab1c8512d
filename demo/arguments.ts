/**
 * Arguments: what was asked for on the command line, checked before anything starts.
 *
 *     index [FOLDER]        the default, of node_modules
 *     search WORD …
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { DemoError } from "./errors.ts";

export const THREADS_MAX = 63;

export interface Options {
  threads: number;
  development: boolean;
  /** Where the index is kept; undefined for the usual place. */
  index: string | undefined;
}

export type Command =
  | ({ type: "index"; folder: string } & Options)
  /** Without a query, a terminal is asked for some. */
  | ({ type: "search"; query: string } & Options)
  | { type: "help" };

export const HELP = `sabeam demo: a search index of real text, built by actors on all threads

  npm run demo                             index node_modules, then ask it a few questions
  npm run demo -- index FOLDER             index all .md .js .ts .json files below FOLDER
  npm run demo -- search "some words"      ask the index that was saved last

  --index FILE      where the index is kept (default: a folder below the system's temporary one)
  --threads N       worker threads, 0 to ${THREADS_MAX} (default: one per core; 0: all on main)
  --development     copy and freeze every message, which finds shared state and costs time
  --help            this text

On a terminal you can go on asking; an empty line or Ctrl-D ends it. NO_COLOR is respected.
Exit codes: 0 done · 1 failed, or the index differs from the plain count · 2 wrong command, folder
or index file · 130 stopped by Ctrl-C`;

/** Reads the arguments after the program's name. Throws DemoError ERR_DEMO_USAGE. */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help) return { type: "help" };
  const options = {
    threads: parseThreads(values.threads),
    development: values.development ?? false,
    index: parsePath("--index", values.index),
  };
  const [name = "index", ...rest] = positionals;
  switch (name) {
    case "index": {
      if (rest.length > 1) throw usage(`index takes one folder, not ${rest.length}`);
      const folder = parsePath("index", rest[0]) ?? "node_modules";
      return { type: "index", folder, ...options };
    }
    case "search":
      return { type: "search", query: rest.join(" ").trim(), ...options };
    default:
      throw usage(`there is no command "${name}"`);
  }
}

const OPTIONS = {
  index: { type: "string" },
  threads: { type: "string" },
  development: { type: "boolean" },
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

function parsePath(name: string, text: string | undefined): string | undefined {
  if (text === "" || text?.includes("\0")) throw usage(`${name} takes a path`);
  return text;
}

function usage(problem: string): DemoError {
  return new DemoError("ERR_DEMO_USAGE", `${problem}; try npm run demo -- --help`);
}
