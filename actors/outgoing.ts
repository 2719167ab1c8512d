/**
 * Messages to other threads: encode, reserve a place in the lane, write, commit.
 *
 * Data path: ref.cast.add(5) → **record in the lane** → flush (producer.ts, at the end of the
 * burst).
 *
 * Every send answers whether it found a place; what did not is accounted for by the caller.
 */

import { MessageTooLarge, summarise } from "../runtime/errors.ts";
import { alignRecord } from "../runtime/layout.ts";
import type { Producer } from "../runtime/producer.ts";
import type { Address } from "./address.ts";
import { SabeamError } from "./errors.ts";
import { EXIT_KINDS, type ExitReason, NORMAL } from "./exit.ts";
import type { Host } from "./host.ts";
import type { Batch } from "./measures.ts";
import { castBytes, flagsOf, requestBytes, writeCast, writeRequest } from "./records.ts";
import type { ActorRef } from "./ref.ts";
import type { Request } from "./request.ts";
import { type Order, wordsOf } from "./terms.ts";
import { sendableOf, withoutUnsendable } from "./thrown.ts";
import {
  BAD,
  CALL,
  CANCEL,
  GOOD,
  INSPECT,
  type LETTER,
  type LOG,
  MEASURED,
  NOTE_PAYLOAD,
  type READY,
  REPLY,
  REPLY_PAYLOAD,
  SIGNAL,
  SIGNAL_PAYLOAD,
  SPAWN,
} from "./wire.ts";

/** What became of a send. */
export const SENT = 0;
/** Accepted, but records wait for room in the lane. */
export const CROWDED = 1;
/** The overflow is at its bound; nothing was sent. */
export const FULL = 2;
/** The thread does not run; nothing was sent. */
export const GONE = 3;

export class Outgoing {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** @throws NotSendable, MessageTooLarge */
  cast(
    ref: ActorRef,
    handler: number,
    argc: number,
    arg: unknown,
    from: number,
    urgent: boolean,
  ): number {
    const { payload, thread } = this.#host;
    const lane = thread.producerTo(ref.thread);
    if (lane === undefined || this.#isBehind(ref)) return GONE;
    payload.measure(argc, arg, "args[0]");
    const context = this.#host.trace?.sent;
    const at = lane.reserve(castBytes(payload, context));
    if (at < 0) return lane.open ? FULL : GONE;
    const survives = thread.directory.seemsToSurvive(ref.slot);
    const flags = flagsOf(urgent, context, survives);
    writeCast(payload, lane.view, at, ref, handler, argc, from, flags, context);
    return this.#commit(lane, true, survives);
  }

  /** @param isMessage one of those that are counted as sent: what failed the caller counts */
  #commit(lane: Producer, isMessage = false, survives = false): number {
    if (isMessage) this.#host.counts.sent += 1;
    lane.commit(isMessage, survives);
    this.#host.counts.recordsOut += 1;
    this.#host.thread.scheduler.wake();
    return lane.congested ? CROWDED : SENT;
  }

  /** A call, or with kind READY the question whether there is room. */
  call(ref: ActorRef, request: Request, kind: typeof CALL | typeof READY): number {
    const to = { kind, first: ref.slot, second: ref.incarnation };
    this.#host.thread.producerTo(ref.thread);
    if (kind === CALL && this.#isBehind(ref)) return GONE;
    return this.#request(ref.thread, to, request, "args[0]");
  }

  /** The lane was replaced right now, and what came back of the old one goes first. */
  #isBehind(ref: ActorRef): boolean {
    return ref.held !== undefined && this.#host.away.holds(ref);
  }

  /** A question that does not go through the mailbox (inspection.ts). */
  inspect(ref: ActorRef, request: Request, operation: number): number {
    const { handler } = request;
    const to = { kind: INSPECT, first: ref.slot, second: ref.incarnation };
    // A record needs a number; errors name it by its own.
    request.handler = operation;
    try {
      return this.#request(ref.thread, to, request, "args");
    } finally {
      request.handler = handler;
    }
  }

  /** An order (terms.ts), which is the request's argument. */
  spawn(thread: number, definition: number, request: Request): number {
    const lane = this.#host.thread.producerTo(thread);
    if (lane === undefined) return GONE;
    const { payload, settings } = this.#host;
    const { args } = request.arg as Order;
    const terms = this.#host.terms.encode((request.arg as Order).terms);
    if (args.length === 1) payload.measure(1, args[0], "spawn.args[0]");
    else payload.measure(args.length > 0 ? 1 : 0, args, "spawn.args");
    const bytes = 4 * wordsOf(terms.length) + payload.bytes;
    const { maxMessageBytes } = settings;
    if (bytes > maxMessageBytes) throw new MessageTooLarge("spawn", bytes, maxMessageBytes);
    const at = lane.reserve(requestBytes(payload, request, terms));
    if (at < 0) return lane.open ? FULL : GONE;
    request.argc = args.length;
    request.generation = lane.generation;
    const to = { kind: SPAWN, first: definition, second: 0 };
    writeRequest(payload, lane.view, at, to, request, false, terms);
    return this.#commit(lane, false);
  }

