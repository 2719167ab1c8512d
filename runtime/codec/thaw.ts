/**
 * A deep copy of a wire value, with what the decoder would have made of its bytes.
 *
 * This is what makes a copy on one thread and a message between two threads the same: both start
 * from the value that `check.ts` gives, and both make rare values with `revive`.
 */

import { Rare, revive } from "./rare.ts";

/** Costs one allocation per object; its depth is bounded by the check before. */
export function thaw(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return thawArray(value);
  if (value instanceof Rare) return revive(thawArray(value.parts));
  if (value instanceof Map) return thawMap(value);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  return thawPlain(value as Record<string, unknown>);
}

function thawArray(value: readonly unknown[]): unknown[] {
  const copy = new Array<unknown>(value.length);
  for (let index = 0; index < value.length; index += 1) copy[index] = thaw(value[index]);
  return copy;
}

function thawMap(value: Map<unknown, unknown>): Map<unknown, unknown> {
  const copy = new Map<unknown, unknown>();
  for (const [key, item] of value) copy.set(thaw(key), thaw(item));
  return copy;
}

/** A key `__proto__` never comes here: such objects are rare. */
function thawPlain(value: Record<string, unknown>): object {
  const copy: Record<string, unknown> = { ...value };
  for (const key in copy) {
    const field = copy[key];
    if (typeof field === "object" && field !== null) copy[key] = thaw(field);
  }
  return copy;
}
