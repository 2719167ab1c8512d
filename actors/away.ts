/**
 * Messages for actors whose mailboxes survive and whose thread is dead: they wait here, on the
 * sender's side, until the thread that takes over has gone on with those mailboxes.
 *
 * Data path: cast, call (sending.ts) or what comes back of a lane (undelivered.ts) → **held** →
 * released, in order → the lane to the next life of that thread.
 *
 * What comes back of the lane comes first, when the thread's death is told; later sends find the
 * queue there and stand behind it.
 */

import { BadRecord, isUnreadable } from "../runtime/errors.ts";
import type { RecordView } from "../runtime/record.ts";
import { Held, type HeldCast } from "./held.ts";
import type { Host } from "./host.ts";
import type { ActorRef } from "./ref.ts";
import { messageIn } from "./replay.ts";
import type { Request } from "./request.ts";
import { CALL } from "./wire.ts";

export class Away {
  readonly #host: Host;
  /** For whom messages wait. */
  readonly #refs: Set<ActorRef> = new Set();

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * The actor is about to be gone on with. Asked where its thread did not run a moment ago: even if
   * it does by now, the notice of that is still to come. What the lane gives back is held first.
   */
  expects({ slot, incarnation, thread }: ActorRef): boolean {
    const host = this.#host;
    if (this.closed || !host.thread.directory.survives(slot, incarnation)) return false;
    host.thread.dropDead(thread);
    return true;
  }

  /** Nobody takes over for a dead thread any more: the system stops. */
  get closed(): boolean {
    return this.#host.closed || this.#host.spawner.closed;
  }

  /** Messages to it wait here. */
  holds(ref: ActorRef): boolean {
    return this.#refs.has(ref);
  }

  /** What waited for room there waits here, if its thread is dead and somebody takes over. */
  adopts(ref: ActorRef): boolean {
    if (this.#refs.has(ref)) return true;
    const { directory } = this.#host.thread;
    if (this.closed || !directory.isKept(ref.slot, ref.incarnation)) return false;
    this.#add(ref);
    return true;
  }

  /** Holds a cast that is counted as sent already, and is in this thread. */
  cast(ref: ActorRef, cast: HeldCast): boolean {
    return this.#hold(ref).cast(cast);
  }

  /** Holds a call that is not counted yet; or the question for room, `ready`, which never is. */
  call(ref: ActorRef, request: Request, ready: boolean): void {
    this.#hold(ref).call(request, ready);
  }

  /** A cast or call that its lane gave back: nobody can have seen it. False: it cannot be read. */
  takeBack(view: RecordView, at: number): boolean {
    try {
      return this.#takeBack(view, at);
    } catch (error) {
      if (error instanceof BadRecord || isUnreadable(error)) return false;
      throw error;
    }
  }

  #takeBack(view: RecordView, at: number): boolean {
    const { words } = view;
    const ref = this.#host.phonebook.at(words[at + 2] ?? 0, (words[at + 3] ?? 0) >>> 0);
    if (ref === undefined) return false;
    const isCall = ((words[at + 1] ?? 0) & 255) === CALL;
    const cast = messageIn(this.#host, { view, at, bytes: words[at] ?? 0 }, isCall);
    if (isCall) this.#recall(ref, words[at + 5] ?? -1, words[at + 6] ?? -1, cast);
    else this.cast(ref, cast);
    return true;
  }

  #recall(
    ref: ActorRef,
    index: number,
    seq: number,
    { handler, arg, from }: Pick<HeldCast, "handler" | "arg" | "from">,
  ): void {
    const { calls, counts } = this.#host;
    const request = calls.find(index, seq);
    if (request === undefined) {
      // Its time was over before it was known that nobody had taken it.
      return this.#host.letter("expired", "call", from, () =>
        this.#host.describeTarget(ref.slot, ref.incarnation, handler),
      );
    }
    request.arg = arg;
    // Of no life: what fails with one of them is not yet this.
    request.generation = 0;
    counts.sent -= 1;
    this.call(ref, request, false);
  }

  /** What is sent to it has not left, so no turn that has sent it is over (survivor.ts). */
  #add(ref: ActorRef): void {
    this.#refs.add(ref);
    this.#host.thread.heldBack = this.#refs.size;
  }

  #hold(ref: ActorRef): Held {
    this.#add(ref);
    ref.held ??= new Held(this.#host, ref);
    return ref.held;
  }

  /** A thread has been taken over, so its actors are there, or never will be. */
  replaced(thread: number): void {
    // A copy: for those whose thread has died once more, messages wait again.
    for (const ref of [...this.#refs]) if (ref.thread === thread) this.#release(ref);
    this.#host.spawner.orders.release(thread);
  }

  /** Nobody takes over any more: the system stops. */
  abandon(): void {
    for (const ref of [...this.#refs]) this.#release(ref);
  }

  #release(ref: ActorRef): void {
    const { held } = ref;
    this.#refs.delete(ref);
    this.#host.thread.heldBack = this.#refs.size;
    ref.held = undefined;
    held?.release(Number.POSITIVE_INFINITY);
  }
}
