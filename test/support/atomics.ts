/**
 * Atomics with something in between: what another thread does in the one moment that matters, and
 * wake-ups that the test itself delivers. Everything in one JavaScript thread.
 */

/** Atomics as the runtime uses it, on int32 words only. */
interface Int32Atomics {
  store(words: Int32Array, index: number, value: number): number;
  notify(words: Int32Array, index: number, count?: number): number;
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
  const { store, notify } = atomics;
  Object.assign(atomics, replace({ store, notify }));
  return () => void Object.assign(atomics, { store, notify });
}
