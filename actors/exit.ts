/** How an actor ended. Plain data: it travels with `ActorDown`, dead letters and reports. */

import type { Culprit } from "../runtime/culprits.ts";
import { summarise } from "../runtime/errors.ts";
import { InvalidOptions } from "./errors-system.ts";

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

/** Of a cause that a user names. */
const CAUSE_CHARACTERS_MAX = 1024;

/**
 * `crash` carries the error's summary, `lost` the cause of the thread's death; both are one line of
 * text, because the error itself may hold what cannot travel.
 */
export interface ExitReason {
  readonly type: ExitKind;
  readonly cause?: string;
  /** Its thread died of a turn of this very actor. Told only by who saw the thread die. */
  readonly culprit?: true;
}

export const NORMAL: ExitReason = { type: "normal" };
export const SHUTDOWN: ExitReason = { type: "shutdown" };
export const KILLED: ExitReason = { type: "killed" };
export const NOPROC: ExitReason = { type: "noproc" };
export const TIMEOUT: ExitReason = { type: "timeout" };

export function crashed(error: unknown): ExitReason {
  return { type: "crash", cause: summarise(error) };
}

export function lost(cause: string): ExitReason {
  return { type: "lost", cause };
}

/** Who lived on a thread which is gone. What was to be spawned there has no address yet: slot 0. */
interface Lost {
  readonly slot: number;
  readonly incarnation: number;
  readonly definition?: number | undefined;
}

/** How each of them ended. */
export type Fate = (actor: Lost) => ExitReason;

/** @param cause undefined: the thread ended in peace, after its actors */
export function fateOf(cause: string | undefined, culprit?: Culprit): Fate {
  const reason = cause === undefined ? NOPROC : lost(cause);
  if (culprit === undefined) return () => reason;
  const guilty: ExitReason = { ...reason, culprit: true };
  // Several of a definition may have been on their way to life: it is one failure all the same.
  let { starts } = culprit;
  return ({ slot, incarnation, definition }) => {
    if (slot !== 0) {
      return slot === culprit.slot && incarnation === culprit.incarnation ? guilty : reason;
    }
    if (!starts || definition !== culprit.definition) return reason;
    starts = false;
    return guilty;
  };
}

/** The same end, for one that ends only because another one did. */
export function innocent(reason: ExitReason): ExitReason {
  const { type, cause, culprit } = reason;
  return culprit === undefined || cause === undefined ? reason : { type, cause };
}

/** What `exit` and `stop` take. `"kill"` cannot be trapped; whoever is linked sees `killed`. */
export type ExitWish = "normal" | "shutdown" | "kill" | ExitReason | Error;

/** @throws InvalidOptions for what is none of these */
export function reasonOf(where: string, wish: ExitWish): ExitReason {
  if (wish === "normal") return NORMAL;
  if (wish === "shutdown") return SHUTDOWN;
  if (wish === "kill") return KILLED;
  if (wish instanceof Error) return crashed(wish);
  const { type, cause } = (wish ?? {}) as { type?: ExitKind; cause?: unknown };
  const isCause = cause === undefined || typeof cause === "string";
  if (type !== undefined && EXIT_KINDS.includes(type) && isCause) {
    return cause === undefined ? { type } : { type, cause: cause.slice(0, CAUSE_CHARACTERS_MAX) };
  }
  const allowed = `"normal", "shutdown", "kill", an Error, or { type, cause? } with type one of`;
  throw new InvalidOptions(where, `${allowed} ${EXIT_KINDS.join(", ")}`, wish);
}

/** True for an end that nobody needs to be told of. */
export function isOrderly({ type }: ExitReason): boolean {
  return type === "normal" || type === "shutdown";
}

export function formatExit({ type, cause }: ExitReason): string {
  return cause === undefined ? type : `${type} (${cause})`;
}
