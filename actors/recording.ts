/**
 * What a thread tells its flight recorder (runtime/recorder.ts): who sent what to whom.
 *
 *     host.ts       every record that a drain has taken                  the kinds of wire.ts
 *     incoming.ts   every answer among them, whose caller is known there REPLY
 *     lives.ts      every birth, crash and end                           BORN CRASHED ENDED
 *     exits.ts      every exit signal within the thread                  SIGNAL
 *     turns.ts      a message within the thread now and then             CAST CALL OWED
 *
 * Of a message: sender, target, handler, what its payload is made of (one tag) and its size. Never
 * the payload. An entry of a kind of wire.ts without a size never was a record: it has not left the
 * thread. Of those messages there are too many, so one in a millisecond is recorded, just before
 * its turn begins. Which turn began last is known in any case, by the heartbeat.
 *
 * Allocates nothing.
 */

import { FRAGMENT, FRAGMENT_HEADER_BYTES } from "../runtime/layout.ts";
import type { Batch } from "../runtime/record.ts";
import { type Entry, Recorder, readEntries } from "../runtime/recorder.ts";
import { packSender, senderSlot } from "./address.ts";
import type { Cell } from "./cell.ts";
import { EXIT_KINDS, type ExitReason } from "./exit.ts";
import type { Host } from "./host.ts";
import { argsOf, handlerOf, kindOf, type Message, NO_TAG, REQUEST, TICK } from "./mailbox.ts";
import { ActorRef } from "./ref.ts";
import { Request } from "./request.ts";
import { Traced } from "./trace.ts";
import {
  CALL,
  CAST,
  EXIT,
  FLOAT64,
  INSPECT,
  KILL,
  NOTHING,
  NULL,
  PACKED,
  READY,
  REFERENCE,
  REPLY,
  SIGNAL,
  SPAWN,
  TEXT,
  TRUE,
  UNDEFINED,
} from "./wire.ts";

/** Kinds of entries besides those of wire.ts. */
export const BORN = 64;
export const CRASHED = 65;
export const ENDED = 66;
/** A timer, or a callback such as `down`. */
export const OWED = 67;

/** In the place of the number of arguments, of what crashed: no handler has that number. */
export const NO_HANDLER = 1;

/** Those kinds of wire.ts that have slot, incarnation and sender in the same places. */
const FROM_ACTORS: number =
  (1 << CAST) | (1 << CALL) | (1 << READY) | (1 << SPAWN) | (1 << INSPECT);
/** Before the part of a record that was too large for the ring. */
const PART_WORDS: number = FRAGMENT_HEADER_BYTES >> 2;

export class Recording {
  readonly #host: Host;
  readonly #recorder: Recorder;
  /** The thread whose lane is being looked at. */
  #from = 0;
  #sampledMs = -1;
  /** The message that is looked at. */
  readonly #next: Message = { tag: NO_TAG, from: 0, arg: undefined };

  /** Of all threads. */
  readonly #memory: SharedArrayBuffer;

  constructor(host: Host, memory: SharedArrayBuffer, thread: number, generation: number) {
    this.#host = host;
    this.#memory = memory;
    this.#recorder = new Recorder(memory, thread, generation);
  }

  /** What one life of a thread has recorded last, oldest first. */
  of(thread: number, generation: number): Entry[] {
    return readEntries(this.#memory, thread, generation, this.#host.thread.env.now());
  }

  /** Records from thread `from` that a drain has taken; whatever becomes of them. */
  taken(from: number, batch: Batch): void {
    this.#from = from;
    const ms = this.#host.thread.scheduler.clockMs;
    this.#recorder.copy(batch, ms, FROM_ACTORS, this.#other);
  }

  readonly #other = (words: Int32Array, at: number, bytes: number): void => {
    const head = words[at + 1] ?? 0;
    const slot = words[at + 2] ?? 0;
    const incarnation = words[at + 3] ?? 0;
    switch (head & 255) {
      case FRAGMENT:
        // The first part begins with the whole record's head; the others say nothing new.
        return incarnation === 0 ? this.#large(words, at + PART_WORDS, slot) : undefined;
      case SIGNAL: {
        const sender = packSender(words[at + 5] ?? 0, words[at + 6] ?? 0);
        const reason = (words[at + 8] ?? 0) << 24;
        return this.#record(sender, slot, incarnation, (head & 0xffffff) | reason, bytes);
      }
      case REPLY:
        return;
      default:
        // What else stands there may be a part of the payload.
        return this.#record(0, this.#from, 0, head, bytes);
    }
  };

