/**
 * Suspects a member from which nothing has come for a fixed time.
 *
 *     heard  ●───●───●─────────────────●
 *                     └─ timeoutMs ─┤   suspect until it is heard again
 *
 * Complete and not accurate: whoever has crashed is suspected for good after `timeoutMs` times
 * patience, and whoever is slow is suspected too. Choose a time-out of at least two heartbeats and
 * two looks of `local-health.ts`; where the time between heartbeats varies, see `phi-detector.ts`.
 *
 * Times are milliseconds, of time awake if it is not to suspect others of stalls of its own. Plain
 * data; the same three questions as the other detector.
 *
 * @source Chandra, Toueg, Unreliable Failure Detectors for Reliable Distributed Systems, JACM
 *   43(2), 1996: eventually perfect, if delays have a bound.
 */

import { InvalidOptions } from "../actors/index.ts";

export interface TimeoutDetector {
  readonly timeoutMs: number;
  heardAt: number;
}

const TIMEOUT_MS_MAX = 2147483647;

/**
 * @param timeoutMs whole milliseconds from 1 to 2^31 - 1.
 * @throws InvalidOptions (ERR_INVALID_OPTIONS)
 */
export function create(at: number, timeoutMs: number): TimeoutDetector {
  if (!(Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= TIMEOUT_MS_MAX)) {
    const allowed = `a whole number from 1 to ${TIMEOUT_MS_MAX}`;
    throw new InvalidOptions("timeoutMs", allowed, timeoutMs);
  }
  return { timeoutMs, heardAt: at };
}

/** Something came from the member: a heartbeat, or any other message. */
export function heard(detector: TimeoutDetector, at: number): void {
  detector.heardAt = Math.max(at, detector.heardAt);
}

/** @param patience of `local-health.ts`; 1 without it. */
export function isSuspect(detector: TimeoutDetector, at: number, patience = 1): boolean {
  return at - detector.heardAt >= detector.timeoutMs * patience;
}

/** When to ask again, if nothing is heard until then: whole milliseconds, 0 for a suspect. */
export function suspectInMs(detector: TimeoutDetector, at: number, patience = 1): number {
  return Math.max(0, Math.ceil(detector.heardAt + detector.timeoutMs * patience - at));
}
