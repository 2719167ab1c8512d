/**
 * What must be true in a correct program. A failure is a bug of sabeam, not of its user's input.
 */

export class AssertionError extends Error {
  override readonly name = "AssertionError";
  readonly code = "ERR_ASSERTION";
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(`${message}; this is a bug in sabeam, please report it`);
}

export function unreachable(value: never): never {
  throw new AssertionError(`no case for ${String(value)}`);
}
