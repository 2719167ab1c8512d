/**
 * How a call ends, on either side: answered, failed, given up, or buried with its target.
 *
 * Data path: turn (turns.ts) → **answer** → settle (same thread) or encode (outgoing.ts) → settle.
 *
 * A call settles exactly once: on the caller's side `Calls.leave` takes it out of the table, and
 * what comes later finds nothing. On the receiver's side `status` is SETTLED once an answer has
 * left.
 */

import { senderSlot } from "./address.ts";
import { type Cell, DEAD } from "./cell.ts";
import {
  Aborted,
  ActorDown,
  CallCycle,
  CallTimeout,
  type InvalidMessage,
  MailboxFull,
} from "./errors.ts";
import { type ExitReason, type Fate, NOPROC } from "./exit.ts";
import type { Host } from "./host.ts";
import type { LetterReason } from "./letters.ts";
import { handlerOf, kindOf, REQUEST, TICK } from "./mailbox.ts";
import type { ActorRef } from "./ref.ts";
import { BEGUN, nameOf, type Request, ROOM, SETTLED, UNBORN } from "./request.ts";
import { addSite } from "./site.ts";
import { copyThrown } from "./thrown.ts";
import type { Deferred } from "./types.ts";

/** What `share()` returns: an answer that is handed over as it is. */
export class Shared {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/**
 * Marks an answer as immutable: a caller on the same thread gets the very object instead of a copy.
 * Across threads it is copied as ever. Free.
 */
export function share<Value>(value: Value): Value {
  return new Shared(value) as Value;
}

export class DeferredAnswer implements Deferred<unknown> {
  readonly request: Request | undefined;
  readonly #answers: Answers;
  readonly #cell: Cell;

  constructor(answers: Answers, request: Request | undefined, cell: Cell) {
    this.#answers = answers;
    this.request = request;
    this.#cell = cell;
  }

  /** Made at each look, so that `promise.then(deferred.resolve)` works. */
  get resolve(): (value: unknown) => boolean {
    return (value) => {
      const request = this.#take();
      return request !== undefined && this.#answers.answer(request, value);
    };
  }

  get reject(): (error: Error) => boolean {
    return (error) => {
      const request = this.#take();
      return request !== undefined && this.#answers.threw(request, error);
    };
  }

  get open(): boolean {
    const { request } = this;
    if (request === undefined) return true;
    return request.status !== SETTLED && this.#answers.isAwaited(request);
  }

  /** The request, unless its time is over: its caller has been told so, or is about to be. */
  #take(): Request | undefined {
    const { request } = this;
    if (request === undefined) return undefined;
    this.#cell.extra?.open?.delete(request);
    return this.#answers.isLate(request) ? undefined : request;
  }
}

/** The place of what was to be spawned. */
const NOWHERE = { slot: 0, incarnation: 0 };

export class Answers {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Sends a handler's result to its caller. False if the call has ended already. */
  answer(request: Request, result: unknown): boolean {
    if (request.status === SETTLED) return this.#late(request);
    const value = result instanceof Shared ? result.value : result;
    if (request.origin >= 0) return this.#answerFar(request, value);
    const { codec, settings } = this.#host;
    if (codec.isScalar(value)) return this.settle(request, true, value);
    try {
      // Copied first: that finds the cycles in which freezing would get lost.
      const isFree = result instanceof Shared && !settings.development;
      const copy = isFree ? value : codec.copy(value, "answer");
      if (settings.development) codec.freeze(value);
      return this.settle(request, true, result instanceof Shared ? value : copy);
    } catch (error) {
      return this.fail(request, error);
    }
  }

  #answerFar(request: Request, value: unknown): boolean {
    request.status = SETTLED;
    this.#forget(request);
    try {
      this.#host.outgoing.reply(request, value, false);
      if (this.#host.settings.development) this.#host.codec.freeze(value);
    } catch (error) {
      this.#host.outgoing.reply(request, error, true);
    }
    return true;
  }

