/**
 * Turns: one run of one handler, and what comes of it.
 *
 * Data path: mailbox → **turn** → answer (answers.ts).
 *
 * One turn at a time: while an async handler awaits, the actor is busy and its messages wait,
 * unless the handler is declared concurrent. A handler's throw ends the actor (lives.ts); a Refusal
 * only fails the call. What code runs for whom, also after an await, is told by ambient.ts.
 */

import type { Ambient, Turn } from "./ambient.ts";
import { DeferredAnswer } from "./answers.ts";
import { BUSY, type Cell, DEAD, READY } from "./cell.ts";
import { type AnyFunction, ASYNC, CONCURRENT } from "./define.ts";
import { Refusal } from "./errors.ts";
import { NORMAL } from "./exit.ts";
import type { Host } from "./host.ts";
import { argsOf, handlerOf, kindOf, type Message, REQUEST, RingPool, TICK } from "./mailbox.ts";
import { ReadyQueue } from "./queue.ts";
import { BEGUN, keepOpen, type Request, SETTLED, WAITING } from "./request.ts";
import { Unfit } from "./schema.ts";
import { isA, isThenable } from "./thenable.ts";
import type { Tick } from "./timers.ts";

/** Turns of one actor before the next ready one has its turn. */
const SLICE_TURNS_MAX = 64;

export class Turns {
  readonly pool: RingPool = new RingPool();
  readonly ready: ReadyQueue = new ReadyQueue();
  /** User code waits in the microtask queue: the scheduler lets it run. */
  resumed = false;
  readonly #host: Host;
  readonly #ambient: Ambient;
  readonly #message: Message = { tag: 0, from: 0, arg: undefined };

  constructor(host: Host) {
    this.#host = host;
    this.#ambient = host.ambient;
  }

  enqueue(cell: Cell): void {
    cell.queued = true;
    this.ready.push(cell);
    this.#host.thread.scheduler.wake();
  }

  /** Runs up to so many turns, fairly; returns how many. */
  run(turnsMax: number): number {
    let ran = 0;
    while (ran < turnsMax) {
      const cell = this.ready.shift();
      if (cell === undefined) break;
      ran += this.#slice(cell, Math.min(SLICE_TURNS_MAX, turnsMax - ran));
      if (cell.count > 0 && cell.status === READY) this.ready.push(cell);
      else cell.queued = false;
    }
    return ran;
  }