  #request(
    thread: number,
    to: { kind: number; first: number; second: number },
    request: Request,
    path: string,
  ): number {
    const { payload } = this.#host;
    const { kind } = to;
    // Before anything is measured: a lane that is replaced reports what it held, through `payload`.
    const lane = this.#host.thread.producerTo(thread);
    if (lane === undefined) return GONE;
    payload.measure(request.argc, request.arg, path);
    const at = lane.reserve(requestBytes(payload, request));
    if (at < 0) return lane.open ? FULL : GONE;
    request.generation = lane.generation;
    const keeps = kind === CALL && this.#host.thread.directory.seemsToSurvive(to.first);
    writeRequest(payload, lane.view, at, to, request, keeps);
    return this.#commit(lane, kind === CALL, keeps);
  }

  /** The answer to a call from another thread. What cannot travel comes as an error that can. */
  reply(request: Request, value: unknown, bad: boolean): void {
    const lane = this.#host.thread.producerTo(request.origin);
    // Whoever asked is gone with its thread; its successor has other calls under these numbers.
    if (lane?.generation !== request.generation) return;
    if (bad) this.#measureError(value);
    else this.#host.payload.measure(1, value, "answer");
    this.#settled(lane, REPLY | ((bad ? BAD : GOOD) << 8), request);
  }

  #measureError(error: unknown): void {
    const { payload } = this.#host;
    try {
      payload.measure(1, error, "error");
    } catch {
      this.#measureOr(withoutUnsendable(this.#host.codec, error), new Error(summarise(error)));
    }
  }

  /** The second value is small and plain, so that something always leaves. */
  #measureOr(value: unknown, small: unknown): void {
    const { payload } = this.#host;
    try {
      payload.measure(1, value, "error");
    } catch {
      payload.measure(1, small, "error");
    }
  }

  cancel(request: Request): void {
    const lane = this.#host.thread.producerTo(request.thread);
    if (lane === undefined) return;
    this.#host.payload.measure(0, undefined, "");
    this.#settled(lane, CANCEL, request);
  }

  /**
   * A signal between actors (links.ts, monitors.ts, exits.ts): exempt from every bound. `by`
   * undefined: from outside of actors. False if the thread does not run.
   */
  signal(
    operation: number,
    to: Address & { readonly thread: number },
    by: Address | undefined,
    id: number,
    { type, cause }: ExitReason = NORMAL,
  ): boolean {
    const { payload, thread } = this.#host;
    const lane = thread.producerTo(to.thread);
    if (lane === undefined) return false;
    payload.measure(1, cause, "cause");
    const at = lane.reserveSignal(alignRecord(SIGNAL_PAYLOAD * 4 + payload.bytes));
    if (at < 0) return false;
    const { words } = lane.view;
    words[at + 1] = SIGNAL | (operation << 8) | (payload.tag << 16) | (1 << 24);
    words[at + 2] = to.slot;
    words[at + 3] = to.incarnation;
    words[at + 4] = by === undefined ? 0 : thread.directory.definition(by.slot);
    words[at + 5] = by?.slot ?? 0;
    words[at + 6] = by?.incarnation ?? 0;
    words[at + 7] = id;
    words[at + 8] = EXIT_KINDS.indexOf(type);
    payload.write(lane.view, at + SIGNAL_PAYLOAD);
    this.#commit(lane);
    return true;
  }

  #settled(lane: Producer, head: number, { index, seq }: Request): void {
    const { payload } = this.#host;
    const at = lane.reserveSignal(alignRecord(REPLY_PAYLOAD * 4 + payload.bytes));
    if (at < 0) return;
    const { view } = lane;
    view.words[at + 1] = head | (payload.tag << 16) | (1 << 24);
    view.words[at + 2] = index;
    view.words[at + 3] = seq;
    payload.write(view, at + REPLY_PAYLOAD);
    this.#commit(lane);
  }

  /** A dead letter or a line of the log, to main. */
  note(kind: typeof LETTER | typeof LOG, value: object): boolean {
    const { payload } = this.#host;
    const lane = this.#host.thread.producerTo(0);
    if (lane === undefined) return false;
    try {
      payload.measure(1, value, "note");
    } catch (error) {
      if (!(error instanceof SabeamError)) throw error;
      // The line still comes, with those of its fields that can travel.
      const { fields = {}, ...rest } = value as { fields?: object };
      const kept = sendableOf(this.#host.codec, fields);
      const omitted = summarise(error);
      this.#measureOr(
        { ...rest, fields: { ...kept, omitted } },
        { level: "error", message: "a line for the log is too large", fields: { omitted } },
      );
    }
    return this.#note(lane, kind);
  }

  /** Measurements, to main. @throws MessageTooLarge */
  measured(batch: Batch): boolean {
    const lane = this.#host.thread.producerTo(0);
    if (lane === undefined) return false;
    this.#host.payload.measure(1, batch, "measurements");
    return this.#note(lane, MEASURED);
  }

  /** False if there is no room. */
  #note(lane: Producer, kind: number): boolean {
    const { payload } = this.#host;
    const at = lane.reserve(alignRecord(NOTE_PAYLOAD * 4 + payload.bytes));
    if (at < 0) return false;
    lane.view.words[at + 1] = kind | (payload.tag << 16) | (1 << 24);
    lane.view.words[at + 2] = 0;
    payload.write(lane.view, at + NOTE_PAYLOAD);
    this.#commit(lane);
    return true;
  }
}
