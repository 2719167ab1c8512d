/**
 * A Lamport clock: a number that grows along every chain of messages.
 *
 *     a   1 ──── 2 ─────────────── 7 ────      received 6: max(2, 6) + 1
 *                 ╲               ╱
 *     b   4 ─────── 5 ───── 6 ───╱             received 2: max(4, 2) + 1
 *
 * What could have caused something has the smaller number. Not the other way round: of two numbers
 * the smaller may belong to what knew nothing of the other (`vector-clock.ts` can tell). With the
 * member as a tie-break the order is total and the same for everybody.
 *
 * The state is the number itself, 0 before the first event. Keep it with what must not lose its
 * place in the order.
 *
 * @source Lamport, Time, Clocks, and the Ordering of Events in a Distributed System, CACM 21(7),
 *   1978.
 */

import type { MemberId } from "../actors/index.ts";

/** One event, in the total order. */
export interface LamportTime {
  readonly counter: number;
  readonly member: MemberId;
}

/**
 * The highest number that is believed when it comes from elsewhere. One more message of the highest
 * kind would end a clock that counts to 2^53; so 2^52 events of its own are left to everybody.
 */
export const COUNTER_MAX = 4503599627370496;

/** The number of the next event of one's own, sending included. */
export function tick(counter: number): number {
  return counter + 1;
}

/** The number of the receipt of a message that carries `remote`. */
export function receive(counter: number, remote: number): number {
  return Math.max(counter, remote) + 1;
}

/** Below 0 if `a` is first, above if `b` is; 0 only for the same event. */
export function compare(a: LamportTime, b: LamportTime): number {
  if (a.counter !== b.counter) return a.counter - b.counter;
  return a.member === b.member ? 0 : a.member < b.member ? -1 : 1;
}

/** For peer codecs: whether a stranger's number may be given to `receive`. */
export function isCounter(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= COUNTER_MAX;
}
