/**
 * What actors note of themselves is written with it. All virtual threads share a module, so a note
 * is there at once; but a thread may die in the middle of a step, and what its code does after that
 * must not be noted. An atomic write is where that shows: a dead thread cannot make one.
 */

const ink = new Int32Array(new SharedArrayBuffer(4));

/** Throws on a thread that has died in this step. */
export function dip(): void {
  Atomics.store(ink, 0, 0);
}