  /** The same for what a handler threw, of which a caller on this thread gets a copy too. */
  threw(request: Request, error: unknown): boolean {
    if (request.status === SETTLED || request.origin >= 0) return this.fail(request, error);
    return this.fail(request, copyThrown(this.#host.codec, error));
  }

  fail(request: Request, error: unknown): boolean {
    if (request.status === SETTLED) return this.#late(request);
    if (request.origin < 0) return this.settle(request, false, error);
    request.status = SETTLED;
    this.#forget(request);
    this.#host.outgoing.reply(request, error, true);
    return true;
  }

  /** An answer on this thread to a call that was given up: it reaches nobody, and is counted. */
  #late(request: Request): false {
    if (request.origin < 0 && request.gone !== undefined) this.#host.counts.lateReplies += 1;
    request.gone = undefined;
    return false;
  }

  /** Its time is not over, as far as can be known here. Reads the clock for one from elsewhere. */
  isAwaited({ origin, gone, deadline }: Request): boolean {
    return gone === undefined && (origin < 0 || deadline >= this.#host.thread.env.now());
  }

  /** True if a call from another thread is over, as far as can be known here. Reads the clock. */
  isLate(request: Request): boolean {
    const { origin, status, gone, deadline } = request;
    if (origin < 0 || status === SETTLED) return false;
    if (gone === undefined && deadline >= this.#host.thread.env.now()) return false;
    request.status = SETTLED;
    this.#forget(request);
    this.#host.counts.lateReplies += 1;
    return true;
  }

  /** The answer has left: nobody can give the request up any more. */
  #forget(request: Request): void {
    if (request.cancellable) this.#host.inbound.delete(request);
    request.unwatch?.();
    if (request.waits) {
      const { directory } = this.#host.thread;
      directory.answered(senderSlot(request.from), request.seq);
    }
  }

  /** Settles a call of this thread; false if that has happened before. */
  settle(request: Request, good: boolean, value: unknown): boolean {
    if (!this.#host.calls.leave(request)) return false;
    if (request.waiter !== undefined) {
      this.#host.thread.directory.answered(request.waiter.slot, request.seq);
    }
    this.#host.turns.resumed = true;
    if (good) request.resolve?.(value);
    else this.#reject(request, value);
    return true;
  }

  #reject(request: Request, error: unknown): void {
    const { from, site, target } = request;
    if (site !== undefined && target !== undefined) {
      const by = from === 0 ? "from outside" : `by ${this.#host.sender(from)}`;
      addSite(error, site, `${nameOf(request)} of ${target} was called ${by}`);
    }
    this.#host.failures.call(error, request);
    request.reject?.(error);
  }

  /** A call's deadline has come; the handler may be at it, and learns it from `self.signal`. */
  expire(request: Request): void {
    this.#host.calls.fired(request);
    this.#giveUp(request, "expired", () => {
      const { target, timeoutMs } = request;
      return new CallTimeout(String(target), nameOf(request), timeoutMs);
    });
  }

  /** Its AbortSignal fired. */
  abort(request: Request, cause: unknown): void {
    this.#giveUp(
      request,
      "aborted",
      () => new Aborted(String(request.target), nameOf(request), cause),
    );
    if (request.thread !== this.#host.thread.index) this.#host.outgoing.cancel(request);
  }

