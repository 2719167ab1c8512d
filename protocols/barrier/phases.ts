/** Phase numbers count up for ever, over resets too: each names one phase of an instance. */

/** The last phase; behind it the barrier is broken for good, "exhausted". It is even. */
export const PHASE_MAX: number = Number.MAX_SAFE_INTEGER - 7;

/**
 * Which phase opens when this one is over. A double barrier that broke, at whichever half, begins
 * with a phase to enter: an even one.
 */
export function following(phase: number, isBroken: boolean, isDouble: boolean): number {
  const next = phase + 1;
  return isBroken && isDouble && next % 2 === 1 ? next + 1 : next;
}
