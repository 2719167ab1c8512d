/**
 * The messages of one actor that go before those of its mailbox, and those that it has set aside.
 *
 *     continuation → urgent (priority) → front (back from the stash) → the mailbox in its order
 *                                          ▲
 *                         stash ── unstash ┘
 *
 * Made for the few actors that use one of these; all others pay one look at `cell.early`.
 */

import type { ExitReason } from "./exit.ts";
import {
  LIST,
  type Message,
  REFERENCE_BYTES,
  type Ring,
  type RingPool,
  TICK,
  tagOf,
} from "./mailbox.ts";

export type CallbackName = "continue" | "idle" | "down" | "exit";

/** The turn of a callback: one that the actor owes itself, or what a signal has brought. */
export class Callback {
  readonly name: CallbackName;
  readonly args: readonly unknown[];
  /** The trace context in which it was asked for. */
  readonly context: string | undefined;
  /** It is not to run any more. */
  lapsed = false;
  /** The actor ends with this reason instead: its parent has said so. */
  ends: ExitReason | undefined;

  constructor(name: CallbackName, args: readonly unknown[], context?: string) {
    this.name = name;
    this.args = args;
    this.context = context;
  }
}

/** The tag of a message whose argument is a Callback. */
export const CALLBACK_TAG: number = tagOf(0, LIST, TICK, REFERENCE_BYTES);

export class Early {
  continuation: Callback | undefined;
  #urgent: Ring | undefined;
  #front: Ring | undefined;
  /** What `self.stash()` has set aside, oldest first. */
  #stash: Ring | undefined;

  get stashed(): number {
    return this.#stash?.count ?? 0;
  }

  pushUrgent(tag: number, from: number, arg: unknown, pool: RingPool): void {
    this.#urgent ??= pool.take();
    this.#urgent.push(tag, from, arg);
  }

  setAside({ tag, from, arg }: Message, pool: RingPool): void {
    this.#stash ??= pool.take();
    this.#stash.push(tag, from, arg);
  }

  /** Puts what was set aside before what came back earlier; returns how many messages that are. */
  takeBack(pool: RingPool): number {
    const back = this.#stash;
    if (back === undefined) return 0;
    this.#stash = undefined;
    const count = back.count;
    const rest = this.#front;
    this.#front = back;
    if (rest === undefined) return count;
    const message: Message = { tag: 0, from: 0, arg: undefined };
    while (rest.count > 0) {
      rest.shift(message);
      back.push(message.tag, message.from, message.arg);
    }
    pool.give(rest);
    return count;
  }

  /** Takes the first of all into `into`; there must be one. */
  shift(into: Message, pool: RingPool): void {
    const { continuation } = this;
    if (continuation !== undefined) {
      this.continuation = undefined;
      into.tag = CALLBACK_TAG;
      into.from = 0;
      into.arg = continuation;
      return;
    }
    if (this.#urgent !== undefined) this.#urgent = shiftOf(this.#urgent, into, pool);
    else this.#front = shiftOf(this.#front as Ring, into, pool); // Somewhere there is one.
  }
}

/** The ring, unless that was its last message. */
function shiftOf(ring: Ring, into: Message, pool: RingPool): Ring | undefined {
  ring.shift(into);
  if (ring.count > 0) return ring;
  pool.give(ring);
  return undefined;
}
