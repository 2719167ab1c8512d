/** Atomics.notify while a world runs: who waits in it is woken by its machine. */

import type { World } from "./world.ts";

type Notify = (words: Int32Array | BigInt64Array, index: number, count?: number) => number;

/** Until what it returns is called. Words that nobody of this world waits at are as ever. */
export function replaceNotify(world: World): () => void {
  const atomics = Atomics as { notify: Notify };
  const real: Notify = atomics.notify;
  atomics.notify = (words, index, count) => {
    const woken = words instanceof Int32Array ? world.notify(words, index) : undefined;
    return woken ?? real(words, index, count);
  };
  return () => {
    atomics.notify = real;
  };
}
