/** Options: what `sim` is told by flags, checked before anything starts. */

import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { relative, resolve } from "node:path";
import { type Arguments, usage } from "../arguments.ts";
import { systemCode } from "../errors.ts";

export const FLAGS = ["json", "help"];
export const VALUES = [
  ...["seeds", "minutes", "jobs", "failures", "timeout", "state"],
  ...["seed", "plan", "replay"],
];

export interface SimOptions {
  /** Whole path; undefined only with `replay`. */
  readonly file: string | undefined;
  /** As one would type it here. */
  readonly name: string;
  /** Undefined: as many as there is time for. */
  readonly seeds: number | undefined;
  /** Undefined: as long as it takes. */
  readonly minutes: number | undefined;
  readonly jobs: number;
  readonly failures: number;
  readonly timeoutMs: number;
  readonly state: string | undefined;
  /** This one alone. */
  readonly seed: string | undefined;
  /** The text of a plan, and what was typed. */
  readonly plan: { readonly text: string; readonly given: string } | undefined;
  /** The path of a trace. */
  readonly replay: string | undefined;
  readonly json: boolean;
}

const SEEDS = { fallback: 1000, min: 1, max: 1e9, whole: true };
const MINUTES = { fallback: 8, min: 0.01, max: 100_000, whole: false };
const JOBS = { min: 1, max: 256, whole: true };
const FAILURES = { fallback: 3, min: 1, max: 1000, whole: true };
const TIMEOUT_S = { fallback: 120, min: 0.1, max: 86_400, whole: false };
/** Those of many seeds, which make no sense for one. */
const OF_MANY = ["seeds", "minutes", "jobs", "failures", "state"];

/** @throws CliError ERR_CLI_USAGE */
export function simOptions({ flags, values, rest }: Arguments): SimOptions {
  const [file, more] = rest;
  if (more !== undefined) throw usage("sim", `sim takes one file, not also ${more}`);
  const [seed, plan, replay] = ["seed", "plan", "replay"].map((name) => values.get(name));
  if (file === undefined && replay === undefined) {
    throw usage("sim", "sim needs a file, like sim/bank.ts");
  }
  if (plan !== undefined && seed === undefined) throw usage("sim", "--plan needs --seed");
  const single = seed === undefined ? (replay === undefined ? "" : "--replay") : "--seed";
  if (seed !== undefined && replay !== undefined) throw usage("sim", "--replay has its own seed");
  const many = single === "" ? undefined : OF_MANY.find((name) => values.has(name));
  if (many !== undefined) throw usage("sim", `--${many} is for many seeds, ${single} for one`);
  const cores = availableParallelism();
  return {
    ...{ file: file === undefined ? undefined : resolve(file), name: nameOf(file ?? "") },
    // What was given counts alone; without either of them both have a default.
    seeds:
      values.has("minutes") && !values.has("seeds") ? undefined : numberOf(values, "seeds", SEEDS),
    minutes:
      values.has("seeds") && !values.has("minutes")
        ? undefined
        : numberOf(values, "minutes", MINUTES),
    jobs: numberOf(values, "jobs", { ...JOBS, fallback: cores }),
    failures: numberOf(values, "failures", FAILURES),
    timeoutMs: numberOf(values, "timeout", TIMEOUT_S) * 1000,
    ...{ state: values.get("state"), seed, replay, json: flags.has("json") },
    plan: plan === undefined ? undefined : { text: planText(plan), given: plan },
  };
}

/** The file from here, with forward slashes. */
export function nameOf(file: string): string {
  const path = relative(process.cwd(), resolve(file));
  return (path === "" || path.startsWith("..") ? file : path).replaceAll("\\", "/");
}

/** JSON as it stands, or what is in the file of that name. */
function planText(given: string): string {
  if (given.trimStart().startsWith("[")) return given;
  try {
    return readFileSync(given, "utf8");
  } catch (error) {
    const what = `--plan takes a plan as JSON, or a file: ${given} cannot be read`;
    throw usage("sim", `${what} (${systemCode(error)})`);
  }
}

interface Range {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

function numberOf(
  values: ReadonlyMap<string, string>,
  flag: string,
  { fallback, min, max, whole }: Range,
): number {
  const text = values.get(flag);
  if (text === undefined) return fallback;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? "a whole number" : "a number";
  const got = JSON.stringify(text);
  throw usage("sim", `--${flag} takes ${kind} from ${min} to ${max}, not ${got}`);
}
