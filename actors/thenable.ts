/** What handlers and callbacks return, looked at without trusting it. */

/** True for a promise or anything like one. False for values that throw when they are looked at. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== "object" || value === null) return false;
  try {
    return "then" in value && typeof value.then === "function";
  } catch {
    return false;
  }
}

/** `instanceof` for what was thrown: a revoked Proxy throws when it is asked. */
export function isA<Kind>(
  value: unknown,
  kind: abstract new (...args: never[]) => Kind,
): value is Kind {
  try {
    return value instanceof kind;
  } catch {
    return false;
  }
}
