/**
 * The journal of one actor beside its mailbox: which entry belongs to the message that is handled.
 *
 * Data path: mailbox → **shift** → turn (turns.ts) → **turned** → **release**, once per slice.
 *
 * Every message but ticks and callbacks, which end with the state that has asked for them, has its
 * entry, and both come in the same order; those with priority have an order of their own. A call
 * that is answered later keeps its entry, and with it the room behind it, until then.
 */

import { type Journal, OVER } from "../runtime/journal.ts";
import type { Thread } from "../runtime/thread.ts";
import { BUSY, type Cell } from "./cell.ts";
import { kindOf, type Message, REQUEST, type RingPool, TICK } from "./mailbox.ts";
import { type Request, SETTLED } from "./request.ts";

export class Survivor {
  readonly journal: Journal;
  readonly #thread: Thread;
  /** Of the message that is handled, and the call if it is one. */
  #position: number | undefined;
  #request: Request | undefined;
  /** Calls that are to be answered later, by position. */
  readonly #open: Map<number, Request> = new Map();
  /** Flushes of the thread when the last answer was given: with the next it has left. */
  #answered = 0;

  constructor(journal: Journal, thread: Thread) {
    this.journal = journal;
    this.#thread = thread;
  }

  /** Takes the next message, whose turn begins. */
  shift(cell: Cell, into: Message, pool: RingPool): void {
    const early = cell.ahead > 0;
    cell.shift(into, pool);
    const kind = kindOf(into.tag);
    if (kind === TICK) return;
    this.#position = this.journal.begin(early);
    if (kind === REQUEST) this.#request = into.arg as Request;
  }

  /** The turn has ended, unless it goes on: then this is called again. */
  turned(cell: Cell): void {
    const position = this.#position;
    if (position === undefined || cell.status === BUSY) return;
    const request = this.#request;
    this.#position = undefined;
    this.#request = undefined;
    if (request === undefined) this.journal.end(position, false);
    else if (request.status !== SETTLED) this.#open.set(position, request);
    else this.#answer(position);
  }

  #answer(position: number): void {
    this.journal.end(position, true);
    this.#answered = this.#thread.flushes;
  }

  /** The oldest ordinary message gives way to a new one. */
  drop(): void {
    this.journal.end(this.journal.begin(false), false);
    this.release();
  }

  /** Gives back the room of what is over. */
  release(): void {
    if (this.#open.size > 0) this.#answerOpen();
    this.journal.release(this.#thread.flushes > this.#answered);
  }

  #answerOpen(): void {
    for (const [position, request] of this.#open) {
      if (request.status !== SETTLED) continue;
      this.#open.delete(position);
      this.#answer(position);
    }
  }

  /** The actor has ended by itself: nobody goes on with its mailbox. */
  over(): void {
    this.journal.phase = OVER;
  }
}
