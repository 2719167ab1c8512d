/**
 * What the death of a thread means to those who start its actors again: it is one failure, however
 * many children it takes along, and they wait until it has been replaced.
 */

import { ThreadUnavailable } from "../errors.ts";
import type { ExitReason } from "../exit.ts";

/** A thread that has died is replaced within milliseconds; a child that needs it waits for that. */
export const THREAD_WAIT_MS = 5;
/** So often, which is 5 s or more; then it is a failure like any other. */
export const THREAD_WAITS_MAX = 1000;

/** The start failed because its thread is being replaced. */
export function isNoThread(error: unknown): boolean {
  return error instanceof ThreadUnavailable;
}

/** Numbers the starts of all children, and so knows which of them one death may have ended. */
export class LostThreads {
  #starts = 0;
  /** Starts that came before the last death of a thread was seen. */
  #startsLost = 0;

  /** A child has been started; returns its number. */
  started(): number {
    this.#starts += 1;
    return this.#starts;
  }

  /** The child of this number was lost with a thread, as others were whose end has been counted. */
  isCounted(start: number, { type }: ExitReason): boolean {
    if (type !== "lost") return false;
    if (start <= this.#startsLost) return true;
    this.#startsLost = this.#starts;
    return false;
  }
}
