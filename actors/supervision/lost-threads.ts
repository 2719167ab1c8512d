/**
 * What the death of a thread means to those who start its actors again: only whoever it died of has
 * failed. The others, and everybody if nobody knows who it was, are started again and not counted:
 * how often threads may die is bounded for the system (runtime/deaths.ts). All of them wait until
 * the thread has been replaced.
 */

import { ActorDown, ThreadUnavailable } from "../errors.ts";
import type { ExitReason } from "../exit.ts";
import { UNBORN } from "../request.ts";

/** A thread that has died is replaced within milliseconds; a child that needs it waits for that. */
export const THREAD_WAIT_MS = 5;
/** So often, which is 5 s or more; then it is a failure like any other. */
export const THREAD_WAITS_MAX = 1000;

/** The start failed because its thread is being replaced. */
export function isNoThread(error: unknown): boolean {
  return error instanceof ThreadUnavailable;
}

/**
 * The same, or its thread died meanwhile, but not of it. For starts that nobody waits for: whoever
 * does is told, since `init` may have begun.
 */
export function isLostStart(error: unknown): boolean {
  if (isNoThread(error)) return true;
  return error instanceof ActorDown && error.target === UNBORN && isInnocent(error.reason);
}

/** It ended with its thread, and nothing says that it was the cause. */
export function isInnocent({ type, culprit }: ExitReason): boolean {
  return type === "lost" && culprit !== true;
}
