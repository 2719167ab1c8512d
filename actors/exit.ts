/** How an actor ended. Plain data: it travels with `ActorDown`, dead letters and reports. */

import { summarise } from "../runtime/errors.ts";

export type ExitKind = "normal" | "shutdown" | "killed" | "crash" | "lost" | "noproc" | "timeout";

export const EXIT_KINDS: readonly ExitKind[] = [
  "normal",
  "shutdown",
  "killed",
  "crash",
  "lost",
  "noproc",
  "timeout",
];

/**
 * `crash` carries the error's summary, `lost` the cause of the thread's death; both are one line of
 * text, because the error itself may hold what cannot travel.
 */
export interface ExitReason {
  readonly type: ExitKind;
  readonly cause?: string;
}

export const NORMAL: ExitReason = { type: "normal" };
export const SHUTDOWN: ExitReason = { type: "shutdown" };
export const NOPROC: ExitReason = { type: "noproc" };

export function crashed(error: unknown): ExitReason {
  return { type: "crash", cause: summarise(error) };
}

export function lost(cause: string): ExitReason {
  return { type: "lost", cause };
}

export function formatExit({ type, cause }: ExitReason): string {
  return cause === undefined ? type : `${type} (${cause})`;
}
