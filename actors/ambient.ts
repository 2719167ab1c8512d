/**
 * On whose behalf code runs right now: which actor, which request, which turn.
 *
 * Synchronous turns are known by a plain word, `current`. Only what is declared async runs under
 * AsyncLocalStorage, which carries the turn over its awaits, since it makes every promise of the
 * thread dearer. So a thread whose handlers are all synchronous never pays for it.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { type CallbackName, callbackCode } from "../runtime/heartbeat.ts";
import { senderIncarnation, senderSlot } from "./address.ts";
import { type Cell, DEAD } from "./cell.ts";
import type { ExitReason } from "./exit.ts";
import type { Host } from "./host.ts";
import type { Message } from "./mailbox.ts";
import type { ActorRef } from "./ref.ts";
import { type Request, SETTLED } from "./request.ts";
import { isThenable } from "./thenable.ts";

/** Readings of `self.cancelled` in a synchronous turn per reading of the clock. */
const LOOKS_PER_CLOCK = 64;

/** An async turn: the token that its continuations carry. */
export interface Turn {
  readonly cell: Cell;
  /** The handler or callback; as the heartbeat has it. */
  readonly name: string;
  readonly code: number;
  /** Where the heartbeat tells of it; -1: it does not. */
  place: number;
  /** What it handles: its own copy, since the next turn writes over the thread's one. */
  readonly message: Message;
  readonly request: Request | undefined;
  readonly concurrent: boolean;
  ended: boolean;
  /** Its message was set aside: who handles that again answers its request. */
  stashed: boolean;
  /** The actor ends with it, of this. */
  stops: ExitReason | undefined;
  /** Milliseconds of the system's clock; -1 until the clock is next read after its beginning. */
  since: number;
}

export class Ambient {
  /** The actor whose synchronous turn runs right now, and the request it handles. */
  current: Cell | undefined = undefined;
  request: Request | undefined = undefined;
  /** What the current synchronous turn handles. */
  readonly message: Message = { tag: 0, from: 0, arg: undefined };
  /** A callback runs inside of the current turn, and does not handle its message. */
  #aside = false;
  /** Calls made by the current synchronous turn: it may turn out to wait for them. */
  calls: Request[] = [];
  readonly #host: Host;
  readonly #storage: AsyncLocalStorage<Turn> = new AsyncLocalStorage();
  /** The last one that was found to be over while it was handled. */
  #overdue: Request | undefined;
  #looks = 0;
  /** True once async code has run here: before that no continuation can carry a token. */
  #async = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * No code of this thread runs any more. Until then each promise of the JavaScript thread pays for
   * this one on Node 20 and 22, whichever of the hosts in it its code belongs to.
   */
  close(): void {
    this.#storage.disable();
  }

  /** Starts what is declared async under its token, which speaks for the actor from here on. */
  run<Result>(turn: Turn, call: () => Result): Result {
    this.#async = true;
    const { current } = this;
    // The ambient word would outlive the first await.
    this.current = undefined;
    try {
      return this.#storage.run(turn, call);
    } finally {
      this.current = current;
    }
  }

