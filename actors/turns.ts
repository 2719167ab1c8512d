/**
 * Turns: one run of one handler, and what comes of it.
 *
 * Data path: mailbox → **turn** → answer (answers.ts).
 *
 * One turn at a time: while an async handler awaits, the actor is busy and its messages wait,
 * unless the handler is declared concurrent. A handler's throw ends the actor (lives.ts); a Refusal
 * only fails the call. What code runs for whom, also after an await, is told by ambient.ts.
 */

import { summarise } from "../runtime/errors.ts";
import { type Act, actOf, type Given, NOTHING_GIVEN, nameOf } from "./act.ts";
import type { Ambient, Turn } from "./ambient.ts";
import { DeferredAnswer } from "./answers.ts";
import { type AnyFunction, ASYNC, UNKNOWN } from "./behaviour.ts";
import { BUSY, type Cell, DEAD, READY, SUSPENDED } from "./cell.ts";
import { Callback } from "./early.ts";
import { Refusal } from "./errors.ts";
import type { ExitReason } from "./exit.ts";
import type { Host } from "./host.ts";
import {
  argsOf,
  CAST,
  handlerOf,
  kindOf,
  LIST,
  type Message,
  REFERENCE_BYTES,
  REQUEST,
  RingPool,
  TICK,
  TRACED,
  tagOf,
} from "./mailbox.ts";
import type { Meter } from "./meter.ts";
import { ReadyQueue } from "./queue.ts";
import { BEGUN, keepOpen, type Request, SETTLED, WAITING } from "./request.ts";
import { Unfit } from "./schema.ts";
import { isA, isThenable } from "./thenable.ts";
import type { Tick } from "./timers.ts";
import { Traced } from "./trace.ts";

/** Turns of one actor before the next ready one has its turn. */
const SLICE_TURNS_MAX = 64;
/** More actors with their states do not fit in the cache of a core. */
const CACHED_ACTORS_MAX = 8192;

export class Turns {
  readonly pool: RingPool = new RingPool();
  readonly ready: ReadyQueue = new ReadyQueue();
  /** User code waits in the microtask queue: the scheduler lets it run. */
  resumed = false;
  /** The actor whose slice runs: no signal ends it in the middle of its synchronous turn. */
  running: Cell | undefined = undefined;
  /** Only while somebody looks in. */
  meter: Meter | undefined = undefined;
  readonly #host: Host;
  readonly #ambient: Ambient;

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
    if (this.#host.counts.actors > CACHED_ACTORS_MAX) this.ready.warm(turnsMax);
    const { meter } = this;
    if (meter !== undefined) meter.begins();
    let ran = 0;
    while (ran < turnsMax) {
      const cell = this.ready.shift();
      if (cell === undefined) break;
      if (ran === 0) this.#host.recording.sample(cell);
      const max = Math.min(SLICE_TURNS_MAX, turnsMax - ran);
      ran += meter === undefined ? this.#slice(cell, max) : this.#measured(cell, max, meter);
      if (cell.count > 0 && cell.status === READY) this.ready.push(cell);
      else cell.queued = false;
      if (cell.status === DEAD) this.#host.meter.tellLast(cell);
    }
    this.#host.thread.heartbeat.rests();
    return ran;
  }

