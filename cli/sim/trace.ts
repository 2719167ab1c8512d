/**
 * Traces: what it takes to run a seed that failed once more, and to know whether it does the same.
 * One of another version of sabeam is refused: there the same seed is another run.
 */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CliError, systemCode } from "../errors.ts";
import type { FailedSeed } from "./orders.ts";
import { parsed, plainName, writeWhole } from "./state.ts";

export interface Trace {
  /** Versions. */
  readonly sabeam: string;
  readonly node: string;
  /** From the folder in which it was run. */
  readonly file: string;
  readonly seed: string;
  readonly plan: readonly object[];
  readonly hash: string;
  readonly step: number;
  readonly atMs: number;
  readonly what: string;
  /** The last messages, as a diagram. */
  readonly mermaid: string;
}

/** Beside the state. Undefined where nothing is known that could be run again. @throws CliError */
export function writeTrace(
  { seed, what, facts }: FailedSeed,
  state: string,
  name: string,
  sabeam: string,
): string | undefined {
  if (facts === undefined) return undefined;
  const path = join(dirname(state), `${plainName(name)}-${plainName(seed)}.trace.json`);
  const { plan, hash, step, atMs, mermaid } = facts;
  const trace: Trace = {
    ...{ sabeam, node: process.versions.node, file: name },
    ...{ seed, plan, hash, step, atMs, what, mermaid },
  };
  writeWhole(path, trace);
  return path;
}

/** @throws CliError ERR_CLI_WRONG_TRACE, ERR_CLI_FOREIGN_TRACE */
export function readTrace(path: string, sabeam: string): Trace {
  const trace = parsed(textOf(path));
  if (!isTrace(trace)) throw wrong(path, "is not the trace of a simulation");
  if (trace.sabeam !== sabeam) {
    const what = `${path} is a trace of sabeam ${trace.sabeam}, and this is sabeam ${sabeam}`;
    const advice = `there the same seed is another run; use sabeam ${trace.sabeam} for it`;
    throw new CliError("ERR_CLI_FOREIGN_TRACE", `${what}: ${advice}`);
  }
  return trace;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw wrong(path, `cannot be read (${systemCode(error)})`);
  }
}

function wrong(path: string, what: string): CliError {
  const advice = "a failed run says where it has saved its trace";
  return new CliError("ERR_CLI_WRONG_TRACE", `${path} ${what}; ${advice}`);
}

function isTrace(value: unknown): value is Trace {
  if (typeof value !== "object" || value === null) return false;
  const { sabeam, file, seed, plan, hash, step, what } = value as Partial<Trace>;
  const texts = [sabeam, file, seed, hash, what].every((text) => typeof text === "string");
  return texts && Array.isArray(plan) && typeof step === "number";
}
