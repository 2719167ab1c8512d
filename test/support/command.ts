/** Programs in a process of their own, run to their end: exit code and what they wrote. */

import { spawn } from "node:child_process";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with the child once it has written something; to end it early, for instance. */
  readonly onOutput?: (child: ReturnType<typeof spawn>) => void;
}

/** The hang guard: then the child is killed, which no test expects. */
const TIMEOUT_MS = 60_000;

/** Runs Node with these arguments. Never rejects because of how the child ends. */
export function runNode(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const { cwd, env = {}, onOutput } = options;
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => {
    const first = stdout === "";
    stdout += data;
    if (first) onOutput?.(child);
  });
  child.stderr.on("data", (data: Buffer) => {
    stderr += data;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