  #large(words: Int32Array, at: number, bytes: number): void {
    const head = words[at + 1] ?? 0;
    // No sender puts a part of a part there.
    if ((head & 255) === FRAGMENT) return;
    if (((FROM_ACTORS >>> (head & 31)) & 1) === 0) return this.#other(words, at, bytes);
    this.#record(words[at + 4] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0, head, bytes);
  }

  #record(sender: number, slot: number, incarnation: number, head: number, bytes: number): void {
    const ms = this.#host.thread.scheduler.clockMs;
    this.#recorder.record(ms, sender, slot, incarnation, head, bytes);
  }

  /**
   * An answer from another thread; undefined: to a call that nobody waits for any more. Of whoever
   * asked only the packed address is known, which stands in the place of the slot.
   */
  answered(request: Request | undefined, head: number, bytes: number): void {
    const target = request?.target;
    const sender = target === undefined ? 0 : packSender(target.slot, target.incarnation);
    this.#record(sender, request?.from ?? 0, 0, head, bytes);
  }

  /** An exit signal from an actor of this thread; undefined: from code of main. */
  struck(cell: Cell, by: ActorRef | undefined, reason: ExitReason, kill: boolean): void {
    const sender = by === undefined ? 0 : packSender(by.slot, by.incarnation);
    const head = SIGNAL | ((kill ? KILL : EXIT) << 8) | (EXIT_KINDS.indexOf(reason.type) << 24);
    this.#record(sender, cell.slot, cell.incarnation, head, 0);
  }

  born(cell: Cell): void {
    const parent = cell.lineage?.parent;
    const sender = parent === undefined ? 0 : packSender(parent.slot, parent.incarnation);
    this.#record(sender, cell.slot, cell.incarnation, BORN, 0);
  }

  /** @param name of the handler or callback that threw */
  crashed(cell: Cell, name: string, message: Message | undefined): void {
    const handler = cell.kind.blueprint.names.indexOf(name);
    const what = handler < 0 ? NO_HANDLER << 24 : handler << 8;
    this.#record(message?.from ?? 0, cell.slot, cell.incarnation, CRASHED | what, 0);
  }

  ended(cell: Cell, reason: ExitReason): void {
    const head = ENDED | (EXIT_KINDS.indexOf(reason.type) << 8);
    this.#record(0, cell.slot, cell.incarnation, head, 0);
  }

  /**
   * What `cell` is about to handle, once in a millisecond, unless it was a record and so has been
   * recorded. Of an actor that has messages which go before the others, nothing.
   */
  sample(cell: Cell): void {
    const { clockMs } = this.#host.thread.scheduler;
    if (clockMs === this.#sampledMs || cell.ahead > 0 || cell.count === 0) return;
    this.#sampledMs = clockMs;
    const { firstTag: tag, firstFrom: from, firstArg: arg, ring } = cell;
    if (tag !== NO_TAG) return this.#sample(cell, tag, from, arg);
    ring?.peek(this.#next);
    this.#sample(cell, this.#next.tag, this.#next.from, this.#next.arg);
    this.#next.arg = undefined;
  }

  #sample(cell: Cell, tag: number, from: number, arg: unknown): void {
    const kind = kindOf(tag);
    if (kind === REQUEST) {
      if (!(arg instanceof Request) || arg.origin >= 0) return;
      return this.#turn(cell, from, CALL | (arg.handler << 8), arg.argc, arg.arg);
    }
    if (kind === TICK) return this.#record(from, cell.slot, cell.incarnation, OWED, 0);
    if (!this.#isHere(from)) return;
    const given = arg instanceof Traced ? arg.arg : arg;
    this.#turn(cell, from, CAST | (handlerOf(tag) << 8), argsOf(tag), given);
  }

  #turn(cell: Cell, from: number, head: number, argc: number, arg: unknown): void {
    const whole = head | (tagOf(argc, arg) << 16) | (Math.min(argc, 2) << 24);
    this.#record(from, cell.slot, cell.incarnation, whole, 0);
  }

  #isHere(from: number): boolean {
    const { directory, index } = this.#host.thread;
    return from === 0 ? index === 0 : directory.threadOf(senderSlot(from)) === index;
  }
}

/** What the payload would be, if it were written into a record (payload.ts). */
function tagOf(argc: number, arg: unknown): number {
  if (argc === 0) return NOTHING;
  if (argc > 1) return PACKED;
  switch (typeof arg) {
    case "number":
      return FLOAT64;
    case "boolean":
      return TRUE;
    case "undefined":
      return UNDEFINED;
    case "string":
      return TEXT;
    default:
      return arg === null ? NULL : arg instanceof ActorRef ? REFERENCE : PACKED;
  }
}
