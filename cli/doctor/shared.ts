/** Checks of what threads talk through: memory they share, and the word a sleeping one waits on. */

import { setTimeout as sleep } from "node:timers/promises";
import { allocateDirectory, MAX_ACTORS_DEFAULT } from "../../runtime/index.ts";
import { type Check, type Finding, sizeOf } from "./check.ts";

const WAKE_TIMEOUT_MS = 1000;

export function sharedChecks(
  allocate: (maxActors: number) => SharedArrayBuffer = allocateDirectory,
): Check[] {
  return [
    { name: "shared memory", run: () => [sharedMemory(allocate)] },
    { name: "wake-ups", run: async () => [await wakeUps()] },
  ];
}

/** The largest piece that a system needs at once is its directory of actors. */
function sharedMemory(allocate: (maxActors: number) => SharedArrayBuffer): Finding {
  const maxActors = MAX_ACTORS_DEFAULT;
  const actors = `${maxActors.toLocaleString("en")} actors`;
  try {
    const bytes = allocate(maxActors).byteLength;
    const text =
      `${sizeOf(bytes)} in one piece for ${actors}, from the memory of the process: ` +
      "/dev/shm is not used";
    return { ok: true, text, facts: { maxActors, bytes } };
  } catch (error) {
    return {
      ok: false,
      text: `no piece large enough for ${actors} (${messageOf(error)})`,
      fix: "raise the limit of address space (ulimit -v), or startSystem({ maxActors: 65536 })",
      facts: { maxActors, error: messageOf(error) },
    };
  }
}

async function wakeUps(): Promise<Finding> {
  const facts = { waitAsync: typeof Atomics.waitAsync === "function" };
  const fix = "use another Node: 20.19 and later have it, and no flag turns it on";
  if (!facts.waitAsync) return { ok: false, text: "there is no Atomics.waitAsync", fix, facts };
  const words = new Int32Array(new SharedArrayBuffer(4));
  const waiting = Atomics.waitAsync(words, 0, 0, WAKE_TIMEOUT_MS);
  Atomics.notify(words, 0);
  // It keeps the process alive meanwhile: what waits for a word does not.
  const patience = new AbortController();
  const { signal } = patience;
  const late = sleep(WAKE_TIMEOUT_MS, "no answer", { signal });
  const outcome = await Promise.race([waiting.value, late]).finally(() => patience.abort());
  if (outcome === "ok") return { ok: true, text: "Atomics.waitAsync wakes who sleeps", facts };
  return { ok: false, text: `Atomics.waitAsync ends with "${outcome}"`, fix, facts };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
