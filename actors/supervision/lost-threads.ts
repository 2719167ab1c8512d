/**
 * What the death of a thread means to those who start its actors again: only whoever it died of has
 * failed. The others, and everybody if nobody knows who it was, are started again and not counted:
 * how often threads may die is bounded for the system (runtime/deaths.ts). That all of them wait
 * until the thread has been replaced is nothing that a supervisor sees (orders.ts).
 */

import { ActorDown } from "../errors.ts";
import type { ExitReason } from "../exit.ts";
import { UNBORN } from "../request.ts";

/** So often in a row a start may be cut off by deaths of threads; then it is a failure, too. */
export const LOST_STARTS_MAX = 1000;

/**
 * The thread died while the actor was being started, but not of it. For starts that nobody waits
 * for: whoever does is told, since `init` may have begun.
 */
export function isLostStart(error: unknown): boolean {
  return error instanceof ActorDown && error.target === UNBORN && isInnocent(error.reason);
}

/** It ended with its thread, and nothing says that it was the cause. */
export function isInnocent({ type, culprit }: ExitReason): boolean {
  return type === "lost" && culprit !== true;
}
