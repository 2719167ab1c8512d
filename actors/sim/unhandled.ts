/**
 * Errors of simulated actors that nobody handles: rejected promises, and what is thrown by
 * microtasks and ticks. The actor whose code it was crashes, as on a thread; where none can be
 * blamed the thread would end, and here the run fails, since whose thread it was is not known.
 */

import { summarise } from "../../runtime/errors.ts";
import { Cut } from "../../runtime/sim/death.ts";
import type { Run } from "./run.ts";

const MONITOR = "uncaughtExceptionMonitor";
const EVENTS = [
  ["unhandledRejection", "nobody handled a rejection, and it is no actor's"],
  ["uncaughtException", "nobody caught an error, and it is no actor's"],
] as const;

type Listener = (...args: unknown[]) => void;

/** Hears of them until `stop`; others who listen hear nothing meanwhile. */
export interface Unhandled {
  /** The first one that was nobody's. */
  readonly failed: Error | undefined;
  stop(): void;
}

export function hearUnhandled(run: Run): Unhandled {
  let failed: Error | undefined;
  const undo = EVENTS.map(([event, nobodys]) =>
    replaceListeners(event, (error) => {
      if (error instanceof Cut) return;
      let blamed = false;
      run.world.inside(() => {
        blamed = blame(run, error);
      });
      if (blamed) return;
      failed ??= new Error(`${nobodys}: ${summarise(error)}`, { cause: error });
      run.world.fail(failed);
    }),
  );
  // Each life of a node has a monitor.
  const max = process.getMaxListeners();
  const monitors = new Set(process.rawListeners(MONITOR));
  process.setMaxListeners(0);
  return {
    get failed() {
      return failed;
    },
    stop: () => {
      // Of systems that were not stopped.
      for (const monitor of process.rawListeners(MONITOR)) {
        if (!monitors.has(monitor)) process.off(MONITOR, monitor as Listener);
      }
      process.setMaxListeners(max);
      for (const back of undo) back();
    },
  };
}

/** Until what it returns is called. */
function replaceListeners(event: string, heard: (error: unknown) => void): () => void {
  const others = process.rawListeners(event) as Listener[];
  for (const other of others) process.off(event, other);
  process.on(event, heard);
  return () => {
    process.off(event, heard);
    for (const other of others) process.on(event, other);
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
