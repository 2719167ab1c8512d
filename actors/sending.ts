/**
 * What a ref does: cast, call, ready.
 *
 * Data path: **cast, call** → mailbox (turns.ts) if the actor lives here, else a record
 * (outgoing.ts).
 *
 * Whatever keeps a message from its target is accounted for here: a dead letter, and for a call the
 * error that says whether it may have been handled.
 */

import { defaultMaxListeners, getMaxListeners, setMaxListeners } from "node:events";
import { PRIORITY } from "./behaviour.ts";
import type { Cell } from "./cell.ts";
import { copyOfCall, copyOfCast, UNDECODABLE } from "./copying.ts";
import { Aborted, ActorDown, CallTimeout, MailboxFull, UnknownHandler } from "./errors.ts";
import { NOPROC } from "./exit.ts";
import type { HeldCast } from "./held.ts";
import type { Host } from "./host.ts";
import { CAST, REFERENCE_BYTES, REQUEST, TRACED, tagOf } from "./mailbox.ts";
import { CROWDED, FULL, GONE, SENT } from "./outgoing.ts";
import type { ActorRef } from "./ref.ts";
import { nameOf, Request, ROOM, SETTLED } from "./request.ts";
import { captureSite } from "./site.ts";
import { type Trace, Traced } from "./trace.ts";
import type { MessageOptions } from "./types.ts";
import { CALL, READY } from "./wire.ts";

/** Not 0, which would do, but which `getMaxListeners` of Node 20 cannot read back. */
const LISTENERS_MAX: number = Number.MAX_SAFE_INTEGER;

/** The receiver lets messages for this handler go before others. */
export function accepts(cell: Cell, handler: number): boolean {
  return ((cell.behaviour.bits[handler] ?? 0) & PRIORITY) !== 0;
}

export class Sending {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Milliseconds of the system's clock. */
  now(): number {
    return this.#host.thread.env.now();
  }

  /**
   * False if the way is congested. What cannot be delivered is a dead letter.
   * @throws NotSendable, ActorEnded
   */
  cast(ref: ActorRef, handler: number, argc: number, arg: unknown, urgent = false): boolean {
    const sender = this.#host.ambient.sender();
    const from = sender === undefined ? 0 : sender.packed;
    const { cell } = ref;
    const { trace } = this.#host;
    if (trace !== undefined) trace.sent = trace.inject();
    if (ref.held !== undefined) {
      const context = trace?.sent;
      return this.#host.holding.cast(ref, { handler, argc, arg, from, urgent, context });
    }
    if (cell !== undefined) {
      let value = arg;
      if (this.#host.settings.development) {
        value = copyOfCast(this.#host, ref, { handler, argc, arg, from });
        // For what is lost there is nothing to wait for.
        if (value === UNDECODABLE) return true;
      }
      if (cell.kind.survives) {
        return this.#host.survival.cast(cell, handler, argc, value, from, urgent);
      }
      this.#host.counts.sent += 1;
      if (trace !== undefined) {
        return this.#castTraced(trace, cell, { handler, argc, arg: value, from, urgent });
      }
      const tag = tagOf(handler, Math.min(argc, 2), CAST, REFERENCE_BYTES);
      if (urgent) return this.#admit(cell, tag, from, value, accepts(cell, handler));
      return this.#host.intake.push(cell, tag, from, value);
    }
    return this.#castFar(ref, handler, argc, arg, from, urgent);
  }

  /** To an actor of this thread, with the context that `trace` has at hand. */
  #castTraced(trace: Trace, cell: Cell, cast: Omit<HeldCast, "context">): boolean {
    const { handler, argc, from, urgent } = cast;
    const tag = tagOf(handler, Math.min(argc, 2), TRACED, REFERENCE_BYTES);
    const traced = new Traced(trace.sent, cast.arg);
    return this.#admit(cell, tag, from, traced, urgent && accepts(cell, handler));
  }

