/** A worker thread as the keeper holds it: booted here, assigned an index, told, ended. */

import { Control, serve } from "./control.ts";
import { summarise } from "./errors.ts";
import type { KeeperOptions, ThreadApi } from "./keeper-api.ts";
import type { Machine, ThreadHandle } from "./machine.ts";

/** A port of a worker that has ended closes with it; nobody waits longer for that. */
const CLOSE_MS = 1000;

export interface Kept {
  readonly worker: ThreadHandle;
  /** What an inspector shows; a worker keeps it for life. */
  readonly name: string;
  readonly control: Control<ThreadApi>;
  index: number;
  generation: number;
  /** Why it died, if it said so. */
  cause: string | undefined;
  /** Its end was asked for, and is no sign that something is wrong. */
  asked: boolean;
  /** It has begun to run. */
  online: boolean;
  /** An own thread that nobody lives on any more: its end is no death. */
  left: boolean;
  /** It has died while the system stops: what was in it has to be accounted for. */
  died: boolean;
}

/** A bound of a thread's heap in megabytes, and who has set it. */
export interface Heap {
  readonly mb: number;
  readonly of: "its spawn" | "startSystem";
}

/** Of a worker that is booted for this index. */
export function threadName(index: number): string {
  return `sabeam thread ${index}`;
}

export interface Boot {
  readonly name: string;
  /** Bounds the old generation of its heap; undefined: Node's default. */
  readonly heap: Heap | undefined;
  /** What it may ask of the keeper. */
  readonly api: object;
  exited(kept: Kept, code: number): void;
}

export function bootThread({ entry, boot }: KeeperOptions, begin: Boot, machine: Machine): Kept {
  const { name, heap, api } = begin;
  const up = machine.channel();
  const down = machine.channel();
  const worker = machine.thread(new URL(entry), {
    name,
    data: { ...boot, keeper: up.port1, control: down.port1 },
    ports: [up.port1, down.port1],
    heapMb: heap?.mb,
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
    asked: false,
    online: false,
    left: false,
    died: false,
  };
  worker.once("online", () => {
    kept.online = true;
  });
  worker.on("error", (error) => {
    kept.cause ??= causeOf(error, heap);
  });
  // What it has asked for comes before its port closes, and belongs to its life.
  const heard = new Promise<void>((resolve) => up.port2.once("close", resolve));
  worker.on("exit", (code) => {
    const late = new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref());
    void Promise.race([heard, late]).then(() => begin.exited(kept, code));
  });
  return kept;
}

function causeOf(error: unknown, heap: Heap | undefined): string {
  const { code } = (error ?? {}) as { code?: unknown };
  if (code !== "ERR_WORKER_OUT_OF_MEMORY" || heap === undefined) return summarise(error);
  return `heap limit reached: heapMb ${heap.mb} of ${heap.of} (${summarise(error)})`;
}
