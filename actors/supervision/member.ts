/** One child of a crew, and what is told of it. */

import type { Backoff } from "../../runtime/backoff.ts";
import type { AnyRef, RestartType } from "../types.ts";
import type { Entry } from "./agenda.ts";
import type { CheckedChild } from "./child-spec.ts";

/** Who waits for something: the two ends of a promise, or of a deferred answer. */
export interface Waiter<Value> {
  resolve(value: Value): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: what was thrown is whatever it is.
  reject(error: any): unknown;
}

export type Phase = "starting" | "running" | "waiting" | "stopping";

/** It runs, or is being stopped. */
export function isActive(phase: Phase): phase is "running" | "stopping" {
  return phase === "running" || phase === "stopping";
}

/** What is told of a child. Plain data. */
export interface MemberInfo {
  /** Name of the definition. */
  readonly definition: string;
  readonly type: "worker" | "supervisor";
  readonly restart: RestartType;
  readonly status: "starting" | "running" | "restarting" | "stopping";
  /** Undefined while it is starting or restarting. */
  readonly ref: AnyRef | undefined;
  /** How often it has been started again. */
  readonly restarts: number;
}

/** One child. */
export class Member implements Entry {
  place = -1;
  due = 0;
  phase: Phase = "starting";
  /** Of its last incarnation; undefined until it has been up for the first time. */
  ref: AnyRef | undefined = undefined;
  /** It is to end as soon as it is up. */
  doomed = false;
  restarts = 0;
  /** How often its start was cut off by the death of its thread, one after the other. */
  losses = 0;
  backoff: Backoff | undefined = undefined;
  /** Who waits for its end. */
  waiters: Waiter<void>[] | undefined = undefined;
  /** Children of one kind may share it, so the arguments in it do not count. */
  readonly spec: CheckedChild;
  /** None of a temporary child: nobody will need them. */
  readonly args: readonly unknown[];
  /** Told of each incarnation, and of undefined once it is no member any more. */
  readonly moved: ((ref: AnyRef | undefined) => void) | undefined;

  constructor(spec: CheckedChild, args: readonly unknown[], moved: Member["moved"]) {
    this.spec = spec;
    this.args = args;
    this.moved = moved;
  }

  info(): MemberInfo {
    const { spec, restarts, phase } = this;
    const { restart, definition, supervises } = spec;
    const down = this.ref === undefined ? "starting" : "restarting";
    return {
      definition: definition.name,
      type: supervises ? "supervisor" : "worker",
      restart,
      status: isActive(phase) ? phase : down,
      ref: isActive(phase) ? this.ref : undefined,
      restarts,
    };
  }
}
