/**
 * What may enter a mailbox, and what happens to a message that finds it full.
 *
 * Data path: cast, call (sending.ts) or record (incoming.ts) → **push** → turn (turns.ts).
 *
 * The bounds are the actor's own; its policy says who gives way. Timer ticks always enter: there is
 * at most one per timer, and timers per actor are bounded; so do results of `pipe`, or an actor
 * whose stash fills its mailbox would never hear what it waits for.
 */

import { type Cell, READY } from "./cell.ts";
import { ActorDown, MailboxFull } from "./errors.ts";
import { lost } from "./exit.ts";
import type { Host } from "./host.ts";
import { handlerOf, kindOf, type Message, REQUEST, TICK } from "./mailbox.ts";
import type { Request } from "./request.ts";

const GAVE_WAY = "its thread died in the middle of its turn, and then its mailbox was full";

export class Intake {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Puts a message into a mailbox. False if the mailbox is filling up: the sender should wait. */
  push(cell: Cell, tag: number, from: number, arg: unknown): boolean {
    const { kind } = cell;
    if (cell.count >= kind.max || cell.bytes > kind.maxBytes) {
      if (!this.#makeRoom(cell, tag, from, arg)) return false;
    }
    cell.push(tag, from, arg, this.#host.turns.pool);
    return this.#entered(cell);
  }

  /** The same for a message that goes before all ordinary ones. */
  pushUrgent(cell: Cell, tag: number, from: number, arg: unknown): boolean {
    const { kind } = cell;
    if (cell.count >= kind.max || cell.bytes > kind.maxBytes) {
      if (!this.#makeRoom(cell, tag, from, arg)) return false;
    }
    cell.pushUrgent(tag, from, arg, this.#host.turns.pool);
    return this.#entered(cell);
  }

  /** A result that the actor asked for: bounded by what it may ask for at a time, so it enters. */
  pushAsked(cell: Cell, tag: number, from: number, arg: unknown): void {
    cell.push(tag, from, arg, this.#host.turns.pool);
    this.#entered(cell);
  }

  /**
   * True if a message may enter a mailbox that survives: there is room in its backlog, too. Else
   * its policy has been done.
   */
  admits(cell: Cell, tag: number, from: number, arg: unknown, bytes: number): boolean {
    const { kind } = cell;
    const backlog = cell.extra?.survivor?.backlog;
    if (backlog === undefined) return false;
    const bytesMax = backlog.recordBytesMax;
    // Not everywhere in the ring would the largest of them have room, whatever gave way.
    if (bytes > bytesMax) return this.#tooLarge(cell, { tag, from, arg }, bytes, bytesMax);
    const room = (): boolean => backlog.hasRoom(bytes);
    if (cell.count < kind.max && cell.bytes <= kind.maxBytes && room()) return true;
    cell.extra?.survivor?.release();
    if (cell.count < kind.max && cell.bytes <= kind.maxBytes && room()) return true;
    return this.#makeRoom(cell, tag, from, arg, room);
  }

  #tooLarge(cell: Cell, { tag, from, arg }: Message, bytes: number, max: number): false {
    const { answers } = this.#host;
    const { bytes: ring = 0 } = cell.kind.blueprint.survives ?? {};
    const cause =
      `its ${bytes} bytes are more than the ${max} for which its backlog of ${ring} bytes has ` +
      "room: raise `bytes` of `survives`, or send it in smaller pieces";
    const request = kindOf(tag) === REQUEST ? (arg as Request) : undefined;
    this.#host.letter("mailbox-full", request === undefined ? "cast" : "call", from, () => ({
      target: cell.toString(),
      handler: cell.kind.blueprint.names[request?.handler ?? handlerOf(tag)] ?? "?",
      cause,
    }));
    if (request === undefined) return false;
    answers.fail(request, new MailboxFull(cell.toString(), cell.count, cause));
    return false;
  }

  /** Behind `admits`. */
  enter(cell: Cell, tag: number, from: number, arg: unknown, urgent: boolean): boolean {
    const { pool } = this.#host.turns;
    if (urgent) cell.pushUrgent(tag, from, arg, pool);
    else cell.push(tag, from, arg, pool);
    const entered = this.#entered(cell);
    if (cell.extra?.survivor?.backlog.isCrowded !== true) return entered;
    this.#host.room.congest(cell);
    return false;
  }

  #entered(cell: Cell): boolean {
    const { kind } = cell;
    if (!cell.queued && cell.status === READY) this.#host.turns.enqueue(cell);
    if (cell.count <= kind.mark && cell.bytes <= kind.highBytes) return true;
    return this.#crowded(cell);
  }

  #crowded(cell: Cell): boolean {
    const { high, highBytes } = cell.kind;
    this.#host.watch?.crowds(cell);
    if (cell.count <= high && cell.bytes <= highBytes) return true;
    this.#host.room.congest(cell);
    return false;
  }

  /** The mailbox is full: what its policy says. True if the new message may enter. */
  #makeRoom(cell: Cell, tag: number, from: number, arg: unknown, room = hasRoom): boolean {
    const { policy } = cell.kind.mailbox;
    if (kindOf(tag) === TICK) return true;
    if (policy === "drop-oldest" && cell.count > cell.ahead) {
      this.#dropOldest(cell, room);
      if (room()) return true;
    }
    if (policy === "drop-newest" || policy === "drop-oldest") this.#drop(cell, tag, arg);
    else this.#host.answers.bury(cell, { tag, from, arg }, "mailbox-full");
    this.#host.room.congest(cell);
    return false;
  }

  /**
   * Until both bounds hold again. Ticks are kept, or their timers would wait for them for ever, and
   * so is what goes before the others.
   */
  #dropOldest(cell: Cell, room: () => boolean): void {
    const { max, maxBytes } = cell.kind;
    for (let left = cell.count - cell.ahead; left > 0; left -= 1) {
      const fits = cell.count < max && cell.bytes <= maxBytes;
      // In a backlog nothing gives room back while an older turn goes on.
      if (fits && (room() || cell.extra?.survivor?.backlog.canGiveWay === false)) return;
      const { tag, from, arg } = this.#shift(cell);
      if (kindOf(tag) !== TICK) {
        const begun = cell.extra?.survivor?.drop();
        this.#drop(cell, tag, arg, begun);
        continue;
      }
      cell.push(tag, from, arg, this.#host.turns.pool);
    }
  }

  #shift(cell: Cell): Message {
    const message = { tag: 0, from: 0, arg: undefined };
    cell.shiftOldest(message, this.#host.turns.pool);
    return message;
  }

  /** @param begun a life before this one has begun it, so nobody knows what it came to */
  #drop(cell: Cell, tag: number, arg: unknown, begun = false): void {
    this.#host.counts.dropped += 1;
    if (kindOf(tag) !== REQUEST) return;
    const error = begun
      ? new ActorDown(cell.toString(), lost(GAVE_WAY), "maybe")
      : new MailboxFull(cell.toString(), cell.count);
    this.#host.answers.fail(arg as Request, error);
  }
}

/** Where only the mailbox itself has bounds. */
function hasRoom(): boolean {
  return true;
}
