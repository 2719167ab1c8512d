/**
 * What threads are made of: worker_threads. A simulated machine can stand in its place, on which
 * the same keeper, control plane and threads run (runtime/sim/machine.ts).
 */

import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { type Env, type RealEnvOptions, realEnv } from "./env.ts";

/** One end of a channel, as far as the control plane uses it. */
export interface Port {
  once(event: "close", listener: () => void): unknown;
  close(): void;
  unref(): void;
}

export interface Channel {
  readonly port1: Port;
  readonly port2: Port;
}

/** A thread as whoever made it holds it. */
export interface ThreadHandle {
  on(event: "error", listener: (error: unknown) => void): unknown;
  on(event: "exit", listener: (code: number) => void): unknown;
  once(event: "online", listener: () => void): unknown;
  /** Ends it, at whatever it is; settles when it has ended. */
  terminate(): Promise<number>;
  /** It keeps the process alive; `unref`: no more. */
  ref(): void;
  unref(): void;
}

export interface ThreadStart {
  readonly name: string;
  /** What its first module is handed. */
  readonly data: object;
  /** Ports in `data`, which are the new thread's from here on. */
  readonly ports: readonly Port[];
  /** Bounds the old generation of its heap in megabytes; undefined: Node's default. */
  readonly heapMb?: number | undefined;
}

export interface Machine {
  /** Starts a thread with this first module. */
  thread(entry: URL, start: ThreadStart): ThreadHandle;
  channel(): Channel;
  /** The Env of one life of a thread, asked for on that thread. */
  env(options: RealEnvOptions): Env;
  /** Imports a module of the user's. */
  load(url: string): Promise<object>;
}

export const realMachine: Machine = {
  thread: (entry, { name, data, ports, heapMb }) =>
    new Worker(entry, {
      workerData: data,
      transferList: [...ports] as MessagePort[],
      name,
      resourceLimits: heapMb === undefined ? {} : { maxOldGenerationSizeMb: heapMb },
    }),
  channel: () => new MessageChannel(),
  env: realEnv,
  load: (url) => import(url) as Promise<object>,
};
