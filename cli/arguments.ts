/**
 * Arguments: flags and the rest of what was typed after a verb, checked before anything starts.
 *
 * Node's parser splits them; what is wrong with them is said here, in one line, with a guess at
 * what was meant.
 */

import { parseArgs } from "node:util";
import { CliError } from "./errors.ts";
import { nearest } from "./nearest.ts";

export interface Arguments {
  /** The flags that were given, without their dashes. */
  readonly flags: ReadonlySet<string>;
  /** What was given to those that take a value; of several the last one counts. */
  readonly values: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
}

const SHORT: Readonly<Record<string, string>> = { h: "help", v: "version" };

/**
 * `known`: flags without a value; `valued`: those with one, as `--sort queue` or `--sort=queue`.
 * Throws CliError ERR_CLI_USAGE for another flag, and for a value too many or too few.
 */
export function parse(
  verb: string,
  args: readonly string[],
  known: readonly string[],
  valued: readonly string[] = [],
): Arguments {
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options: Object.fromEntries(valued.map((name) => [name, { type: "string" as const }])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags = new Set<string>();
  const values = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const { rawName, value, inlineValue } = token;
    const name = SHORT[token.name] ?? token.name;
    if (valued.includes(name)) {
      // Whoever means a value that looks like a flag can write it with "=".
      const missing = value === undefined || (inlineValue !== true && value.startsWith("--"));
      if (missing) throw usage(verb, `${rawName} needs a value`);
      values.set(name, value);
      continue;
    }
    if (!known.includes(name)) throw unknownFlag(verb, rawName, [...known, ...valued]);
    if (value !== undefined) throw usage(verb, `${rawName} takes no value`);
    flags.add(name);
  }
  return { flags, values, rest: positionals };
}

/** Wrong usage: what is wrong, and what was meant or where one can read what is right. */
export function usage(verb: string, problem: string, meant?: string): CliError {
  const help = `see ${verb === "" ? "sabeam --help" : `sabeam ${verb} --help`}`;
  const hint = meant === undefined ? help : `did you mean ${meant}?`;
  return new CliError("ERR_CLI_USAGE", `${problem}; ${hint}`);
}

function unknownFlag(verb: string, given: string, known: readonly string[]): CliError {
  const guess = nearest(given.replace(/^-+/, ""), known);
  const meant = guess === undefined ? undefined : `--${guess}`;
  return usage(verb, `there is no flag ${given}`, meant);
}