  /** A slice whose turns are timed, each for itself: apart, so that a slice knows nothing of it. */
  #measured(cell: Cell, max: number, meter: Meter): number {
    const here = Math.min(max, cell.count);
    let ran = 0;
    meter.slices();
    while (ran < here && cell.count > 0 && cell.status === READY) {
      ran += this.#slice(cell, 1);
      meter.turned();
    }
    meter.ends(cell);
    return ran;
  }

  #slice(cell: Cell, max: number): number {
    const host = this.#host;
    const { watch } = host;
    const { heartbeat } = host.thread;
    const { message } = this.#ambient;
    const survivor = cell.kind.survives ? cell.extra?.survivor : undefined;
    let ran = 0;
    this.#ambient.current = cell;
    this.running = cell;
    heartbeat.slice(cell.slot);
    // What an actor casts to itself waits for the next slice: the others' mailboxes would fill.
    const here = Math.min(max, cell.count);
    while (ran < here && cell.count > 0 && cell.status === READY) {
      if (survivor === undefined) {
        cell.shift(message, this.pool);
        host.counts.handled += 1;
      } else survivor.shift(cell, message, this.pool);
      heartbeat.turn(handlerOf(message.tag));
      ran += 1;
      if (watch !== undefined) watch.begins(cell, message);
      this.#turn(cell, message);
      if (survivor !== undefined) survivor.turned(cell);
      if (cell.ending !== undefined) host.lives.endAfterTurn(cell);
    }
    this.#ambient.current = undefined;
    this.running = undefined;
    cell.handled += ran;
    if (survivor !== undefined) survivor.release();
    if (cell.extra?.idle !== undefined) host.idles.touch(cell);
    if (cell.congested && cell.count <= cell.kind.low) host.room.relieve(cell);
    return ran;
  }

  #turn(cell: Cell, message: Message): void {
    if (kindOf(message.tag) === REQUEST) return this.#requested(cell, message.arg as Request);
    if (kindOf(message.tag) >= TICK) {
      if (kindOf(message.tag) === TICK && !this.#ticked(cell, message)) return;
      if (kindOf(message.tag) === TRACED) return this.#traced(cell, message);
    }
    const { tag, arg } = message;
    const handler = handlerOf(tag);
    const argc = argsOf(tag);
    const { behaviour } = cell;
    const bits = behaviour.bits[handler] ?? 0;
    if ((bits & (ASYNC | UNKNOWN)) !== 0) {
      return this.#apart(cell, handler, { ...NOTHING_GIVEN, argc, arg }, undefined);
    }
    // It was checked against the definition when the message was made.
    const call = behaviour.handlers[handler] as AnyFunction;
    try {
      const result =
        argc === 1 ? call(cell, arg) : argc === 0 ? call(cell) : call(cell, ...(arg as unknown[]));
      if (isThenable(result))
        this.#adopt(cell, actOf(cell, handler, NOTHING_GIVEN), result, undefined);
    } catch (error) {
      this.#threw(cell, nameOf(cell, handler), error, undefined);
    }
    const { calls } = this.#ambient;
    if (calls.length > 0) calls.length = 0;
  }

  /** True if the tick of a timer still counts; the message is then like any other. */
  #ticked(cell: Cell, message: Message): boolean {
    const { arg } = message;
    if (arg instanceof Callback) {
      this.#host.callbacks.run(cell, arg);
      return false;
    }
    const timer = cell.extra?.timers?.take(arg as Tick);
    if (timer === undefined) return false;
    const traced = this.#host.trace !== undefined;
    message.tag = tagOf(timer.handler, LIST, traced ? TRACED : CAST, REFERENCE_BYTES);
    message.arg = traced ? new Traced(timer.context, timer.args, "timer") : timer.args;
    return true;
  }

  /** A cast or a tick where there is a trace port; the message stays as it is, for the stash. */
  #traced(cell: Cell, { tag, arg }: Message): void {
    const { context, type, arg: given } = arg as Traced;
    this.#apart(cell, handlerOf(tag), { argc: argsOf(tag), arg: given, context, type }, undefined);
  }

  #requested(cell: Cell, request: Request): void {
    const { answers, counts, thread } = this.#host;
    if (request.status !== WAITING || request.deadline < thread.scheduler.clock) {
      counts.handled -= 1;
      return answers.skip(cell, request);
    }
    request.status = BEGUN;
    const { handler, argc, arg } = request;
    const { behaviour } = cell;
    const bits = behaviour.bits[handler] ?? 0;
    if ((bits & (ASYNC | UNKNOWN)) !== 0 || this.#host.trace !== undefined) {
      return this.#apart(
        cell,
        handler,
        { argc, arg, context: request.context, type: "call" },
        request,
      );
    }
    const call = behaviour.handlers[handler] as AnyFunction;
    const ambient = this.#ambient;
    ambient.request = request;
    try {
      const result =
        argc === 1 ? call(cell, arg) : argc === 0 ? call(cell) : call(cell, ...(arg as unknown[]));
      if (isThenable(result))
        this.#adopt(cell, actOf(cell, handler, NOTHING_GIVEN), result, request);
      else this.#returned(cell, request, result);
    } catch (error) {
      this.#threw(cell, nameOf(cell, handler), error, request);
    }
    ambient.request = undefined;
    const { calls } = ambient;
    if (calls.length > 0) calls.length = 0;
  }

  #returned(cell: Cell, request: Request, result: unknown): void {
    // Set aside: it will be answered when it is handled again.
    if (request.status === WAITING) return;
    if (isA(result, DeferredAnswer) && result.request === request) {
      if (request.status !== SETTLED) keepOpen(cell, request);
      return;
    }
    this.#host.answers.answer(request, result);
  }

  /** What is rarer than a synchronous handler: one that is async, traced, or not there at all. */
  #apart(cell: Cell, handler: number, given: Given, request: Request | undefined): void {
    const act = actOf(cell, handler, given);
    const bits = cell.behaviour.bits[handler] ?? 0;
    if ((bits & UNKNOWN) !== 0) this.#host.callbacks.unknown(cell, handler, act, request);
    else this.act(cell, act, request);
  }

  #call(cell: Cell, act: Act): unknown {
    const { trace } = this.#host;
    // Not as a method of the act: `this` is nobody's.
    const { call, name, type } = act;
    if (trace === undefined) return call(cell, ...act.args);
    const facts = { definition: cell.kind.blueprint.name, handler: name, type };
    return trace.run(act.context, () => call(cell, ...act.args), facts);
  }

  /** A turn that is not the plain run of a handler. */
  act(cell: Cell, act: Act, request: Request | undefined): void {
    if (act.isAsync) return this.#begin(cell, act, request);
    const ambient = this.#ambient;
    ambient.request = request;
    try {
      const result = this.#call(cell, act);
      if (isThenable(result)) this.#adopt(cell, act, result, request);
      else if (request !== undefined) this.#returned(cell, request, result);
    } catch (error) {
      this.#threw(cell, act.name, error, request);
    }
    ambient.request = undefined;
    ambient.calls.length = 0;
  }

  /** Starts what is declared async, under the turn's token. */
  #begin(cell: Cell, act: Act, request: Request | undefined): void {
    const turn = this.#turnOf(cell, act, request);
    let promise: Promise<unknown>;
    try {
      promise = this.#ambient.run(turn, () => this.#call(cell, act) as Promise<unknown>);
    } catch (error) {
      // Its schema refused the message: an async function itself does not throw.
      return this.#threw(cell, act.name, error, request);
    }
    this.#follow(turn, promise);
  }

  #turnOf(cell: Cell, { name, code, concurrent }: Act, request: Request | undefined): Turn {
    const { tag, from, arg } = this.#ambient.message;
    const message = { tag, from, arg };
    const stashed = request?.status === WAITING;
    const begun = { ended: false, stops: undefined, since: -1, place: -1 };
    return { cell, name, code, request, message, concurrent, stashed, ...begun };
  }

  /** What is not declared async returned a promise: the turn goes on until it settles. */
  #adopt(cell: Cell, act: Act, promise: PromiseLike<unknown>, request: Request | undefined): void {
    const turn = this.#turnOf(cell, act, request);
    if (turn.concurrent && cell.ending !== undefined && !this.#host.exits.hasStruck(cell)) {
      // `stop` was called before the promise was returned: it means the end of this turn.
      turn.stops = cell.ending;
      cell.ending = undefined;
    }
    this.#follow(turn, promise);
    const last = this.#ambient.calls.at(-1);
    if (!turn.concurrent && last !== undefined) this.#host.answers.waits(cell, last);
  }

  #follow(turn: Turn, promise: PromiseLike<unknown>): void {
    const { cell, name, request, concurrent } = turn;
    if (concurrent) cell.more().overlapping += 1;
    else cell.status = BUSY;
    if (request !== undefined && !turn.stashed) keepOpen(cell, request);
    this.#host.openTurns.begin(turn);
    this.resumed = true;
    // Adopted, since a thenable of the user's may settle twice, or throw.
    Promise.resolve(promise).then(
      (result) => {
        if (!this.#end(turn)) return;
        if (request !== undefined && !turn.stashed) this.#returned(cell, request, result);
        this.#resume(turn);
      },
      (error: unknown) => {
        if (!this.#end(turn)) return;
        this.#threw(cell, name, error, request, turn);
        this.#resume(turn);
      },
    );
  }

  /** False if the actor ended meanwhile: what the turn brought is discarded. */
  #end(turn: Turn): boolean {
    turn.ended = true;
    this.#host.openTurns.end(turn);
    this.resumed = true;
    const { cell, request, concurrent } = turn;
    if (concurrent) cell.more().overlapping -= 1;
    if (cell.status === DEAD) return false;
    if (!concurrent) this.#host.thread.directory.waitsNoMore(cell.slot);
    if (request !== undefined && !turn.stashed) cell.extra?.open?.delete(request);
    return true;
  }

  #resume({ cell, concurrent, stops }: Turn): void {
    if (concurrent) this.#host.idles.touch(cell);
    else if (cell.status === BUSY) {
      cell.status = READY;
      cell.extra?.survivor?.turned(cell);
      if (cell.extra !== undefined) this.#between(cell);
    }
    if (stops !== undefined) cell.ending ??= stops;
    if (cell.ending !== undefined) this.#host.lives.endAfterTurn(cell);
    else if (cell.status === READY && cell.count > 0 && !cell.queued) this.enqueue(cell);
    this.#host.thread.scheduler.wake();
  }

  /** An async turn has ended: what waited for that. */
  #between(cell: Cell): void {
    this.#host.idles.touch(cell);
    this.#host.inspection.betweenTurns(cell);
  }

  #threw(
    cell: Cell,
    name: string,
    error: unknown,
    request: Request | undefined,
    turn?: Turn,
  ): void {
    const stashed = turn?.stashed ?? request?.status === WAITING;
    // In place of the handler's run, so the message is still the one that was taken out last.
    if (isA(error, Unfit)) {
      return this.#host.answers.unfit(this.#ambient.message.from, request, error);
    }
    if (isA(error, Refusal)) {
      if (stashed) return this.#host.callbacks.refusedStashed(cell, name);
      if (request !== undefined) this.#host.answers.threw(request, error);
      else this.#refusedCast(cell, name, error);
      return;
    }
    if (request !== undefined && !stashed) this.#host.answers.threw(request, error);
    this.#host.lives.crash(cell, name, error, turn?.message ?? this.#ambient.message);
  }

  #refusedCast(cell: Cell, handler: string, error: Refusal): void {
    this.#host.reports.warn(cell, "refused a cast", summarise(error), { handler, error });
  }

  stopAfterTurn(cell: Cell, reason: ExitReason): void {
    const turn = this.#ambient.turn();
    if (turn?.cell === cell) {
      turn.stops ??= reason;
      return;
    }
    cell.ending ??= reason;
    const { status } = cell;
    const isStill = status === READY || status === SUSPENDED;
    if (isStill && this.#ambient.current !== cell) this.#host.lives.endAfterTurn(cell);
  }

  signalOf(cell: Cell): AbortSignal {
    return this.#host.answers.signalOf(cell, this.#ambient.requestOf(cell));
  }

  defer(cell: Cell): DeferredAnswer {
    return new DeferredAnswer(this.#host.answers, this.#ambient.requestOf(cell), cell);
  }
}
