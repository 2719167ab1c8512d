/**
 * What an actor does to the world in a step, as plain data, in the order in which it did it.
 *
 *     handler ──self.…, ref.cast, ref.call──▶ effects ──step.effects()──▶ the test
 */

import type { ExitReason } from "../exit.ts";
import type { LogLevel } from "../log.ts";
import type { Values } from "../measures.ts";
import type { SpawnOptions } from "../spawn-options.ts";
import type { AnyDefinition, AnyRef } from "../types.ts";

export interface CastEffect {
  readonly type: "cast";
  readonly to: AnyRef;
  readonly handler: string;
  readonly args: readonly unknown[];
  /** Only where it was sent with priority. */
  readonly priority?: true;
}

/** A call that waits for its answer until the test gives one: `step.answer(effect, value)`. */
export interface CallEffect {
  readonly type: "call";
  /** Counts the calls of a stepper, from 1. */
  readonly id: number;
  readonly to: AnyRef;
  readonly handler: string;
  readonly args: readonly unknown[];
  /** Only where the actor has said one. */
  readonly timeout?: number;
}

export interface SpawnEffect {
  readonly type: "spawn";
  readonly definition: AnyDefinition;
  readonly args: readonly unknown[];
  readonly options: SpawnOptions;
  /** What the spawn gave. */
  readonly ref: AnyRef;
}

export type Effect =
  | CastEffect
  | CallEffect
  | SpawnEffect
  /** A call that was deferred or set aside is answered, or fails. */
  | { readonly type: "answer"; readonly handler: string; readonly value: unknown }
  | { readonly type: "fail"; readonly handler: string; readonly error: Error }
  /** A handler threw a Refusal at a cast, which is logged. */
  | { readonly type: "refused"; readonly handler: string; readonly error: Error }
  /** A cast that no handler takes, or that its schema does not allow. */
  | {
      readonly type: "dead-letter";
      readonly reason: "unhandled" | "invalid";
      readonly handler: string;
      readonly args: readonly unknown[];
    }
  | { readonly type: "link" | "unlink"; readonly ref: AnyRef }
  | {
      readonly type: "monitor";
      readonly target: AnyRef | string;
      readonly monitor: number;
      readonly tag?: unknown;
    }
  | { readonly type: "demonitor"; readonly monitor: number }
  | { readonly type: "when-down"; readonly ref: AnyRef }
  | { readonly type: "exit"; readonly ref: AnyRef; readonly reason: ExitReason }
  | {
      readonly type: "timer";
      readonly key: string;
      readonly ms: number;
      readonly every: boolean;
      readonly handler: string;
      readonly args: readonly unknown[];
    }
  | { readonly type: "cancel"; readonly key: string }
  | { readonly type: "stop"; readonly reason: ExitReason }
  /** The actor has ended: after `stop`, a crash, or an exit signal. */
  | { readonly type: "end"; readonly reason: ExitReason }
  | {
      readonly type: "log";
      readonly level: LogLevel;
      readonly message: string;
      readonly fields: object;
    }
  | { readonly type: "measure"; readonly kind: string; readonly values: Values }
  | { readonly type: "become"; readonly behaviour: string | undefined }
  | { readonly type: "stash"; readonly handler: string }
  | { readonly type: "unstash"; readonly count: number }
  | { readonly type: "continue"; readonly args: readonly unknown[] }
  | { readonly type: "idle-after"; readonly ms: number | undefined }
  | { readonly type: "pipe"; readonly done: string; readonly failed?: string };
