/**
 * A vector clock: how many events of each member somebody knows of.
 *
 *     a  {a1} ── {a2} ─────────────── {a3 b2}     {a2} is before {a3 b2}
 *                    ╲               ╱
 *     b     {b1} ─────────── {b2} ──╱             {a2} and {b2} are concurrent
 *
 * It says exactly whether one event could have caused another one. Duplicates are no news: two
 * equal clocks compare as `equal`, and to merge one twice changes nothing.
 *
 * A clock is a map that its owner changes in place; a member without an entry has 0. Copy it
 * (`new Map(clock)`) to keep it. It travels in messages as it is.
 *
 * Left out: dots and sets of versions (a map per key), and who the members are. An entry that
 * `prune` took away comes back with a clock in which it still is: prune in the same epoch
 * everywhere, and refuse messages of the epochs before.
 *
 * @source Fidge, Timestamps in Message-Passing Systems That Preserve the Partial Ordering, 1988;
 *   Mattern, Virtual Time and Global States of Distributed Systems, 1989.
 */

import type { MemberId } from "../actors/index.ts";
import { ClockFull } from "./errors.ts";
import { isCounter } from "./lamport.ts";

export type VectorClock = Map<MemberId, number>;
export type ReadonlyVectorClock = ReadonlyMap<MemberId, number>;

/** Of two clocks, the first one as seen from the second one. */
export type Relation = "before" | "after" | "equal" | "concurrent";

/** Entries that a clock may have, unless its owner says otherwise: one per member of a group. */
export const ENTRIES_MAX = 1024;

/**
 * An event of `member` itself, sending included.
 *
 * @throws ClockFull (ERR_CLOCK_FULL) for a new member beyond the bound; nothing has changed then.
 */
export function tick(clock: VectorClock, member: MemberId, entriesMax = ENTRIES_MAX): void {
  const counter = clock.get(member);
  if (counter === undefined && clock.size >= entriesMax) throw new ClockFull(entriesMax);
  clock.set(member, (counter ?? 0) + 1);
}

/** Learns what `remote` knows. @throws ClockFull (ERR_CLOCK_FULL) as `tick` */
export function merge(
  clock: VectorClock,
  remote: ReadonlyVectorClock,
  entriesMax = ENTRIES_MAX,
): void {
  if (!tryMerge(clock, remote, entriesMax)) throw new ClockFull(entriesMax);
}

/** The same, where a full clock must be no exception: false, and nothing has changed. */
export function tryMerge(
  clock: VectorClock,
  remote: ReadonlyVectorClock,
  entriesMax = ENTRIES_MAX,
): boolean {
  let entries = clock.size;
  for (const [member, counter] of remote) {
    if (counter > 0 && !clock.has(member)) entries += 1;
  }
  if (entries > entriesMax) return false;
  for (const [member, counter] of remote) {
    if (counter > (clock.get(member) ?? 0)) clock.set(member, counter);
  }
  return true;
}

/**
 * The receipt of a message that carries `remote`, an event of `member`: merges, then ticks.
 *
 * @returns false if the clock is full; nothing has changed then.
 */
export function tryReceive(
  clock: VectorClock,
  remote: ReadonlyVectorClock,
  member: MemberId,
  entriesMax = ENTRIES_MAX,
): boolean {
  // Room for one's own entry, which may be missing on both sides.
  const own = clock.has(member) || (remote.get(member) ?? 0) > 0 ? 0 : 1;
  if (!tryMerge(clock, remote, entriesMax - own)) return false;
  tick(clock, member, entriesMax);
  return true;
}

/**
 * `before` if all that `a` knows is known to `b`, and `b` knows more. Costs a look-up per entry of
 * `a`, and of `b` if that one has entries which `a` has not; allocates nothing.
 */
export function compare(a: ReadonlyVectorClock, b: ReadonlyVectorClock): Relation {
  let isLess = false;
  let isMore = false;
  let found = 0;
  for (const [member, counter] of a) {
    const other = b.get(member);
    if (other !== undefined) found += 1;
    if (counter < (other ?? 0)) isLess = true;
    else if (counter > (other ?? 0)) isMore = true;
  }
  if (found < b.size && !isLess) isLess = knowsMore(b, a);
  if (isLess) return isMore ? "concurrent" : "before";
  return isMore ? "after" : "equal";
}

/** Whether `a` has events of a member that has no entry in `b`. */
function knowsMore(a: ReadonlyVectorClock, b: ReadonlyVectorClock): boolean {
  for (const [member, counter] of a) {
    if (counter > 0 && !b.has(member)) return true;
  }
  return false;
}

/** Takes away whoever is no member any more. @returns how many entries that were. */
export function prune(clock: VectorClock, members: ReadonlySet<MemberId>): number {
  const before = clock.size;
  // A Map allows to delete the entry that one is looking at.
  for (const member of clock.keys()) {
    if (!members.has(member)) clock.delete(member);
  }
  return before - clock.size;
}

/** For peer codecs: whether what a stranger sent is a clock, and no larger than allowed. */
export function isVectorClock(value: unknown, entriesMax = ENTRIES_MAX): value is VectorClock {
  if (!(value instanceof Map) || value.size > entriesMax) return false;
  for (const [member, counter] of value) {
    if (typeof member !== "string" || !isCounter(counter)) return false;
  }
  return true;
}
