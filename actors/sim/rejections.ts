/**
 * Promises of simulated actors that were rejected and that nobody handles. The actor whose code it
 * was crashes, as on a thread; where none can be blamed the thread would end, and here the run
 * fails, since whose thread it was is not known.
 */

import { summarise } from "../../runtime/errors.ts";
import { Cut } from "../../runtime/sim/death.ts";
import type { Run } from "./run.ts";

const EVENT = "unhandledRejection";
const MONITOR = "uncaughtExceptionMonitor";

/** Until what it returns is called; others who listen hear nothing meanwhile. */
export function hearRejections(run: Run): () => void {
  const others = process.rawListeners(EVENT) as ((...args: unknown[]) => void)[];
  for (const other of others) process.off(EVENT, other);
  const heard = (error: unknown): void => {
    if (error instanceof Cut) return;
    let blamed = false;
    run.world.inside(() => {
      blamed = blame(run, error);
    });
    if (blamed) return;
    const what = `nobody handled a rejection, and it is no actor's: ${summarise(error)}`;
    run.world.fail(new Error(what, { cause: error }));
  };
  const monitors = new Set(process.rawListeners(MONITOR));
  process.on(EVENT, heard);
  return () => {
    process.off(EVENT, heard);
    // Of systems that were not stopped.
    for (const monitor of process.rawListeners(MONITOR)) {
      if (!monitors.has(monitor)) process.off(MONITOR, monitor as () => void);
    }
    for (const other of others) process.on(EVENT, other);
  };
}

/** Main of a node has nobody to blame: there it ends the process. */
function blame({ nodes }: Run, error: unknown): boolean {
  for (const { hosts } of nodes.values()) {
    for (const { ambient, thread, watch } of hosts) {
      watch?.uncaught(error);
      if (thread.index > 0 && ambient.blame(error)) return true;
    }
  }
  return false;
}
