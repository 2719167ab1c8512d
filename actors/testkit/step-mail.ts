/**
 * What waits for the actor under step: what it has sent to itself, owes itself, or set aside.
 *
 *     continuation → front (back from the stash) → the mailbox in its order
 */

import type { AnyRef } from "../types.ts";
import type { OpenCall } from "./open-call.ts";

/** A message to the actor under step. */
export interface StepMessage {
  readonly handler: string;
  readonly args: readonly unknown[];
  readonly caller: AnyRef | undefined;
  /** Of a call. */
  readonly open: OpenCall<unknown> | undefined;
  /** The tick of a timer, or a callback: it cannot be set aside. */
  readonly own: boolean;
  /** The arguments of `continue(self, …)`, which goes before all others. */
  readonly continues?: true;
}

/** Messages that may wait, and that may be run in a row by `step.rest()`. */
export const WAITING_MAX = 10_000;

export class StepMail {
  continuation: StepMessage | undefined;
  #front: StepMessage[] = [];
  #mailbox: StepMessage[] = [];
  #stash: StepMessage[] = [];

  get stashed(): readonly StepMessage[] {
    return this.#stash;
  }

  get waiting(): readonly StepMessage[] {
    const first = this.continuation === undefined ? [] : [this.continuation];
    return [...first, ...this.#front, ...this.#mailbox];
  }

  /** Something that must be run before any message that the test sends. */
  get isOwed(): boolean {
    return this.continuation !== undefined || this.#front.length > 0;
  }

  push(message: StepMessage): void {
    this.#mailbox.push(message);
  }

  setAside(message: StepMessage): void {
    this.#stash.push(message);
  }

  /** What was set aside comes next, in the order in which it came; returns how many. */
  takeBack(): number {
    const count = this.#stash.length;
    this.#front.unshift(...this.#stash);
    this.#stash = [];
    return count;
  }

  shift(): StepMessage | undefined {
    const { continuation } = this;
    if (continuation === undefined) return this.#front.shift() ?? this.#mailbox.shift();
    this.continuation = undefined;
    return continuation;
  }

  /** The actor is dead: what it leaves, stash included. */
  takeAll(): readonly StepMessage[] {
    const all = [...this.waiting, ...this.#stash];
    this.continuation = undefined;
    this.#front = [];
    this.#mailbox = [];
    this.#stash = [];
    return all;
  }
}
