/** `process.exit`, which ends a thread where actors live, and here would end everything. */

import { ExitCalled } from "./errors.ts";
import type { Run } from "./run.ts";

/** Until what it returns is called. Whoever is no actor exits as always. */
export function replaceExit(run: Run): () => void {
  const before = Reflect.getOwnPropertyDescriptor(process, "exit");
  if (before === undefined) return () => {};
  const real = process.exit;
  const exit = (code?: number): never => {
    const cell = run.actor();
    if (cell === undefined) return real.call(process, code);
    const error = new ExitCalled(`${cell}`);
    run.world.fail(error);
    throw error;
  };
  Object.defineProperty(process, "exit", { ...before, value: exit });
  return () => void Object.defineProperty(process, "exit", before);
}
