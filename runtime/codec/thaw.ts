/**
 * Turns a wire value into the value that the decoder would make of its bytes, in place.
 *
 * This is what makes a copy on one thread and a message between two threads the same: both start
 * from the wire value that `check.ts` gives, and both make rare values with `revive`. The objects
 * and arrays of a wire value are copies already; only bytes are still the sender's.
 */

import { Rare, revive } from "./rare.ts";

/** Costs a visit of every object. The check has bounded the depth. */
export function thaw(wire: unknown): unknown {
  if (typeof wire !== "object" || wire === null) return wire;
  if (Array.isArray(wire)) {
    for (let index = 0; index < wire.length; index += 1) wire[index] = thaw(wire[index]);
    return wire;
  }
  if (wire instanceof Rare) return revive(wire.parts.map(thaw));
  if (wire instanceof Uint8Array) return new Uint8Array(wire);
  if (wire instanceof Map) return thawMap(wire);
  return thawPlain(wire as Record<string, unknown>);
}

function thawMap(wire: Map<unknown, unknown>): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  for (const [key, value] of wire) map.set(thaw(key), thaw(value));
  return map;
}

/** A key `__proto__` never comes here: objects that have one are rare. */
function thawPlain(wire: Record<string, unknown>): object {
  for (const key in wire) {
    const field = wire[key];
    if (typeof field === "object" && field !== null) wire[key] = thaw(field);
  }
  return wire;
}
