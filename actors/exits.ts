/**
 * Exit signals: what one does to the actor at which it arrives.
 *
 *                         not trapping              trapping exits
 *     kill                dies of `killed`          dies of `killed`
 *     normal              nothing (to itself: dies) callback `exit`
 *     any other reason    dies of it                callback `exit`
 *
 * A signal through a link that holds no more does nothing. One from its parent ends also an actor
 * that traps exits, in its turn: that is how a supervisor stops a child that has work to finish.
 * Signals act when they arrive, in the middle of an async turn too; only a synchronous turn comes
 * to its end first. They need no place in the mailbox; what they put there enters in any case.
 *
 * Follows the signals of OTP (erlang:exit/2, process_flag trap_exit, gen_server's parent).
 */

import { type Cell, STOPPING } from "./cell.ts";
import { Callback } from "./early.ts";
import { type ExitReason, formatExit, innocent, KILLED } from "./exit.ts";
import type { Host } from "./host.ts";
import type { ActorRef } from "./ref.ts";
import { EXIT, KILL } from "./wire.ts";

export class Exits {
  readonly #host: Host;
  /** Actors that end by a signal: one death may be the cause of many, of any depth. */
  readonly #doomed: { readonly cell: Cell; readonly reason: ExitReason }[] = [];
  #dooming = false;
  /** The actor that a signal hit in the middle of its own synchronous turn. */
  #struck: Cell | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** `self.exit(ref, reason)`; `by` undefined: from outside of actors. */
  send(by: Cell | undefined, ref: ActorRef, reason: ExitReason, kill: boolean): void {
    if (ref.cell !== undefined) {
      return this.arrive(ref.cell, by === undefined ? undefined : by.ref, reason, kill);
    }
    this.#host.outgoing.signal(kill ? KILL : EXIT, ref, by, 0, reason);
  }

  /** An exit signal that counts: not by a link, or by one that has just been cut by it. */
  arrive(cell: Cell, from: ActorRef | undefined, reason: ExitReason, kill: boolean): void {
    const { recording, thread } = this.#host;
    // What came from another thread was recorded as it came.
    if ((from?.thread ?? 0) === thread.index) recording.struck(cell, from, reason, kill);
    if (kill) return this.#kill(cell);
    // The first signal was enough.
    if (cell.status >= STOPPING) return;
    if (trapsExits(cell)) return this.#trap(cell, from, reason);
    if (reason.type === "normal" && from?.cell !== cell) return;
    this.#doom(cell, innocent(reason));
  }

  #kill(cell: Cell): void {
    if (cell.status === STOPPING) return this.#host.lives.abandon(cell, KILLED);
    this.#doom(cell, KILLED);
  }

  #trap(cell: Cell, from: ActorRef | undefined, reason: ExitReason): void {
    const ends = from !== undefined && cell.lineage?.parent === from;
    if (!ends && cell.kind.blueprint.exit === undefined) {
      if (reason.type === "normal") return;
      const message = "a trapped exit was not handled: define exit(self, …)";
      const why = formatExit(reason);
      return this.#host.reports.warn(cell, message, why, { from: String(from), reason: why });
    }
    const callback = new Callback("exit", [{ from, reason }]);
    if (ends) callback.ends = innocent(reason);
    this.#host.callbacks.owe(cell, callback, from);
  }

  #doom(cell: Cell, reason: ExitReason): void {
    if (this.#host.turns.running === cell) {
      if (cell.ending === undefined || reason === KILLED) cell.ending = reason;
      this.#struck = cell;
      return;
    }
    this.#doomed.push({ cell, reason });
    if (this.#dooming) return;
    this.#dooming = true;
    try {
      for (let next = 0; next < this.#doomed.length; next += 1) {
        const one = this.#doomed[next];
        if (one !== undefined) this.#host.lives.end(one.cell, one.reason);
      }
    } finally {
      this.#doomed.length = 0;
      this.#dooming = false;
    }
    this.#host.thread.scheduler.wake();
  }

  hasStruck(cell: Cell): boolean {
    return this.#struck === cell;
  }

  /** True once if a signal has hit `cell` in the turn that has just returned. */
  struck(cell: Cell): boolean {
    if (this.#struck !== cell) return false;
    this.#struck = undefined;
    return true;
  }
}

export function trapsExits(cell: Cell): boolean {
  return cell.bonds?.traps ?? cell.kind.blueprint.trapExit;
}
