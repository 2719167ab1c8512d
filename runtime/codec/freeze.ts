/**
 * Freezes what was sent, so that a sender that changes it afterwards fails where it does so.
 *
 * For development. Left alone: bytes, which cannot be frozen; references; regular expressions,
 * whose matching stores `lastIndex`; instances with an extension, which may hold more than what is
 * sent of them: caches, or each other in a circle. The contents of a Map, a Set or a Date can still
 * be changed with their methods, but the objects in a Map or Set are frozen.
 */

import { types } from "node:util";
import { DEPTH_MAX } from "./check.ts";
import { extensionOf } from "./extension.ts";
import type { ReferencePort } from "./reference.ts";

/** @param value passed the check before, so it has no cycle. */
export function freeze(value: unknown, references: ReferencePort, depth = 0): void {
  if (typeof value !== "object" || value === null || depth > DEPTH_MAX) return;
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value) || types.isRegExp(value)) return;
  const prototype = Object.getPrototypeOf(value);
  const own = prototype === Object.prototype || prototype === Array.prototype;
  if (!own && references.isReference(value)) return;
  if (!own && prototype !== null && extensionOf(prototype) !== undefined) return;

  Object.freeze(value);
  if (types.isMap(value)) {
    for (const [key, item] of value) {
      freeze(key, references, depth + 1);
      freeze(item, references, depth + 1);
    }
  } else if (types.isSet(value)) {
    for (const item of value) freeze(item, references, depth + 1);
  } else {
    for (const property of Object.values(Object.getOwnPropertyDescriptors(value))) {
      freeze(property.value, references, depth + 1);
    }
  }
}