  /**
   * The actor on whose behalf code runs right now; throws ActorEnded in a turn that outlived it.
   */
  sender(): Cell | undefined {
    if (this.current !== undefined || !this.#async) return this.current;
    const turn = this.#storage.getStore();
    if (turn === undefined) return undefined;
    if (turn.cell.status === DEAD) throw this.#host.ended(turn.cell, "a handler");
    return turn.cell;
  }

  /** The async turn that code runs in, unless it has ended. */
  turn(): Turn | undefined {
    if (this.current !== undefined || !this.#async) return undefined;
    const turn = this.#storage.getStore();
    return turn?.ended === false ? turn : undefined;
  }

  /** The request that `cell` handles in the code that runs right now. */
  requestOf(cell: Cell): Request | undefined {
    return this.current === cell ? this.request : this.turn()?.request;
  }

  /** The code of `cell` that runs right now is to give up. */
  isCancelled(cell: Cell): boolean {
    if (this.#host.thread.heartbeat.cancelled) return true;
    if (this.current === cell) return this.#isOverdue();
    const turn = this.#async ? this.#storage.getStore() : undefined;
    if (turn?.cell !== cell || cell.status === DEAD) return cell.status === DEAD;
    const { request } = turn;
    if (request === undefined) return false;
    return request.status === SETTLED || !this.#host.answers.isAwaited(request);
  }

  /** Nobody waits any more for what the synchronous turn handles. Reads the clock now and then. */
  #isOverdue(): boolean {
    const { request } = this;
    if (request === undefined || request === this.#overdue) return request !== undefined;
    this.#looks = (this.#looks + 1) % LOOKS_PER_CLOCK;
    if (this.#looks !== 0) return false;
    const now = this.#host.thread.env.now();
    const isDated = request.deadline !== Number.POSITIVE_INFINITY || request.timeoutMs === 0;
    // Not dated: it has begun before the clock was read again, so its time begins now.
    if (!isDated) request.deadline = now + request.timeoutMs;
    if (request.deadline >= now) return false;
    this.#overdue = request;
    return true;
  }

  /** The message that `cell` handles in the code that runs right now, if it handles one. */
  messageOf(cell: Cell): Message | undefined {
    if (this.current === cell) return this.#aside ? undefined : this.message;
    const turn = this.turn();
    return turn?.cell === cell ? turn.message : undefined;
  }

  /** Who sent it, packed; 0 = nobody. */
  from(cell: Cell): number {
    return this.messageOf(cell)?.from ?? 0;
  }

  /** Who sent it, unless its slot has been given to somebody else. */
  caller(cell: Cell): ActorRef | undefined {
    const from = this.from(cell);
    if (from === 0) return undefined;
    const { phonebook, thread } = this.#host;
    const slot = senderSlot(from);
    if (!thread.directory.inRange(slot)) return undefined;
    const incarnation = thread.directory.incarnation(slot);
    if (senderIncarnation(from, incarnation) !== incarnation) return undefined;
    return phonebook.at(slot, incarnation);
  }

  /**
   * The turn of `cell` does not wait for the call it made last, if it made one: its promise is
   * piped. Where that was of another origin a cycle goes unseen, and ends by its time-out.
   */
  waitsNot(cell: Cell): void {
    if (this.current === cell) this.calls.pop();
    const turn = this.turn();
    if (turn?.cell !== cell || turn.concurrent) return;
    this.#host.thread.directory.waitsNoMore(cell.slot);
  }

  /** When the request of the current turn expires; Infinity outside of one. */
  deadline(): number {
    const request = this.request ?? this.turn()?.request;
    if (request === undefined) return Number.POSITIVE_INFINITY;
    if (request.deadline !== Number.POSITIVE_INFINITY || request.timeoutMs === 0) {
      return request.deadline;
    }
    // It has begun before the clock was read again: its time begins now.
    return this.#host.thread.env.now() + request.timeoutMs;
  }

  /** Runs a callback of the actor other than a handler. */
  callback(cell: Cell, name: CallbackName, call: () => unknown): unknown {
    const { current, request } = this;
    const aside = this.#aside;
    // It may run inside another actor's turn (a spawn here), whose calls and request are not its
    // own.
    const { calls } = this;
    if (calls.length > 0) this.calls = [];
    this.current = cell;
    this.request = undefined;
    this.#aside = true;
    this.#host.turns.resumed = true;
    try {
      return this.#host.thread.heartbeat.during(cell.slot, callbackCode(name), call);
    } finally {
      this.current = current;
      this.request = request;
      this.#aside = aside;
      if (this.calls !== calls) this.calls = calls;
      else if (calls.length > 0) calls.length = 0;
    }
  }

  /** The same for one that may be async: under a token that only says who it is. */
  asyncCallback(cell: Cell, name: CallbackName, call: () => unknown): unknown {
    const { openTurns, thread, turns } = this.#host;
    turns.resumed = true;
    const { request } = this;
    this.request = undefined;
    const code = callbackCode(name);
    // Ended from the start: it is no handler's turn, so nothing waits for its end.
    const message = { tag: 0, from: 0, arg: undefined };
    const token = { cell, name, code, message, request: undefined, concurrent: true };
    const over = { ended: true, stashed: false, stops: undefined, since: -1, place: -1 };
    const turn: Turn = { ...token, ...over };
    try {
      const result = thread.heartbeat.during(cell.slot, code, () => this.run(turn, call));
      if (isThenable(result)) {
        openTurns.stands(turn);
        const falls = (): void => openTurns.falls(turn);
        Promise.resolve(result).then(falls, falls);
      }
      return result;
    } finally {
      this.request = request;
    }
  }

  /** The thread is about to end by itself, in this code: the heartbeat has to say whose it is. */
  lastWords(): void {
    if (this.current !== undefined) return;
    const { heartbeat } = this.#host.thread;
    // Of the turns that go on it is this one, or none.
    const turn = this.#storage.getStore();
    if (turn === undefined || turn.cell.status === DEAD) heartbeat.clear();
    else heartbeat.stands(turn.cell.slot, turn.code);
  }

  /**
   * An error that nobody caught, in an async context that a turn has left, or of a call that an
   * actor made: it costs that actor. False if nobody can be blamed.
   */
  blame(error: unknown): boolean {
    const turn = this.#storage.getStore();
    const cell = turn?.cell ?? this.#host.failures.culprit(error);
    if (cell === undefined) return false;
    if (cell !== "dead" && cell.status !== DEAD) {
      this.#host.lives.crash(cell, "uncaught", error, turn?.message);
    }
    return true;
  }
}
