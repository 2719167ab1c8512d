/**
 * The state of a simulation's runs, in a file: which seeds are done, and what they have covered. So
 * the next run goes on where the last one was stopped, and hours add up.
 *
 *     seeds: 1 … next - 1 done, but for those in `left`; next, next + 1, … not begun
 */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CliError, systemCode } from "../errors.ts";
import { AMOUNTS, NOTHING, type Sums } from "./tally.ts";

/** Where states and traces are, unless somebody says otherwise. */
export const FOLDER = ".sabeam-sim";
const FORMAT = 1;
/** Failed seeds that are kept: the first ones. */
export const FAILED_MAX = 100;

export interface State {
  readonly format: typeof FORMAT;
  /** As its user writes it. */
  readonly file: string;
  readonly next: number;
  /** Begun and not done, when it was written. */
  readonly left: readonly number[];
  /** Of all runs. */
  readonly sums: Sums;
  readonly failed: readonly string[];
}

/** `sim/bank.ts` ──▶ `.sabeam-sim/sim-bank.ts.json` */
export function placeOf(name: string): string {
  return join(FOLDER, `${plainName(name)}.json`);
}

/** A name for a file. */
export function plainName(text: string): string {
  return text.replace(/^[./\\]+/, "").replaceAll(/[^\w.-]+/g, "-");
}

/** The state of the last run; one with nothing in it if there was none. @throws CliError */
export function readState(path: string, name: string): State {
  const first: State = { format: FORMAT, file: name, next: 1, left: [], sums: NOTHING, failed: [] };
  const text = readIfThere(path);
  if (text === undefined) return first;
  const state = parsed(text);
  if (!isState(state)) throw unusable(path, "is not the state of simulations");
  if (state.file !== name) throw unusable(path, `is the state of ${state.file}, not of ${name}`);
  return state;
}

/** Whole or not at all. @throws CliError */
export function writeWhole(path: string, data: object): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const draft = join(dirname(path), `.${basename(path)}.${process.pid}`);
    writeFileSync(draft, `${JSON.stringify(data, null, 2)}\n`);
    renameSync(draft, path);
  } catch (error) {
    const why = `${path} cannot be written (${systemCode(error)})`;
    throw new CliError("ERR_CLI_NOT_WRITTEN", why, { cause: error });
  }
}

function unusable(path: string, what: string): CliError {
  const advice = "name another with --state, or remove it";
  return new CliError("ERR_CLI_WRONG_STATE", `${path} ${what}; ${advice}`);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw unusable(path, `cannot be read (${systemCode(error)})`);
  }
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isState(value: unknown): value is State {
  if (typeof value !== "object" || value === null) return false;
  const { format, file, next, left, sums, failed } = value as Partial<State>;
  return (
    format === FORMAT &&
    typeof file === "string" &&
    isCount(next) &&
    Array.isArray(left) &&
    left.every(isCount) &&
    Array.isArray(failed) &&
    failed.every((seed) => typeof seed === "string") &&
    isSums(sums)
  );
}

function isSums(value: unknown): value is Sums {
  if (typeof value !== "object" || value === null) return false;
  const { seeds, failed, coverage, busyMs } = value as Partial<Sums>;
  const amounts = AMOUNTS.map(([amount]) => coverage?.[amount]);
  return [seeds, failed, busyMs, ...amounts].every(isCount);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
