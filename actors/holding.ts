/**
 * The sender's side of the mailbox policy back-pressure: a call to an actor that has no room waits
 * here, and so does all that this thread sends to that actor behind it (held.ts).
 *
 * Data path: cast, call (sending.ts) → **held** → released → mailbox, or a record.
 */

import { copyOfHeld, UNDECODABLE } from "./copying.ts";
import { Held, type HeldCast } from "./held.ts";
import type { Host } from "./host.ts";
import type { ActorRef } from "./ref.ts";
import { Request, ROOM } from "./request.ts";

export class Holding {
  readonly #host: Host;
  /** Actors for which messages wait here. */
  targets = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Its policy is back-pressure and it is congested, or earlier messages to it wait for that. */
  mustHold(ref: ActorRef): boolean {
    return ref.held !== undefined || this.#host.thread.directory.isHolding(ref.slot);
  }

  call(ref: ActorRef, request: Request): void {
    this.#hold(ref).call(request, false);
  }

  /**
   * Copied now, since it will be sent later; a value that cannot travel is refused here and now.
   */
  cast(ref: ActorRef, cast: HeldCast): boolean {
    const arg = copyOfHeld(this.#host, ref, cast);
    if (arg === UNDECODABLE) return true;
    const held = this.#hold(ref);
    this.#host.counts.sent += 1;
    return held.cast({ ...cast, arg });
  }

  /** What waits for room at `ref`; the first message to wait asks to be told of it. */
  #hold(ref: ActorRef): Held {
    if (ref.held !== undefined) return ref.held;
    const held = new Held(this.#host, ref);
    ref.held = held;
    this.targets += 1;
    this.#askForRoom(ref, held);
    return held;
  }

  #askForRoom(ref: ActorRef, held: Held): void {
    const { calls, sending, thread } = this.#host;
    const request = new Request();
    const release = (room: number): void => {
      held.release(room);
      if (held.count > 0) return this.#askForRoom(ref, held);
      ref.held = undefined;
      this.targets -= 1;
    };
    // Without a deadline: the held calls have theirs. If the target ends, each of them finds out.
    sending.promiseOf(request).then(
      (room) => release(room as number),
      () => {
        if (this.#host.away.adopts(ref)) this.targets -= 1;
        else release(Number.POSITIVE_INFINITY);
      },
    );
    request.handler = ROOM;
    request.target = ref;
    request.thread = ref.thread;
    calls.enter(request);
    thread.scheduler.wake();
    sending.dispatch(ref, request, true);
  }
}
