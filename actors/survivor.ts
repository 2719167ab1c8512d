/**
 * The backlog of one actor beside its mailbox: which entry belongs to the message that is handled.
 *
 * Data path: mailbox → **shift** → turn (turns.ts) → **turned** → **release**, once per slice, and
 * before the thread sleeps (survival.ts).
 *
 * Every message but ticks and callbacks, which end with the state that has asked for them, has its
 * entry, and both come in the same order; those with priority have an order of their own. A call
 * that is answered later keeps its entry, and with it the room behind it, until then. What may be
 * handled again keeps its entry until what its turn has sent has left the thread.
 */

import { type Backlog, OVER } from "../runtime/backlog.ts";
import { countersOf, DEAD_LETTERED, HANDLED } from "../runtime/counters.ts";
import type { Thread } from "../runtime/thread.ts";
import { BUSY, type Cell } from "./cell.ts";
import { handlerOf, kindOf, type Message, REQUEST, type RingPool, TICK } from "./mailbox.ts";
import { type Request, SETTLED } from "./request.ts";
import type { Survives } from "./survives.ts";

export class Survivor {
  readonly backlog: Backlog;
  readonly #thread: Thread;
  /** By number of the handler: it may be run again. */
  readonly #idempotent: readonly boolean[];
  readonly #counts: Float64Array;
  /** Of the message that is handled, the call if it is one, and whether it may be handled again. */
  #position: number | undefined;
  #request: Request | undefined;
  #again = false;
  /** Calls that are to be answered later, by position. */
  readonly #open: Map<number, Request> = new Map();
  /**
   * Flushes of the thread when the last turn ended that has sent something: with the next one it
   * has left. And the first turn since that flush: what those before it have sent has left.
   */
  #flushes = 0;
  #unsent = 0;
  /** Where it is listed while what one of its turns has sent may have to leave. */
  readonly #unsettled: Survivor[];
  #listed = false;

  constructor(backlog: Backlog, thread: Thread, { idempotent }: Survives, unsettled: Survivor[]) {
    this.backlog = backlog;
    this.#thread = thread;
    this.#unsettled = unsettled;
    this.#idempotent = idempotent;
    this.#counts = countersOf(thread.signals, thread.index);
  }

  /** Takes the next message, whose turn begins: it is counted as handled from here on. */
  shift(cell: Cell, into: Message, pool: RingPool): void {
    const early = cell.ahead > 0;
    cell.shift(into, pool);
    const kind = kindOf(into.tag);
    const counts = this.#counts;
    if (kind === TICK) {
      counts[HANDLED] = (counts[HANDLED] ?? 0) + 1;
      return;
    }
    this.#again = this.#idempotent[handlerOf(into.tag)] === true;
    this.#request = kind === REQUEST ? (into.arg as Request) : undefined;
    this.#position = this.backlog.begin(early);
    // Side by side with the last store of `begin`: no thread is ended between them.
    counts[HANDLED] = (counts[HANDLED] ?? 0) + 1;
  }

  /** Takes the next message, which nobody handles: it is counted as a dead letter from here on. */
  discard(cell: Cell, into: Message, pool: RingPool): void {
    const early = cell.ahead > 0;
    cell.shift(into, pool);
    const kind = kindOf(into.tag);
    if (kind === TICK) return;
    const counts = this.#counts;
    this.backlog.discard(early, kind === REQUEST);
    // Side by side with the last store of `discard`.
    counts[DEAD_LETTERED] = (counts[DEAD_LETTERED] ?? 0) + 1;
  }

  /** The turn has ended, unless it goes on: then this is called again. */
  turned(cell: Cell): void {
    const position = this.#position;
    if (position === undefined || cell.status === BUSY) return;
    const request = this.#request;
    this.#position = undefined;
    this.#request = undefined;
    if (request === undefined) this.#end(position, this.#again);
    else if (request.status !== SETTLED) this.#open.set(position, request);
    else this.#end(position, true);
  }

  /** What may be handled again counts as handled only when what it has sent has left. */
  #end(position: number, sends: boolean): void {
    this.backlog.end(position, sends);
    if (!sends) return;
    const { flushes } = this.#thread;
    if (flushes > this.#flushes) this.#unsent = position;
    else if (((position - this.#unsent) | 0) < 0) this.#unsent = position;
    this.#flushes = flushes;
    if (this.#listed) return;
    this.#listed = true;
    this.#unsettled.push(this);
  }

  /** No slice need come to give back the room of the last turns. True if all that was sent left. */
  settle(): boolean {
    this.release();
    this.#listed = this.#thread.flushes <= this.#flushes;
    return !this.#listed;
  }

  /** A turn of a dead thread has no other; with `answers`, that is said to whoever has called. */
  told(position: number, answers: boolean): void {
    this.#end(position, answers);
  }

  /** The oldest ordinary message gives way to a new one. True if a turn of it had begun before. */
  drop(): boolean {
    const begun = this.backlog.discard(false, false);
    this.release();
    return begun;
  }

  /** Gives back the room of what is over. */
  release(): void {
    if (this.#open.size > 0) this.#answerOpen();
    this.backlog.release(this.#thread.flushes > this.#flushes, this.#unsent);
  }

  #answerOpen(): void {
    for (const [position, request] of this.#open) {
      if (request.status !== SETTLED) continue;
      this.#open.delete(position);
      this.#end(position, true);
    }
  }

  /** The actor has ended by itself: nobody goes on with its mailbox, but for discarding it. */
  over(): void {
    this.backlog.phase = OVER;
  }
}
