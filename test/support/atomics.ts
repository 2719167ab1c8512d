/**
 * Atomics with something in between: what another thread does in the one moment that matters, and a
 * wait that the test itself ends. Everything in one JavaScript thread.
 */

/** Atomics as the runtime uses it, on int32 words only. */
interface Int32Atomics {
  store(words: Int32Array, index: number, value: number): number;
  notify(words: Int32Array, index: number, count?: number): number;
  waitAsync(words: Int32Array, index: number, value: number): Wait;
}

export interface Wait {
  async: boolean;
  value: { then(wake: () => void): void };
}

const atomics = Atomics as unknown as Int32Atomics;

/** Replaces functions of Atomics while `run` runs. */
export function withAtomics<Result>(
  replace: (real: Int32Atomics) => Partial<Int32Atomics>,
  run: () => Result,
): Result {
  const put = replaceAtomics(replace);
  try {
    return run();
  } finally {
    put();
  }
}

/** Replaces functions of Atomics until the function it returns is called. */
export function replaceAtomics(replace: (real: Int32Atomics) => Partial<Int32Atomics>): () => void {
  const { store, notify, waitAsync } = atomics;
  Object.assign(atomics, replace({ store, notify, waitAsync }));
  return () => void Object.assign(atomics, { store, notify, waitAsync });
}
