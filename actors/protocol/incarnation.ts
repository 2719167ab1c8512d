/**
 * Lives of a member as one number, which travels with each message: later lives have higher ones,
 * and one that has lost what it had kept shows.
 *
 *     keeps a log       life of the log (32 bits)  ·  tag of its journal (20 bits)  ·  1
 *     keeps nothing     time at which it began, in 1/1024 ms (52 bits)              ·  0
 *
 * Lives of a log count up durably. Where nothing is kept, the time is that of the system's start by
 * the wall clock, and the monotonic clock from there: so within a system lives are in order
 * whatever the wall clock does. Between two systems it must not have been set back.
 *
 * A journal that was lost begins anew with another tag, drawn when it was made, so whoever has
 * known the member before does not take it for the same, however often it is started again.
 */

import type { Cell } from "../cell.ts";
import type { Self } from "../types.ts";
import type { MemberLog } from "./member-log.ts";

const TAGS: number = 2 ** 20;
const UNITS_PER_MS = 1024;

/** Of a life that begins right now. */
export function incarnationOf(self: Self<object>, log: MemberLog | undefined): number {
  return log === undefined ? keepsNothing(self) : keeps(log.life, log.tag);
}

export function keeps(life: number, tag: number): number {
  return (life * TAGS + (tag % TAGS)) * 2 + 1;
}

function keepsNothing(self: Self<object>): number {
  const { settings, thread } = (self as unknown as Cell).host; // Whatever has a turn is a cell.
  return Math.floor((settings.startedAtMs + thread.env.now()) * UNITS_PER_MS) * 2;
}

/** The later one may know what the earlier one has kept, or neither keeps anything. */
export function isSuccessor(one: number, other: number): boolean {
  const isKept = one % 2;
  if (isKept !== other % 2) return false;
  return isKept === 0 || one % (2 * TAGS) === other % (2 * TAGS);
}
