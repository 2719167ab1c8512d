/**
 * The first module of a job: a process that loads a file and runs its simulation with the seeds
 * that it is told, one after the other.
 *
 *     load ──▶ loaded, or refused          run ──▶ (fails ──▶) passed, or failed
 */

import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import {
  type Changes,
  coverageOf,
  isSimulationProgram,
  type Outcome,
  type Replay,
  type SimulationFailed,
  type SimulationProgram,
} from "../../actors/sim/index.ts";
import type { Failed, Order, Refused, Report, RunOrder } from "./orders.ts";

/** What may be spent on finding the fewest faults under which a seed fails. */
const SHRINK = { runsMax: 1_000, msMax: 20_000 };
const UNSTEADY = "run again, it did not fail: it depends on more than its seed\n";

/** Of an error that no seed is to blame for. */
const LINES_MAX = 6;
/** Between two looks whether the fleet still lives. */
const ALONE_MS = 1_000;

let program: SimulationProgram | undefined;
let name = "";
/** One order after the other. */
let turn: Promise<void> = Promise.resolve();

process.on("message", (order: Order) => {
  turn = turn.then(async () => say(await carryOut(order)));
});
process.on("disconnect", () => process.exit());
// Ctrl-C reaches all processes of a terminal; the fleet decides.
process.on("SIGINT", () => {});
endWithParent();

function say(report: Report): void {
  process.send?.(report);
}

async function carryOut(order: Order): Promise<Report> {
  if (order.type === "load") {
    name = order.name;
    return await load(order.file);
  }
  try {
    return await run(order);
  } catch (error) {
    return { type: "refused", problem: "program", text: textOf(error) };
  }
}

async function load(file: string): Promise<Report> {
  let exported: { readonly default?: unknown };
  try {
    exported = await import(pathToFileURL(file).href);
  } catch (error) {
    return { type: "refused", problem: "load", text: textOf(error) };
  }
  if (!isSimulationProgram(exported.default)) return notExported(exported);
  program = exported.default;
  return { type: "loaded", minimum: program.minimum };
}

function notExported(exported: object): Refused {
  const names = Object.keys(exported);
  const found = names.length === 0 ? "nothing" : names.join(", ");
  return { type: "refused", problem: "export", text: found };
}

async function run(order: RunOrder): Promise<Report> {
  const { seed, shrink } = order;
  const changes = changesOf(order);
  const begun = performance.now();
  const first = await attempt(seed, { ...changes, shrink: false });
  const busyMs = performance.now() - begun;
  if (!(first instanceof Error)) {
    const { hash, steps } = first;
    return { type: "passed", seed, coverage: coverageOf(first), hash, steps, busyMs };
  }
  if (!shrink || first.plan.length === 0) return failed(first, busyMs);
  say({ type: "fails", seed });
  const second = await attempt(seed, { ...changes, shrink: SHRINK });
  return second instanceof Error ? failed(second, busyMs) : failed(first, busyMs, UNSTEADY);
}

/** The outcome, or what it failed with. Rejects with whatever no seed is to blame for. */
async function attempt(
  seed: string,
  changes: Changes,
): Promise<Outcome<unknown> | SimulationFailed> {
  if (program === undefined) throw new Error("nothing was loaded");
  try {
    return await program.run(seed, changes);
  } catch (error) {
    if (isFailure(error)) return error;
    throw error;
  }
}

function changesOf({ plan, command }: RunOrder): Changes {
  const again = ({ words }: Replay): string => {
    if (command !== undefined && words.plan === undefined) return command;
    const planned = words.plan === undefined ? "" : ` --plan ${words.plan}`;
    return `npx sabeam sim ${name} --seed ${words.seed}${planned}`;
  };
  return plan === undefined ? { command: again } : { command: again, faults: plan };
}

/** By its code: the file may have another copy of the class. */
function isFailure(error: unknown): error is SimulationFailed {
  return error instanceof Error && "code" in error && error.code === "ERR_SIMULATION_FAILED";
}

function failed(error: SimulationFailed, busyMs: number, note = ""): Failed {
  const { seed, plan, hash, step, atMs, mermaid, report, command } = error;
  const what = error.message.slice(0, error.message.length - report.length).trim();
  const facts = { plan, hash, step, atMs, mermaid };
  return { type: "failed", seed, what, report: `${note}${report}`, facts, command, busyMs };
}

/**
 * Where it was thrown is told of errors of the user's own; those with a code of sabeam's say by
 * themselves what is wrong, and where.
 */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && String(error.code).startsWith("ERR_INVALID_")) return error.message;
  const lines = (error.stack ?? error.message).split("\n");
  const here = [`${pathToFileURL(process.cwd()).href}/`, `${process.cwd()}/`];
  const user = lines.filter((line) => !line.includes("node:internal")).slice(0, LINES_MAX);
  return here.reduce((text, folder) => text.replaceAll(folder, ""), user.join("\n"));
}

/**
 * A fleet that was killed cannot end its jobs, and one that hangs does not hear that it is alone.
 * A thread of its own does.
 */
function endWithParent(): void {
  const watch = `
    const { ppid } = process;
    setInterval(() => process.ppid === ppid || process.kill(process.pid, "SIGKILL"), ${ALONE_MS});
  `;
  new Worker(watch, { eval: true, execArgv: [] }).unref();
}