  #slice(cell: Cell, max: number): number {
    const host = this.#host;
    const message = this.#message;
    let ran = 0;
    this.#ambient.current = cell;
    host.thread.signals.beat(host.thread.index, cell.slot);
    // What an actor casts to itself waits for the next slice: the others' mailboxes would fill.
    const here = Math.min(max, cell.count);
    while (ran < here && cell.count > 0 && cell.status === READY) {
      cell.shift(message, this.pool);
      ran += 1;
      this.#turn(cell, message.tag, message.arg);
      if (cell.ending !== undefined) host.lives.endAfterTurn(cell);
    }
    this.#ambient.current = undefined;
    host.counts.turns += ran;
    host.counts.queued -= ran;
    if (cell.congested && cell.count <= cell.kind.low) host.relieve(cell);
    return ran;
  }

  #turn(cell: Cell, tag: number, arg: unknown): void {
    const { calls } = this.#ambient;
    const kind = kindOf(tag);
    const handler = handlerOf(tag);
    const { blueprint } = cell.kind;
    if (kind === REQUEST) return this.#requested(cell, arg as Request);
    this.#host.counts.handled += 1;
    if (kind === TICK) {
      const timer = cell.extra?.timers?.take(arg as Tick);
      if (timer === undefined) return;
      arg = timer.args;
    }
    const bits = blueprint.bits[handler] ?? 0;
    // The blueprint was checked against the handler's number when the message was made.
    const call = blueprint.handlers[handler] as AnyFunction;
    if ((bits & ASYNC) !== 0) return this.#begin(cell, handler, argsOf(tag), arg, undefined);
    try {
      const args = argsOf(tag);
      const result =
        args === 1 ? call(cell, arg) : args === 0 ? call(cell) : call(cell, ...(arg as unknown[]));
      if (isThenable(result)) this.#adopt(cell, handler, result, undefined);
    } catch (error) {
      this.#threw(cell, handler, error, undefined);
    }
    if (calls.length > 0) calls.length = 0;
  }

  #requested(cell: Cell, request: Request): void {
    const { answers, counts, thread } = this.#host;
    if (request.status !== WAITING || request.deadline < thread.scheduler.clock) {
      return answers.skip(cell, request);
    }
    counts.handled += 1;
    request.status = BEGUN;
    const { handler, argc, arg } = request;
    const bits = cell.kind.blueprint.bits[handler] ?? 0;
    if ((bits & ASYNC) !== 0) return this.#begin(cell, handler, argc, arg, request);
    const call = cell.kind.blueprint.handlers[handler] as AnyFunction;
    const ambient = this.#ambient;
    ambient.request = request;
    try {
      const result =
        argc === 1 ? call(cell, arg) : argc === 0 ? call(cell) : call(cell, ...(arg as unknown[]));
      if (isThenable(result)) this.#adopt(cell, handler, result, request);
      else this.#returned(cell, request, result);
    } catch (error) {
      this.#threw(cell, handler, error, request);
    }
    ambient.request = undefined;
    const { calls } = ambient;
    if (calls.length > 0) calls.length = 0;
  }

  #returned(cell: Cell, request: Request, result: unknown): void {
    if (isA(result, DeferredAnswer) && result.request === request) {
      if (request.status !== SETTLED) keepOpen(cell, request);
      return;
    }
    this.#host.answers.answer(request, result);
  }

  /** Starts a handler that is declared async, under the turn's token. */
  #begin(
    cell: Cell,
    handler: number,
    argc: number,
    arg: unknown,
    request: Request | undefined,
  ): void {
    const concurrent = ((cell.kind.blueprint.bits[handler] ?? 0) & CONCURRENT) !== 0;
    const turn: Turn = { cell, request, concurrent, ended: false, stops: false };
    const call = cell.kind.blueprint.handlers[handler] as AnyFunction;
    const list = argc === 0 ? [] : argc === 1 ? [arg] : (arg as unknown[]);
    let promise: Promise<unknown>;
    try {
      promise = this.#ambient.run(turn, () => call(cell, ...list) as Promise<unknown>);
    } catch (error) {
      // Its schema refused the message: an async function itself does not throw.
      return this.#threw(cell, handler, error, request);
    }
    this.#follow(turn, handler, promise);
  }

  /** A handler that is not declared async returned a promise: the turn goes on until it settles. */
  #adopt(
    cell: Cell,
    handler: number,
    promise: PromiseLike<unknown>,
    request: Request | undefined,
  ): void {
    const concurrent = ((cell.kind.blueprint.bits[handler] ?? 0) & CONCURRENT) !== 0;
    const turn: Turn = { cell, request, concurrent, ended: false, stops: false };
    if (concurrent && cell.ending !== undefined) {
      // `stop` was called before the promise was returned: it means the end of this turn.
      turn.stops = true;
      cell.ending = undefined;
    }
    this.#follow(turn, handler, promise);
    const last = this.#ambient.calls.at(-1);
    if (!concurrent && last !== undefined) this.#host.answers.waits(cell, last);
  }

  #follow(turn: Turn, handler: number, promise: PromiseLike<unknown>): void {
    const { cell, request, concurrent } = turn;
    if (!concurrent) cell.status = BUSY;
    if (request !== undefined) keepOpen(cell, request);
    this.resumed = true;
    // Adopted, since a thenable of the user's may settle twice, or throw.
    Promise.resolve(promise).then(
      (result) => {
        if (!this.#end(turn)) return;
        if (request !== undefined) this.#returned(cell, request, result);
        this.#resume(turn);
      },
      (error: unknown) => {
        if (!this.#end(turn)) return;
        this.#threw(cell, handler, error, request);
        this.#resume(turn);
      },
    );
  }

  /** False if the actor ended meanwhile: what the turn brought is discarded. */
  #end(turn: Turn): boolean {
    turn.ended = true;
    this.resumed = true;
    const { cell, request, concurrent } = turn;
    if (cell.status === DEAD) return false;
    if (!concurrent) this.#host.thread.directory.waitsNoMore(cell.slot);
    if (request !== undefined) cell.extra?.open?.delete(request);
    return true;
  }

  #resume({ cell, concurrent, stops }: Turn): void {
    if (!concurrent && cell.status === BUSY) cell.status = READY;
    if (stops) cell.ending ??= NORMAL;
    if (cell.ending !== undefined) this.#host.lives.endAfterTurn(cell);
    else if (cell.status === READY && cell.count > 0 && !cell.queued) this.enqueue(cell);
    this.#host.thread.scheduler.wake();
  }

  #threw(cell: Cell, handler: number, error: unknown, request: Request | undefined): void {
    // In place of the handler's run, so the message is still the one that was taken out last.
    if (isA(error, Unfit)) {
      return this.#host.answers.unfit(this.#message.from, request, error.error);
    }
    const name = cell.kind.blueprint.names[handler] ?? "?";
    if (isA(error, Refusal)) {
      if (request !== undefined) this.#host.answers.threw(request, error);
      else this.#host.log.warn({ actor: cell.toString(), handler: name, error }, "refused a cast");
      return;
    }
    if (request !== undefined) this.#host.answers.threw(request, error);
    this.#host.lives.crash(cell, name, error);
  }

  stopAfterTurn(cell: Cell): void {
    const turn = this.#ambient.turn();
    if (turn?.cell === cell) {
      turn.stops = true;
      return;
    }
    cell.ending ??= NORMAL;
    if (cell.status === READY && this.#ambient.current !== cell)
      this.#host.lives.endAfterTurn(cell);
  }

  signalOf(cell: Cell): AbortSignal {
    return this.#host.answers.signalOf(cell, this.#ambient.requestOf(cell));
  }

  defer(cell: Cell): DeferredAnswer {
    return new DeferredAnswer(this.#host.answers, this.#ambient.requestOf(cell), cell);
  }
}
