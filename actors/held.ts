/**
 * Messages to one actor that wait on the sender's side, in the order in which they were sent: until
 * the actor has room (holding.ts), or until somebody goes on with its mailbox (away.ts). Whatever
 * this thread sends to it meanwhile waits behind them, or a later message would overtake an earlier
 * one.
 *
 * A held call runs under its own deadline and signal; one that is over is left out on release.
 */

import { MailboxFull } from "./errors.ts";
import type { Host } from "./host.ts";
import { FULL } from "./outgoing.ts";
import type { ActorRef } from "./ref.ts";
import { type Request, SETTLED } from "./request.ts";

/**
 * Messages held for one target. At the bound a cast is a dead letter, a call fails (MailboxFull).
 */
export const HELD_MAX = 65_536;

/** A cast as it was made, for later. */
export interface HeldCast {
  readonly handler: number;
  readonly argc: number;
  readonly arg: unknown;
  readonly from: number;
  readonly urgent: boolean;
  readonly context: string | undefined;
}

export class Held {
  readonly #host: Host;
  readonly #ref: ActorRef;
  #sends: (() => void)[] = [];

  constructor(host: Host, ref: ActorRef) {
    this.#host = host;
    this.#ref = ref;
  }

  get count(): number {
    return this.#sends.length;
  }

  get #full(): boolean {
    return this.#sends.length >= HELD_MAX;
  }

  add(send: () => void): void {
    this.#sends.push(send);
  }

  /** A cast that is counted as sent already. Always false: the way is congested. */
  cast(cast: HeldCast): false {
    const { counts, sending } = this.#host;
    if (this.#full) {
      sending.letterFor(this.#ref, cast.handler, cast.from, "cast", FULL);
      return false;
    }
    this.add(() => {
      counts.sent -= 1;
      sending.release(this.#ref, cast);
    });
    return false;
  }

  /** A call that is not counted yet; or the question for room, `ready`, which never is. */
  call(request: Request, ready: boolean): void {
    const { answers, counts, sending } = this.#host;
    const ref = this.#ref;
    if (this.#full) {
      if (!ready) {
        counts.sent += 1;
        sending.letterFor(ref, request.handler, request.from, "call", FULL);
      }
      answers.settle(request, false, new MailboxFull(ref.toString(), this.count));
      return;
    }
    this.add(() => {
      if (request.status !== SETTLED) sending.dispatch(ref, request, ready);
    });
  }

  /**
   * Sends the oldest of it, in order: as many as there is room for, or all would be refused. Where
   * the thread there has died meanwhile they are held here again, before those that are still held.
   */
  release(room: number): void {
    const sends = this.#sends;
    this.#sends = [];
    const due = sends.slice(0, room);
    for (const send of due) send();
    this.#sends = this.#sends.concat(sends.slice(due.length));
  }
}
