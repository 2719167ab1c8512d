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
import { causeOf } from "./thrown-facts.ts";

/** Causes of causes, of which each may hold something that cannot travel. */
const CAUSES_MAX = 8;
/** Longer chains are too deep for the codec anyway. */
const CAUSES_LOOKED_AT = 128;

/** For a caller on this thread. */
export function copyThrown(codec: Codec, thrown: unknown): unknown {
  if (codec.isScalar(thrown)) return thrown;
  try {
    if (!isCircular(thrown)) return reviveError(codec.copy(thrown, "error"));
  } catch {
    // It holds something that cannot travel.
  }
  return reviveError(withoutUnsendable(codec, thrown));
}

/** An error among whose causes is itself; the codec would walk round until it is too deep. */
function isCircular(thrown: unknown): boolean {
  if (!isA(thrown, Error)) return false;
  let slow: unknown = thrown;
  let fast = causeOf(thrown);
  // The fast one meets the slow one, or comes to an end.
  for (let steps = 0; steps < CAUSES_LOOKED_AT && isA(fast, Error); steps += 1) {
    if (fast === slow) return true;
    fast = causeOf(fast);
    if (steps % 2 === 1) slow = causeOf(slow);
  }
  return false;
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
      if (!isCircular(value)) {
        kept.push([key, codec.copy(value, key)]);
        continue;
      }
    } catch {
      // Of an error the rest still comes.
    }
    if (!isA(value, Error) || causes === CAUSES_MAX) continue;
    kept.push([key, withoutUnsendable(codec, value, causes + 1)]);
  }
  return Object.fromEntries(kept);
}
