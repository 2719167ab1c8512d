/** A worker thread as the keeper holds it: booted here, assigned an index, told, ended. */

import { MessageChannel, Worker } from "node:worker_threads";
import { Control, serve } from "./control.ts";
import { summarise } from "./errors.ts";
import type { KeeperOptions, ThreadApi } from "./keeper-api.ts";

export interface Kept {
  readonly worker: Worker;
  /** What an inspector shows; a worker keeps it for life. */
  readonly name: string;
  readonly control: Control<ThreadApi>;
  index: number;
  generation: number;
  /** Why it died, if it said so. */
  cause: string | undefined;
  /** An own thread that nobody lives on any more: its end is no death. */
  left: boolean;
}

export interface Boot {
  readonly name: string;
  /** Bounds the old generation of its heap; undefined: Node's default. */
  readonly heapMb?: number | undefined;
  /** What it may ask of the keeper. */
  readonly api: object;
  exited(kept: Kept, code: number): void;
}

export function bootThread({ entry, boot }: KeeperOptions, begin: Boot): Kept {
  const { name, heapMb, api } = begin;
  const up = new MessageChannel();
  const down = new MessageChannel();
  const worker = new Worker(new URL(entry), {
    workerData: { ...boot, keeper: up.port1, control: down.port1 },
    transferList: [up.port1, down.port1],
    name,
    resourceLimits: heapMb === undefined ? {} : { maxOldGenerationSizeMb: heapMb },
  });
  serve(up.port2, api);
  const control = new Control<ThreadApi>("a thread", down.port2);
  const kept: Kept = {
    worker,
    name,
    control,
    index: 0,
    generation: 0,
    cause: undefined,
    left: false,
  };
  worker.on("error", (error) => {
    kept.cause ??= causeOf(error, heapMb);
  });
  worker.on("exit", (code) => begin.exited(kept, code));
  return kept;
}

function causeOf(error: unknown, heapMb: number | undefined): string {
  const { code } = (error ?? {}) as { code?: unknown };
  if (code !== "ERR_WORKER_OUT_OF_MEMORY" || heapMb === undefined) return summarise(error);
  return `heap limit reached: heapMb ${heapMb} of its spawn (${summarise(error)})`;
}
