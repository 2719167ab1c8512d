/** Own properties, set without surprises by `__proto__`, by setters or by what was there before. */

function define(object: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(object, key, { value, enumerable, writable: true, configurable: true });
}

/** Assigns as an object literal does: a key `__proto__` is a key like any other. */
export function put(object: object, key: string, value: unknown): void {
  if (key === "__proto__") define(object, key, value, true);
  else (object as Record<string, unknown>)[key] = value;
}

/** Puts all properties of `properties` on `object`, replacing what it has. */
export function putAll(object: object, properties: object, enumerable: boolean): void {
  for (const [key, value] of Object.entries(properties)) define(object, key, value, enumerable);
}

/** Reads what may be inherited, or computed by code of the user; undefined if that code throws. */
export function readQuietly(object: object, key: string): unknown {
  try {
    return Reflect.get(object, key);
  } catch {
    return undefined;
  }
}