  /** A cast that has waited: it is sent as if it were made now. */
  release(ref: ActorRef, cast: HeldCast): void {
    const { handler, argc, arg, from, urgent } = cast;
    const { counts, trace } = this.#host;
    const { cell } = ref;
    if (trace !== undefined) trace.sent = cast.context;
    if (cell === undefined) return void this.#castFar(ref, handler, argc, arg, from, urgent);
    if (cell.kind.survives) {
      return void this.#host.survival.cast(cell, handler, argc, arg, from, urgent);
    }
    counts.sent += 1;
    if (trace !== undefined) return void this.#castTraced(trace, cell, cast);
    const tag = tagOf(handler, Math.min(argc, 2), CAST, REFERENCE_BYTES);
    this.#admit(cell, tag, from, arg, urgent && accepts(cell, handler));
  }

  #castFar(
    ref: ActorRef,
    handler: number,
    argc: number,
    arg: unknown,
    from: number,
    urgent: boolean,
  ): boolean {
    if (ref.alias) {
      const target = this.#host.aliases.resolve(ref);
      if (target !== ref) return this.#castAlias(ref, target, { handler, argc, arg, urgent });
    }
    const { directory, index } = this.#host.thread;
    let sent = GONE;
    if (
      !this.#host.closed &&
      ref.thread !== index &&
      directory.seemsAlive(ref.slot, ref.incarnation)
    ) {
      sent = this.#host.outgoing.cast(ref, handler, argc, arg, from, urgent);
      if (this.#host.settings.development && argc > 0) this.#host.codec.freeze(arg);
    }
    if (sent === GONE && this.#host.away.expects(ref)) {
      this.#host.counts.sent += 1;
      const context = this.#host.trace?.sent;
      return this.#host.away.cast(ref, { handler, argc, arg, from, urgent, context });
    }
    if (sent === SENT) return !directory.isCongested(ref.slot);
    if (sent === CROWDED) return false;
    this.#host.counts.sent += 1;
    this.letterFor(ref, handler, from, "cast", sent);
    // For a target that is gone there is nothing to wait for.
    return sent === GONE;
  }

  /** By the handler's name, since the target may be of another definition. */
  #castAlias(
    ref: ActorRef,
    target: ActorRef,
    { handler, argc, arg, urgent }: Pick<HeldCast, "handler" | "argc" | "arg" | "urgent">,
  ): boolean {
    const number = this.#host.aliases.handler(ref, target, handler);
    if (number !== undefined) return this.cast(target, number, argc, arg, urgent);
    const from = this.#host.ambient.sender()?.packed ?? 0;
    this.#host.counts.sent += 1;
    this.#host.letter("unhandled", "cast", from, () => ({
      target: target.toString(),
      handler: ref.facts.handlers[handler] ?? "?",
    }));
    return true;
  }

  letterFor(
    ref: ActorRef,
    handler: number,
    from: number,
    type: "cast" | "call",
    sent: number,
  ): void {
    const { problem } = ref;
    this.#host.letter(sent === FULL ? "lane-full" : "noproc", type, from, () => ({
      target: ref.toString(),
      handler: ref.facts.handlers[handler] ?? "?",
      ...(problem === undefined ? {} : { cause: problem }),
    }));
  }

  call(
    ref: ActorRef,
    handler: number,
    argc: number,
    arg: unknown,
    options: MessageOptions,
  ): Promise<unknown> {
    if (ref.alias) {
      const target = this.#host.aliases.resolve(ref);
      if (target !== ref) return this.#callAlias(ref, target, { handler, argc, arg, options });
    }
    const request = new Request();
    const promise = this.promiseOf(request);
    request.handler = handler;
    request.argc = argc;
    request.arg = arg;
    this.#call(ref, request, options, false);
    return promise;
  }

  #callAlias(
    ref: ActorRef,
    target: ActorRef,
    given: { handler: number; argc: number; arg: unknown; options: MessageOptions },
  ): Promise<unknown> {
    const number = this.#host.aliases.handler(ref, target, given.handler);
    if (number !== undefined) {
      return this.call(target, number, given.argc, given.arg, given.options);
    }
    const name = ref.facts.handlers[given.handler] ?? "?";
    return Promise.reject(new UnknownHandler(target.facts.name, name, target.facts.handlers));
  }

  /**
   * The promise of a request, without a closure for each: the executor runs before `new` returns.
   */
  promiseOf(request: Request): Promise<unknown> {
    this.#opening = request;
    return new Promise(this.#capture);
  }

  #opening: Request | undefined;
  readonly #capture = (
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ): void => {
    if (this.#opening === undefined) return;
    this.#opening.resolve = resolve;
    this.#opening.reject = reject;
    this.#opening = undefined;
  };

  #admit(cell: Cell, tag: number, from: number, value: unknown, urgent: boolean): boolean {
    const { intake } = this.#host;
    return urgent ? intake.pushUrgent(cell, tag, from, value) : intake.push(cell, tag, from, value);
  }

  ready(to: ActorRef, options: MessageOptions): Promise<void> {
    const ref = this.#host.aliases.resolve(to);
    const { cell } = ref;
    if (cell !== undefined && !cell.congested) return Promise.resolve();
    const request = new Request();
    const promise = this.promiseOf(request);
    request.handler = ROOM;
    this.#call(ref, request, options, true);
    // How much room there is would have changed before anybody could use it.
    return promise.then(() => {});
  }

  /** Fills a request in, enters it into the table and sends it; every failure settles it. */
  #call(ref: ActorRef, request: Request, options: MessageOptions, ready: boolean): void {
    request.target = ref;
    request.thread = ref.thread;
    if (options.priority === true) request.urgent = true;
    if (this.#host.settings.development) request.site = captureSite(ready ? this.ready : this.call);
    request.timeoutMs = options.timeout ?? this.#host.settings.callTimeout;
    if (!this.#limit(ref, request, options)) return;
    try {
      const sender = this.#host.ambient.sender();
      request.from = sender === undefined ? 0 : sender.packed;
      const copies = ref.cell !== undefined && this.#host.settings.development;
      if (copies) request.arg = copyOfCall(this.#host, ref, request);
    } catch (error) {
      return request.reject?.(error);
    }
    request.context = this.#host.trace?.inject();
    this.#host.calls.enter(request);
    if (options.signal !== undefined) this.#watch(request, options.signal);
    this.#waits(request);
    // A cycle settles it at once, and then it must not be sent.
    if (request.status === SETTLED) return;
    this.#host.thread.scheduler.wake();
    if (!ready && this.#host.holding.mustHold(ref)) return this.#host.holding.call(ref, request);
    this.dispatch(ref, request, ready);
  }

  dispatch(ref: ActorRef, request: Request, ready: boolean): void {
    const { index } = this.#host.thread;
    if (ref.cell !== undefined) return this.#callHere(ref.cell, request, ready);
    if (ref.thread === index) return this.#callNobody(ref, request, ready);
    this.#callFar(ref, request, ready);
  }

  /**
   * Sets the deadline where it must be known at once; false if the call is over before it began.
   */
  #limit(ref: ActorRef, request: Request, options: MessageOptions): boolean {
    const turnDeadline = this.#host.ambient.deadline();
    const here = ref.cell !== undefined;
    if (!here || turnDeadline !== Number.POSITIVE_INFINITY) {
      const now = this.#host.thread.env.now();
      request.deadline = Math.min(now + request.timeoutMs, turnDeadline);
      request.timeoutMs = Math.max(0, Math.round(request.deadline - now));
    }
    const name = nameOf(request);
    if (options.signal?.aborted) {
      request.reject?.(new Aborted(ref.toString(), name, options.signal.reason));
      return false;
    }
    if (request.timeoutMs > 0) return true;
    request.reject?.(new CallTimeout(ref.toString(), name, 0));
    return false;
  }

  #watch(request: Request, signal: AbortSignal): void {
    const onAbort = (): void => this.#host.answers.abort(request, signal.reason);
    // One signal for many calls is no leak, since each call takes its listener back.
    if (getMaxListeners(signal) === defaultMaxListeners) setMaxListeners(LISTENERS_MAX, signal);
    signal.addEventListener("abort", onAbort, { once: true });
    request.cancellable = true;
    request.unwatch = () => signal.removeEventListener("abort", onAbort);
  }

  #waits(request: Request): void {
    const { ambient } = this.#host;
    const turn = ambient.turn();
    if (turn !== undefined && !turn.concurrent) this.#host.answers.waits(turn.cell, request);
    else if (ambient.current !== undefined) ambient.calls.push(request);
  }

  #callHere(cell: Cell, request: Request, ready: boolean): void {
    if (ready) return this.#host.room.when(cell, request, () => this.#roomHere(cell, request));
    if (cell.kind.survives) return this.#callSurvivor(cell, request);
    this.#host.counts.sent += 1;
    const tag = tagOf(request.handler, 0, REQUEST, REFERENCE_BYTES);
    const urgent = request.urgent && accepts(cell, request.handler);
    this.#admit(cell, tag, request.from, request, urgent);
  }

  #callSurvivor(cell: Cell, request: Request): void {
    try {
      this.#host.survival.call(cell, request);
    } catch (error) {
      this.#host.answers.settle(request, false, error);
    }
  }

  #roomHere(cell: Cell, request: Request): void {
    const alive = this.#host.cells.get(cell.slot) === cell;
    const down = alive ? undefined : new ActorDown(cell.toString(), NOPROC, "no");
    this.#host.answers.settle(request, alive, down ?? cell.room);
  }

  #callNobody(ref: ActorRef, request: Request, ready: boolean): void {
    if (!ready) {
      this.#host.counts.sent += 1;
      this.letterFor(ref, request.handler, request.from, "call", GONE);
    }
    const down = new ActorDown(ref.toString(), NOPROC, "no");
    const stranger = ref.problem !== undefined;
    this.#host.answers.settle(request, false, stranger ? this.#host.named.absent(ref) : down);
  }

  /** The target has room, so only the way to it matters. */
  #roomInLane(ref: ActorRef, request: Request): void {
    const lane = this.#host.thread.producerTo(ref.thread);
    if (lane?.congested !== true) {
      this.#host.answers.settle(request, true, undefined);
      return;
    }
    const isOver = (): boolean => request.status === SETTLED;
    lane.whenRoom(() => {
      if (!isOver()) this.#callFar(ref, request, true);
    }, isOver);
  }

  #callFar(ref: ActorRef, request: Request, ready: boolean): void {
    const { directory } = this.#host.thread;
    if (this.#host.closed || !directory.seemsAlive(ref.slot, ref.incarnation)) {
      if (this.#host.away.expects(ref)) return this.#host.away.call(ref, request, ready);
      return this.#callNobody(ref, request, ready);
    }
    // Who holds messages back asks the mailbox itself how many it can take.
    const asks = ref.held !== undefined || directory.isCongested(ref.slot);
    if (ready && !asks) return this.#roomInLane(ref, request);
    try {
      const { handler, arg } = request;
      // `ready` has none, and is named in errors by that; a record needs a number.
      if (ready) request.handler = 0;
      const sent = this.#host.outgoing.call(ref, request, ready ? READY : CALL);
      request.handler = handler;
      if (this.#host.settings.development && request.argc > 0) this.#host.codec.freeze(request.arg);
      request.arg = undefined;
      if (sent === GONE) {
        if (!this.#host.away.expects(ref)) return this.#callNobody(ref, request, ready);
        request.arg = arg;
        return this.#host.away.call(ref, request, ready);
      }
      if (sent !== FULL) return;
      if (!ready) {
        this.#host.counts.sent += 1;
        this.letterFor(ref, request.handler, request.from, "call", FULL);
      }
      this.#host.answers.settle(request, false, new MailboxFull(ref.toString(), 0));
    } catch (error) {
      this.#host.answers.settle(request, false, error);
    }
  }
}