  #giveUp(request: Request, gone: "expired" | "aborted", error: () => Error): void {
    const begun = request.status === BEGUN;
    if (!this.settle(request, false, error())) return;
    request.gone = gone;
    // Its listeners are the handler's, and this may be in the middle of the caller's code.
    if (begun) this.#host.thread.env.root(() => request.abort?.abort());
    this.#host.thread.scheduler.wake();
  }

  /** The request is at the head of a mailbox but must not begin any more. */
  skip(cell: Cell, request: Request): void {
    const reason = request.gone ?? "expired";
    this.letter(cell, request.handler, request.from, "call", reason);
    if (request.origin < 0 && request.status !== SETTLED) this.expireEarly(request);
    request.status = SETTLED;
    if (request.origin >= 0) this.#forget(request);
  }

  /** Found expired before the wheel came to it. */
  expireEarly(request: Request): void {
    const { target, timeoutMs } = request;
    const error = new CallTimeout(String(target), nameOf(request), timeoutMs);
    this.settle(request, false, error);
  }

  /** A message that its target will never handle: a dead letter, and the answer to a call. */
  bury(
    cell: Cell,
    { tag, from, arg }: { tag: number; from: number; arg: unknown },
    reason: LetterReason,
    exit: ExitReason = NOPROC,
  ): void {
    const kind = kindOf(tag);
    if (kind === TICK) {
      this.#host.counts.handled += 1;
      return;
    }
    this.#host.counts.deadLettered += 1;
    this.buried(cell, { tag, from, arg }, reason, exit);
  }

  /** The same for a message, not a tick, that is counted as a dead letter already. */
  buried(
    cell: Cell,
    { tag, from, arg }: { tag: number; from: number; arg: unknown },
    reason: LetterReason,
    exit: ExitReason,
  ): void {
    const request = kindOf(tag) === REQUEST ? (arg as Request) : undefined;
    const type = request === undefined ? "cast" : "call";
    this.#host.tellLetter(request?.gone ?? reason, type, from, () => ({
      target: cell.toString(),
      handler: cell.kind.blueprint.names[request?.handler ?? handlerOf(tag)] ?? "?",
    }));
    if (request === undefined) return;
    const full = reason === "mailbox-full";
    const error = full
      ? new MailboxFull(cell.toString(), cell.count)
      : new ActorDown(cell.toString(), exit, "no");
    this.fail(request, error);
  }

  /** Its handler was not run, since the schema does not allow it: counted as begun until now. */
  unfit(from: number, request: Request | undefined, error: InvalidMessage): void {
    const { target, handler, message: cause } = error;
    this.#host.counts.handled -= 1;
    const type = request === undefined ? "cast" : "call";
    this.#host.letter("invalid", type, from, () => ({ target, handler, cause }));
    if (request !== undefined) this.threw(request, error);
  }

  letter(
    cell: Cell,
    handler: number,
    from: number,
    type: "cast" | "call",
    reason: LetterReason,
  ): void {
    this.#host.letter(reason, type, from, () => ({
      target: cell.toString(),
      handler: cell.kind.blueprint.names[handler] ?? "?",
    }));
  }

  /** The actor `cell` waits in a turn for this call. Fails it if that closes a cycle. */
  waits(cell: Cell, request: Request): void {
    if (request.status === SETTLED || request.target === undefined) return;
    const { directory } = this.#host.thread;
    request.waiter = cell;
    directory.waits(cell.slot, request.target.slot, request.seq);
    const path = directory.cycle(cell.slot);
    if (path === undefined) return;
    request.gone = "aborted";
    this.settle(request, false, new CallCycle(path.map((slot) => this.#host.describe(slot))));
  }

  /** The lazily made signal of a request, or of the actor where there is none. */
  signalOf(cell: Cell, request: Request | undefined): AbortSignal {
    if (request === undefined) {
      const extra = cell.more();
      extra.abort ??= new AbortController();
      if (cell.status === DEAD) extra.abort.abort();
      return extra.abort.signal;
    }
    if (request.abort !== undefined) return request.abort.signal;
    const abort = new AbortController();
    request.abort = abort;
    const left = request.deadline - this.#host.thread.env.now();
    if (request.gone !== undefined || left <= 0 || cell.status === DEAD) {
      abort.abort();
    } else if (request.origin >= 0 && left < Number.POSITIVE_INFINITY) {
      const timer = this.#host.thread.env.timer(left, () => {
        // Once it is answered, nobody's time is over.
        if (request.status !== SETTLED) abort.abort();
      });
      request.unwatch = () => timer.cancel();
    }
    return abort.signal;
  }

  /** A thread died: whoever waited for an actor there learns it now. */
  threadDied(thread: number, generation: number, fate: Fate): void {
    for (const request of [...this.#host.calls.all()]) {
      // In a mailbox that survives it is from an earlier life, maybe; of none: it waits here still.
      const { generation: life } = request;
      if (request.thread !== thread || life === 0 || life > generation) continue;
      if (this.#survives(request)) continue;
      const { target } = request;
      if (target !== undefined && request.handler === ROOM && this.#isKept(target)) {
        // The mailbox goes on, and has been asked nothing yet.
        this.#host.sending.dispatch(target, request, true);
        continue;
      }
      const reason = fate(target ?? { ...NOWHERE, definition: request.definition });
      const error = new ActorDown(String(target ?? UNBORN), reason, "maybe");
      this.settle(request, false, error);
    }
  }

  /** It waits in a mailbox that survives, and goes on to, under its deadline. */
  #survives({ target, handler }: Request): boolean {
    return target !== undefined && handler >= 0 && this.#isKept(target);
  }

  #isKept({ slot, incarnation }: ActorRef): boolean {
    return this.#host.thread.directory.survives(slot, incarnation);
  }

  /** Nothing waits any more: the system stops. */
  failAll(error: (request: Request) => Error): void {
    for (const request of [...this.#host.calls.all()]) this.settle(request, false, error(request));
  }
}
