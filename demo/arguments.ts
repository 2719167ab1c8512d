/**
 * Arguments: what was asked for on the command line, checked before anything starts.
 *
 *     index [FOLDER]        the default, of a folder that is likely to be there (defaultfolder.ts)
 *     search WORD …
 *     shutdown              one of failures/
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { defaultFolder } from "./defaultfolder.ts";
import { DemoError } from "./errors.ts";
import { FAILURES, type FailureName, isFailure } from "./failures/failures.ts";

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
  | { type: "failure"; name: FailureName; threads: number; json: boolean }
  | { type: "help" };

/** What one types to get here; the command `sabeam` says it, since it is not we who were typed. */
export const CALLED_AS = process.env.SABEAM_CALLED_AS ?? "npm run demo --";

/** A line of the help: what one types, and what it does. */
function row(args: string, what: string): string {
  const typed = args === "" ? CALLED_AS.replace(/ --$/, "") : `${CALLED_AS} ${args}`;
  return `  ${typed.padEnd(CALLED_AS.length + 24)}${what}`;
}

export const HELP = `sabeam demo: a search index of real text, built by actors on all threads

${row("", "index node_modules, then ask it a few questions")}
${row("index FOLDER", "index all .md .js .ts .json files below FOLDER")}
${row('search "some words"', "ask the index that was saved last")}
${Object.entries(FAILURES)
  .map(([name, { summary }]) => row(name, summary))
  .join("\n")}

  --index FILE      where the index is kept (default: a folder below the system's temporary one)
  --threads N       worker threads, 0 to ${THREADS_MAX} (default: one per core; 0: all on main)
  --development     copy and freeze every message, which finds shared state and costs time
  --json            of a failure: one object with all that was measured, and nothing else
  --help            this text

On a terminal you can go on asking; an empty line or Ctrl-D ends it. NO_COLOR is respected.
Exit codes: 0 done · 1 failed, the index differs from the plain count, or a promise was broken ·
2 wrong command, folder or index file · 130 stopped by Ctrl-C`;

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
  if (isFailure(name)) {
    if (rest.length > 0) throw usage(`${name} takes nothing, not "${rest[0]}"`);
    return { type: "failure", name, threads: options.threads, json: values.json ?? false };
  }
  if (values.json) throw usage(`--json is for ${Object.keys(FAILURES).join(", ")}`);
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

const OPTIONS = {
  index: { type: "string" },
  threads: { type: "string" },
  development: { type: "boolean" },
  json: { type: "boolean" },
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
  return new DemoError("ERR_DEMO_USAGE", `${problem}; try ${CALLED_AS} --help`);
}
