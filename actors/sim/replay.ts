/**
 * How a run that failed is run again: by one command, that names its seed, and its plan where that
 * is another one than the program gives or its seed draws.
 *
 *     SABEAM_SIM_SEED=7 SABEAM_SIM_PLAN='[…]' npx vitest run test/bank.test.ts -t 'keeps its money'
 *
 * The variables count for every simulation of a process. So where a test runner can be told which
 * test is meant, the command says so.
 *
 * Left out: shells of Windows, which set variables in other ways.
 */

import { relative } from "node:path";
import type { Plan, PlanScope } from "./plan.ts";
import { parsePlan } from "./plan-text.ts";

/** What decides a run, beside the program. */
export interface Replay {
  readonly seed: string;
  /** Undefined: the one that the program gives or the seed draws. */
  readonly plan: Plan | undefined;
  /** The same as words for a shell; no plan where that would be too long. */
  readonly words: { readonly seed: string; readonly plan: string | undefined };
}

const SEED = "SABEAM_SIM_SEED";
const PLAN = "SABEAM_SIM_PLAN";
/** A longer plan stays out of commands: then the run is that with all of its faults. */
const PLAN_CHARACTERS_MAX = 8_000;

export function replayOf(seed: string, plan: Plan | undefined): Replay {
  const text = plan === undefined ? undefined : JSON.stringify(plan);
  const short = text !== undefined && text.length <= PLAN_CHARACTERS_MAX;
  return { seed, plan, words: { seed: quoted(seed), plan: short ? quoted(text) : undefined } };
}

/** The seed that the environment wants instead of the program's. */
export function wantedSeed(): string | undefined {
  return process.env[SEED];
}

/** The plan that it wants. @throws InvalidPlan */
export function wantedPlan(scope: PlanScope): Plan | undefined {
  const text = process.env[PLAN];
  return text === undefined ? undefined : parsePlan(text, scope);
}

/** The command for a process like this one. */
export function commandFor({ words: { seed, plan } }: Replay): string {
  const variables = [`${SEED}=${seed}`, ...(plan === undefined ? [] : [`${PLAN}=${plan}`])];
  return [...variables, ...(testOfVitest() ?? thisProcess()).map(quoted)].join(" ");
}

/** A word for a shell of POSIX. */
function quoted(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function thisProcess(): string[] {
  const [, file, ...args] = process.argv;
  return ["node", ...process.execArgv, ...(file === undefined ? [] : [short(file)]), ...args];
}

/** What vitest tells of the test that runs. */
interface TestState {
  readonly testPath?: unknown;
  readonly currentTestName?: unknown;
}

function testOfVitest(): string[] | undefined {
  if (process.env.VITEST !== "true") return undefined;
  const found: { readonly [key: symbol]: unknown } = globalThis;
  const expect = found[Symbol.for("expect-global")] as { getState?(): TestState } | undefined;
  const { testPath, currentTestName } = expect?.getState?.() ?? {};
  const words = ["npx", "vitest", "run"];
  if (typeof testPath === "string") words.push(short(testPath));
  if (typeof currentTestName === "string") words.push("-t", patternOf(currentTestName));
  return words;
}

/** What finds the test by its name, as `-t` wants it: a regular expression. */
function patternOf(name: string): string {
  return name.replaceAll(" > ", " ").replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

/** As one would type it here. */
function short(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") ? file : path;
}
