/**
 * A job: a process of its own that runs seeds (job-entry.ts), and what is known of it here.
 *
 * A process and not a thread, for which piscina would do: what a simulation replaces and what it
 * can run into (endless loops, a full heap, `process.exit`) is the whole process's, loaders for
 * TypeScript reach it by flags, and the one that hangs can be killed whatever it is at.
 *
 * Two seeds are with it at a time, so that it never waits for the next one.
 */

import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { CliError } from "../errors.ts";
import type { Order, Report, RunOrder } from "./orders.ts";

export const AHEAD = 2;
/** What loading may take; and, beyond its time, a seed whose faults are made fewer. */
export const LOAD_MS_MAX = 60_000;
export const SHRINK_MS_MAX = 60_000;
/** Of what it writes to stderr, for when it dies. */
const WORDS_MAX = 4_000;

export interface JobOptions {
  readonly file: string;
  readonly name: string;
  readonly flags: readonly string[];
  /** Real milliseconds that a seed may take. */
  readonly seedMs: number;
  /** It writes to the terminal, instead of being kept quiet. */
  readonly loud: boolean;
}

export interface JobEvents {
  report(job: Job, report: Report): void;
  /** It runs no more, and not because it was told to. The first of its seeds is to blame. */
  died(job: Job, how: string): void;
}

export class Job {
  readonly #child: ChildProcess;
  readonly #options: JobOptions;
  readonly #events: JobEvents;
  /** Seeds that it has been told, the one that runs first. */
  readonly #seeds: string[] = [];
  #patience: NodeJS.Timeout | undefined;
  #words = "";
  #late = "";
  #ended = false;

  constructor(options: JobOptions, events: JobEvents) {
    this.#options = options;
    this.#events = events;
    const { file, name, flags, loud } = options;
    const output = loud ? "inherit" : "ignore";
    this.#child = fork(fileURLToPath(new URL("./job-entry.js", import.meta.url)), [], {
      stdio: ["ignore", output, loud ? "inherit" : "pipe", "ipc"],
      execArgv: [...process.execArgv, ...flags],
      env: environment(),
    });
    this.#child.stderr?.on("data", (data: Buffer) => {
      this.#words = (this.#words + String(data)).slice(-WORDS_MAX);
    });
    this.#child.on("message", (report: Report) => this.#heard(report));
    this.#child.once("error", (error) => this.#died(error.message));
    this.#child.once("close", (code, signal) => {
      const end = signal === null ? `exit code ${code}` : signal;
      const last = this.#words.trim().split("\n").slice(-1)[0] ?? "";
      this.#died(`its process ended (${end})${last === "" ? "" : `: ${last}`}`);
    });
    this.#say({ type: "load", file, name });
    this.#wait(LOAD_MS_MAX, "loading it");
  }

  /** Not yet reported, the one that runs first. */
  get seeds(): readonly string[] {
    return this.#seeds;
  }

  run(order: Omit<RunOrder, "type">): void {
    this.#seeds.push(order.seed);
    this.#say({ type: "run", ...order });
    if (this.#seeds.length === 1) this.#waitForSeed();
  }

  /** At whatever it is. Nothing more is told of it. */
  kill(): void {
    this.#ended = true;
    clearTimeout(this.#patience);
    this.#child.kill("SIGKILL");
  }

  #say(order: Order): void {
    // What it cannot be told any more because it ends, its end tells.
    this.#child.send(order, () => {});
  }

  #heard(report: Report): void {
    if (this.#ended) return;
    clearTimeout(this.#patience);
    if (report.type === "fails") this.#wait(SHRINK_MS_MAX, "looking for fewer faults");
    else if (report.type !== "loaded") this.#seeds.shift();
    if (report.type !== "fails") this.#waitForSeed();
    this.#events.report(this, report);
  }

  #waitForSeed(): void {
    clearTimeout(this.#patience);
    if (this.#seeds.length > 0) this.#wait(this.#options.seedMs, "it");
  }

  #wait(ms: number, what: string): void {
    this.#patience = setTimeout(() => {
      this.#late = `it hangs: ${what} took more than ${ms / 1000} s, and its process was killed`;
      this.#child.kill("SIGKILL");
    }, ms);
  }

  #died(how: string): void {
    if (this.#ended) return;
    this.kill();
    this.#events.died(this, this.#late || how);
  }
}

/** Without what would give all seeds the same one. */
function environment(): NodeJS.ProcessEnv {
  const { SABEAM_SIM_SEED: _seed, SABEAM_SIM_PLAN: _plan, ...rest } = process.env;
  return rest;
}

/** @throws CliError */
export function refusal(
  name: string,
  problem: "load" | "export" | "program",
  text: string,
): CliError {
  switch (problem) {
    case "load":
      return new CliError("ERR_CLI_NOT_LOADED", `${name} cannot be loaded: ${text}`);
    case "export": {
      const wanted = "export default simulation(options, body), of sabeam/sim";
      const what = `${name} has no simulation as its default export; it exports ${text}`;
      return new CliError("ERR_CLI_NO_SIMULATION", `${what}; write: ${wanted}`);
    }
    case "program":
      return new CliError("ERR_CLI_NOT_SIMULATED", `${name} cannot be simulated: ${text}`);
  }
}
