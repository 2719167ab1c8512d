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
  /** The flags that were given, without their dashes. None takes a value. */
  readonly flags: ReadonlySet<string>;
  readonly rest: readonly string[];
}

const SHORT: Readonly<Record<string, string>> = { h: "help", v: "version" };

/** Throws CliError ERR_CLI_USAGE for a flag that is not among the known ones. */
export function parse(verb: string, args: readonly string[], known: readonly string[]): Arguments {
  const { tokens, positionals } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const name = SHORT[token.name] ?? token.name;
    if (!known.includes(name)) throw unknownFlag(verb, token.rawName, known);
    if (token.value !== undefined) throw usage(verb, `${token.rawName} takes no value`);
    flags.add(name);
  }
  return { flags, rest: positionals };
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
