/**
 * How the rules of supervision (family.ts) speak with whoever carries them out (shell.ts).
 *
 *     procedure ──▶ Step ──▶ … ──▶ Outcome ──▶ procedure ──▶ … ──▶ done: a result, or a Verdict
 */

import type { ExitReason } from "../exit.ts";
import type { AnyRef } from "../types.ts";
import type { Child } from "./child.ts";

export type Step =
  | { readonly type: "start"; readonly child: Child }
  /** Without a ref: its start goes on, which happens only while the supervisor ends. */
  | { readonly type: "stop"; readonly child: Child; readonly ref: AnyRef | undefined };

export type Outcome =
  | { readonly type: "started"; readonly ref: AnyRef }
  | { readonly type: "failed"; readonly error: unknown }
  | { readonly type: "stopped"; readonly reason: ExitReason };

/** Yields what is to be done, one at a time, and is resumed with what came of it. */
export type Procedure<Result> = Generator<Step, Result, Outcome | undefined>;

/** What is to happen when a procedure is done; undefined: nothing. */
export type Verdict =
  | undefined
  /** Call `retry` with this child after so many milliseconds, unless `calm` says otherwise. */
  | { readonly type: "retry"; readonly child: Child; readonly ms: number }
  /** The supervisor has to end. */
  | { readonly type: "end"; readonly reason: ExitReason };

/** How the world reaches the rules. */
export interface Surroundings {
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
  tell(
    context: "start-error" | "child-terminated" | "shutdown-error" | "intensity-reached",
    child: Child,
    reason: unknown,
  ): void;
  /** The child does not wait to be tried again any more. */
  calm(child: Child): void;
  /** The child has been forgotten. */
  removed(child: Child): void;
}
