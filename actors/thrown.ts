/**
 * What was thrown, as a caller gets it: a copy, like any other answer, so that it is the same on
 * one thread and across threads. Of an error that holds what cannot travel the rest still comes.
 *
 * Left out: classes of the user's own, which are builtin ones with another `name` afterwards.
 */

import type { Codec } from "../runtime/codec/codec.ts";
import { putTogether, takeApart } from "../runtime/codec/error.ts";
import { summarise } from "../runtime/errors.ts";
import { reviveError } from "./errors.ts";
import { isA } from "./thenable.ts";

/** Causes of causes, of which each may hold something that cannot travel. */
const CAUSES_MAX = 8;

/** For a caller on this thread. */
export function copyThrown(codec: Codec, thrown: unknown): unknown {
  if (codec.isScalar(thrown)) return thrown;
  try {
    return reviveError(codec.copy(thrown, "error"));
  } catch {
    return reviveError(withoutUnsendable(codec, thrown));
  }
}

/** For a caller anywhere, when `thrown` as it is cannot travel. */
export function withoutUnsendable(codec: Codec, thrown: unknown, causes = 0): Error {
  if (!isA(thrown, Error)) return new Error(summarise(thrown));
  try {
    const { base, hidden, fields } = takeApart(thrown);
    return putTogether(base, sendableOf(codec, hidden, causes), sendableOf(codec, fields, causes));
  } catch {
    // Its getters are code of the user, which may throw as well.
    return new Error(summarise(thrown));
  }
}

/** Those properties that can travel. */
export function sendableOf(codec: Codec, properties: object, causes = 0): object {
  const kept: [string, unknown][] = [];
  for (const [key, value] of Object.entries(properties)) {
    try {
      kept.push([key, codec.copy(value, key)]);
    } catch {
      if (!isA(value, Error) || causes === CAUSES_MAX) continue;
      kept.push([key, withoutUnsendable(codec, value, causes + 1)]);
    }
  }
  return Object.fromEntries(kept);
}
