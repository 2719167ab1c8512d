/**
 * What members, and likewise instances, may be called: so that the name of a shell, which is made
 * of both, is one that an actor can have.
 */

import type { MemberId } from "./contract.ts";

/** UTF-8; a name of an actor has 200. */
export const ID_BYTES_MAX = 64;
export const ID_RULE: string = `a text of 1 to ${ID_BYTES_MAX} bytes of UTF-8 without a slash`;
/** Of the name of a protocol, so that all of it fits. */
export const PROTOCOL_BYTES_MAX = 64;

/** A text of 1 to 64 bytes of UTF-8 without a slash, which stands between the parts of a name. */
export function isMemberId(id: unknown): id is MemberId {
  if (typeof id !== "string" || id.length === 0 || id.length > ID_BYTES_MAX) return false;
  if (id.includes("/") || id.includes("\0")) return false;
  const bytes = Buffer.byteLength(id);
  // Half of a surrogate pair is no character.
  return bytes <= ID_BYTES_MAX && (bytes === id.length || Buffer.from(id).toString() === id);
}
