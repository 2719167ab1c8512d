/**
 * Loading: tries .node files on two threads at a time, in a process of its own, since one that is
 * not made for threads can take its process with it.
 *
 *     doctor ──files──► loader process ──► thread A loads it, keeps it; thread B loads it too
 *            ◄─outcome, file by file──
 *
 * What kills the process, or does not come back in time, is that file's outcome, and another
 * process goes on with the next one.
 */

import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Outcome, Report } from "./loader.ts";

export const LOAD_TIMEOUT_MS = 10_000;

/** Outcomes in the order of the files. */
export async function load(
  files: readonly string[],
  timeoutMs: number = LOAD_TIMEOUT_MS,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  // Each round settles at least one file.
  while (outcomes.length < files.length) {
    outcomes.push(...(await loadSome(files.slice(outcomes.length), timeoutMs)));
  }
  return outcomes;
}

/** What one process makes of them: all, or those up to the one at which it ended. */
async function loadSome(files: readonly string[], timeoutMs: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const child = startLoader();
  let late = false;
  const patience = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, timeoutMs);
  child.on("message", ({ outcome }: Report) => {
    outcomes.push(outcome);
    patience.refresh();
    if (outcomes.length === files.length) child.kill("SIGKILL");
  });
  child.send({ files });
  const end = await new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  clearTimeout(patience);
  if (outcomes.length < files.length) {
    outcomes.push(late ? { type: "hangs" } : { type: "crashes", end });
  }
  return outcomes;
}

function startLoader(): ChildProcess {
  const file = fileURLToPath(new URL("./loader.js", import.meta.url));
  // What native code prints is not ours to show, and flags of ours are not its business.
  return fork(file, [], { stdio: ["ignore", "ignore", "ignore", "ipc"], execArgv: [] });
}
