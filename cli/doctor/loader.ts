/** The process that loading.ts starts, and its threads: this file is the first module of both. */

import { createRequire } from "node:module";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

export type Outcome =
  | { readonly type: "loads" }
  /** Not even on one thread. */
  | { readonly type: "fails"; readonly message: string }
  /** On one thread, but not on a second one. */
  | { readonly type: "once"; readonly message: string }
  | { readonly type: "crashes"; readonly end: string }
  | { readonly type: "hangs" };

export interface Report {
  readonly outcome: Outcome;
}

/** An error's message; undefined if it loaded. */
type Answer = string | undefined;

if (isMainThread) {
  process.on("message", ({ files }: { files: string[] }) => void tryAll(files));
} else {
  const require = createRequire(import.meta.url);
  parentPort?.on("message", (file: string) => parentPort?.postMessage(attempt(require, file)));
}

async function tryAll(files: readonly string[]): Promise<void> {
  const [first, second] = [
    new Worker(new URL(import.meta.url)),
    new Worker(new URL(import.meta.url)),
  ];
  for (const file of files) {
    const report: Report = { outcome: await tryOne(first, second, file) };
    process.send?.(report);
  }
}

async function tryOne(first: Worker, second: Worker, file: string): Promise<Outcome> {
  const alone = await ask(first, file);
  if (alone !== undefined) return { type: "fails", message: alone };
  const again = await ask(second, file);
  return again === undefined ? { type: "loads" } : { type: "once", message: again };
}

function ask(worker: Worker, file: string): Promise<Answer> {
  return new Promise((resolve) => {
    worker.once("message", resolve);
    worker.postMessage(file);
  });
}

function attempt(require: NodeJS.Require, file: string): Answer {
  try {
    require(file);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
