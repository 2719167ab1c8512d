/**
 * Records from other threads become messages in mailboxes, answers, or signals.
 *
 * Data path: drain (consumer.ts) → **receive** → mailbox (turns.ts).
 *
 * Nothing is believed: a record that no sender can have written returns false, and the lane is
 * closed by whoever drains it. The only code of users that runs here is the `decode` of extensions.
 */

import { BadRecord, isUnreadable } from "../runtime/errors.ts";
import type { RecordView } from "../runtime/record.ts";
import { senderSlot } from "./address.ts";
import type { Cell } from "./cell.ts";
import { afterContext, readContext } from "./context.ts";
import { ActorDown, reviveError } from "./errors.ts";
import { NOPROC } from "./exit.ts";
import type { Host } from "./host.ts";
import type { DeadLetter } from "./letters.ts";
import { LOG_LEVELS, type LogLevel } from "./log.ts";
import { CAST as CAST_KIND, REQUEST, TRACED, tagOf } from "./mailbox.ts";
import { isBatch } from "./measures.ts";
import { CORRUPT } from "./payload.ts";
import { OPERATIONS, operationHandler, Request } from "./request.ts";
import { accepts } from "./sending.ts";
import { afterTerms, type Order } from "./terms.ts";
import { Traced } from "./trace.ts";
import { type Place, undecodableRecord } from "./undecodable.ts";
import {
  ARGUMENTS_MASK,
  BAD,
  CALL,
  CALL_PAYLOAD,
  CANCEL,
  CANCELLABLE,
  CAST,
  CAST_PAYLOAD,
  CONTEXT,
  INSPECT,
  LETTER,
  LOG,
  MEASURED,
  NOTE_PAYLOAD,
  READY,
  REPLY,
  REPLY_PAYLOAD,
  SIGNAL,
  SPAWN,
  URGENT,
  WAITS,
} from "./wire.ts";

export class Incoming {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  receive(from: number, view: RecordView, at: number, bytes: number): boolean {
    this.#host.counts.recordsIn += 1;
    const head = view.words[at + 1] ?? 0;
    const end = at + (bytes >> 2);
    try {
      switch (head & 255) {
        case CAST:
          return this.#cast(from, view, at, end, head);
        case REPLY:
          return this.#reply(view, at, end, head);
        case CALL:
        case READY:
          return this.#call(from, view, at, end, head);
        case SPAWN:
          return this.#spawn(from, view, at, end, head);
        case INSPECT:
          return this.#inspect(from, view, at, end, head);
        case CANCEL:
          return this.#cancel(from, view, at);
        case SIGNAL:
          return this.#host.received.take(from, view, at, end);
        case LETTER:
        case LOG:
        case MEASURED:
          return this.#note(view, at, end, head);
        default:
          return false;
      }
    } catch (error) {
      if (error instanceof BadRecord) return false;
      if (isUnreadable(error)) return undecodableRecord(this.#host, from, { view, at, end }, error);
      throw error;
    }
  }

  #cast(lane: number, view: RecordView, at: number, end: number, head: number): boolean {
    const { words } = view;
    const slot = words[at + 2] ?? 0;
    const from = words[at + 4] ?? 0;
    const handler = (head >>> 8) & 255;
    const argc = (head >>> 24) & ARGUMENTS_MASK;
    const traced = ((head >>> 24) & CONTEXT) !== 0;
    const context = traced ? readContext(view, at + CAST_PAYLOAD, end) : undefined;
    const body = afterContext(at + CAST_PAYLOAD, context);
    const arg = this.#host.payload.read(view, body, end, (head >>> 16) & 255);
    if (arg === CORRUPT || argc > 2 || (argc === 2 && !Array.isArray(arg))) return false;
    const cell = this.#host.cells.get(slot);
    if (cell === undefined || (cell.incarnation | 0) !== words[at + 3]) {
      return this.#nobody(slot, (words[at + 3] ?? 0) >>> 0, handler, from, "cast");
    }
    if (handler >= cell.behaviour.handlers.length) return false;
    const urgent = ((head >>> 24) & URGENT) !== 0 && accepts(cell, handler);
    const { intake, trace, survival } = this.#host;
    const bytes = (end - at) * 4;
    const message = tagOf(handler, argc, trace === undefined ? CAST_KIND : TRACED, bytes);
    const given = trace === undefined ? arg : new Traced(context, arg);
    if (cell.kind.survives) {
      survival.came(cell, message, from, given, urgent, lane, view, at, bytes);
    } else if (urgent) intake.pushUrgent(cell, message, from, given);
    else intake.push(cell, message, from, given);
    return true;
  }

  #nobody(
    slot: number,
    incarnation: number,
    handler: number,
    from: number,
    type: "cast" | "call",
  ): boolean {
    if (!this.#host.thread.directory.inRange(slot)) return false;
    this.#host.letter("noproc", type, from, () =>
      this.#host.describeTarget(slot, incarnation, handler),
    );
    return true;
  }

  /** A call's fields, without its payload. */
  request(from: number, view: RecordView, at: number, end: number, head: number): Request {
    const { words } = view;
    const request = new Request();
    const traced = ((head >>> 24) & CONTEXT) !== 0;
    if (traced) request.context = readContext(view, at + CALL_PAYLOAD, end);
    request.handler = (head >>> 8) & 255;
    request.argc = (head >>> 24) & ARGUMENTS_MASK;
    request.urgent = ((head >>> 24) & URGENT) !== 0;
    request.from = words[at + 4] ?? 0;
    request.origin = from;
    request.generation = this.#host.thread.generationOf(from);
    request.index = words[at + 5] ?? 0;
    request.seq = words[at + 6] ?? 0;
    const flags = words[at + 7] ?? 0;
    request.cancellable = (flags & CANCELLABLE) !== 0;
    const { directory } = this.#host.thread;
    request.waits = (flags & WAITS) !== 0 && directory.inRange(senderSlot(request.from));
    request.deadline = view.doubles[(at + 8) >> 1] ?? 0;
    return request;
  }

  #call(from: number, view: RecordView, at: number, end: number, head: number): boolean {
    if (end - at < CALL_PAYLOAD) return false;
    const { words } = view;
    const slot = words[at + 2] ?? 0;
    const request = this.request(from, view, at, end, head);
    const tag = (head >>> 16) & 255;
    const body = afterContext(at + CALL_PAYLOAD, request.context);
    const arg = this.#host.payload.read(view, body, end, tag);
    const { argc } = request;
    if (arg === CORRUPT || argc > 2 || (argc === 2 && !Array.isArray(arg))) return false;
    request.arg = arg;
    const cell = this.#host.cells.get(slot);
    if (cell === undefined || (cell.incarnation | 0) !== words[at + 3]) {
      return this.#callNobody(slot, (words[at + 3] ?? 0) >>> 0, request, (head & 255) === READY);
    }
    if ((head & 255) === READY) {
      this.#host.room.when(cell, request, () => this.#room(cell, request));
      return true;
    }
    if (request.handler >= cell.behaviour.handlers.length) return false;
    if (request.cancellable) this.#host.inbound.add(request);
    const bytes = (end - at) * 4;
    const message = tagOf(request.handler, 0, REQUEST, bytes);
    const urgent = request.urgent && accepts(cell, request.handler);
    if (cell.kind.survives) {
      const { survival } = this.#host;
      survival.came(cell, message, request.from, request, urgent, from, view, at, bytes);
    } else if (urgent) this.#host.intake.pushUrgent(cell, message, request.from, request);
    else this.#host.intake.push(cell, message, request.from, request);
    return true;
  }

  #room(cell: Cell, request: Request): void {
    const { answers } = this.#host;
    if (this.#host.cells.get(cell.slot) === cell) answers.answer(request, cell.room);
    else answers.fail(request, new ActorDown(cell.toString(), NOPROC, "no"));
  }

  #callNobody(slot: number, incarnation: number, request: Request, ready: boolean): boolean {
    const { directory } = this.#host.thread;
    if (!directory.inRange(slot)) return false;
    if (!ready) this.#nobody(slot, incarnation, request.handler, request.from, "call");
    const { target } = this.#host.describeTarget(slot, incarnation, request.handler);
    this.#host.answers.fail(request, new ActorDown(target, NOPROC, "no"));
    return true;
  }

  #spawn(from: number, view: RecordView, at: number, end: number, head: number): boolean {
    if (end - at < CALL_PAYLOAD) return false;
    const request = this.request(from, view, at, end, head);
    const order = this.order({ view, at, end }, request);
    this.#host.spawner.ordered(view.words[at + 2] ?? 0, order, request);
    return true;
  }

  /** What a SPAWN asks for. @throws BadRecord, and what `decode` of an extension throws */
  order({ view, at, end }: Place, { context, argc }: Request): Order {
    const body = afterContext(at + CALL_PAYLOAD, context);
    const terms = this.#host.terms.read(view, body, end);
    const rest = afterTerms(view, body);
    const tag = ((view.words[at + 1] ?? 0) >>> 16) & 255;
    const arg = this.#host.payload.read(view, rest, end, tag);
    if (arg === CORRUPT || argc > 2 || (argc === 2 && !Array.isArray(arg))) {
      throw new BadRecord((end - at) * 4, "not the arguments of a spawn");
    }
    return { terms, args: argc === 0 ? [] : argc === 1 ? [arg] : (arg as unknown[]) };
  }

  #inspect(from: number, view: RecordView, at: number, end: number, head: number): boolean {
    if (end - at < CALL_PAYLOAD) return false;
    const { words } = view;
    const slot = words[at + 2] ?? 0;
    const request = this.request(from, view, at, end, head);
    const operation = OPERATIONS[request.handler];
    const args = this.#host.payload.read(view, at + CALL_PAYLOAD, end, (head >>> 16) & 255);
    if (operation === undefined || !Array.isArray(args)) return false;
    request.handler = operationHandler(operation);
    const cell = this.#host.cells.get(slot);
    if (cell === undefined || (cell.incarnation | 0) !== words[at + 3]) {
      return this.#callNobody(slot, (words[at + 3] ?? 0) >>> 0, request, true);
    }
    this.#host.inspection.asked(cell, operation, args, request);
    return true;
  }

  #reply(view: RecordView, at: number, end: number, head: number): boolean {
    const { words } = view;
    const tag = (head >>> 16) & 255;
    const value = this.#host.payload.read(view, at + REPLY_PAYLOAD, end, tag);
    if (value === CORRUPT) return false;
    const request = this.#host.calls.find(words[at + 2] ?? -1, words[at + 3] ?? -1);
    this.#host.recording.answered(request, head, (end - at) * 4);
    if (request === undefined) {
      this.#host.counts.lateReplies += 1;
      return true;
    }
    const bad = ((head >>> 8) & 255) === BAD;
    this.#host.answers.settle(request, !bad, bad ? reviveError(value) : value);
    return true;
  }

  #cancel(from: number, view: RecordView, at: number): boolean {
    const index = view.words[at + 2] ?? -1;
    const seq = view.words[at + 3] ?? -1;
    const request = this.#host.inbound.find(from, index, seq);
    if (request === undefined) return true;
    this.#host.inbound.delete(request);
    request.gone = "aborted";
    request.deadline = Number.NEGATIVE_INFINITY;
    request.abort?.abort();
    return true;
  }

  #note(view: RecordView, at: number, end: number, head: number): boolean {
    const tag = (head >>> 16) & 255;
    const value = this.#host.payload.read(view, at + NOTE_PAYLOAD, end, tag);
    if (typeof value !== "object" || value === null) return false;
    if ((head & 255) === MEASURED) {
      if (!isBatch(value)) return false;
      this.#host.notes.measured(value);
    } else if ((head & 255) === LETTER) this.#host.notes.letter(value as DeadLetter);
    else {
      const { level, fields, message } = value as {
        level: LogLevel;
        fields: object;
        message: string;
      };
      const whole = typeof fields === "object" && fields !== null;
      if (!LOG_LEVELS.includes(level) || !whole) return false;
      this.#host.notes.log(level, fields, message);
    }
    return true;
  }
}
