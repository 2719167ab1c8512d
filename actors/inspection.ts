/**
 * Looking into an actor, and holding it still: suspend, resume, getState, replaceState, statistics.
 *
 *     system.getState(ref) ─▶ ask ─▶ record (INSPECT) or microtask ─▶ asked ─▶ between two turns
 *
 * What is asked does not wait in the mailbox, so it is answered by an actor that is suspended or
 * has much to do. It waits for the end of an async turn, since state is whole between turns only;
 * statistics do not wait for anything.
 *
 * Follows the module sys of OTP: suspend, resume, get_state, replace_state, statistics.
 */

import { BUSY, type Cell, READY, STARTING, STOPPING, SUSPENDED } from "./cell.ts";
import { Callback } from "./early.ts";
import { ActorDown, CallTimeout, MailboxFull, StateChanged } from "./errors.ts";
import { type ExitReason, type ExitWish, NOPROC, reasonOf } from "./exit.ts";
import type { Host } from "./host.ts";
import { checkTimeout, known } from "./options.ts";
import { FULL, GONE } from "./outgoing.ts";
import type { ActorRef } from "./ref.ts";
import { OPERATIONS, operationHandler, Request, SETTLED } from "./request.ts";
import type { AnyRef } from "./types.ts";

export type Operation = (typeof OPERATIONS)[number];

/** A state as it was between two turns. */
export interface StateOf<State> {
  readonly state: State;
  /** Counts what the actor has handled; `replaceState` wants it back. */
  readonly version: number;
}

export interface ActorStatistics {
  readonly status: "starting" | "ready" | "busy" | "suspended" | "stopping";
  readonly thread: number;
  readonly name: string | undefined;
  readonly label: string | undefined;
  /** Undefined: its `handlers`. */
  readonly behaviour: string | undefined;
  /** Turns begun in its life, as of its last slice. */
  readonly handled: number;
  readonly queued: number;
  /** Bytes that these are taken to have, stashed ones included. */
  readonly queuedBytes: number;
  readonly stashed: number;
  readonly timers: number;
  /** Calls that have begun and are not answered. */
  readonly open: number;
}

export interface InspectOptions {
  /** Milliseconds, default the system's `callTimeout`. */
  timeout?: number;
}

export interface StopActorOptions extends InspectOptions {
  /** Default `normal`. */
  reason?: ExitWish;
}

/** Questions that wait for the end of a turn of one actor. */
const ASKED_MAX = 64;

/** One that waits. */
export interface Asked {
  readonly request: Request;
  readonly run: () => void;
}

export class Inspection {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Rejects with InvalidOptions, ActorDown, CallTimeout, and what the operation fails with. */
  async ask(
    ref: AnyRef,
    operation: Operation,
    args: unknown[],
    options: InspectOptions = {},
  ): Promise<unknown> {
    known(operation, options, ["timeout"]);
    if (options.timeout !== undefined) checkTimeout("timeout", options.timeout);
    const to = this.#host.own(operation, ref);
    const { thread, settings, calls } = this.#host;
    const request = new Request();
    const promise = new Promise<unknown>((resolve, reject) => {
      request.resolve = resolve;
      request.reject = reject;
    });
    request.handler = operationHandler(operation);
    request.target = to;
    request.thread = to.thread;
    request.timeoutMs = options.timeout ?? settings.callTimeout;
    request.deadline = thread.env.now() + request.timeoutMs;
    request.argc = 1;
    request.arg = args;
    calls.enter(request);
    thread.scheduler.wake();
    this.#send(to, operation, request);
    return promise;
  }

  #send(ref: ActorRef, operation: Operation, request: Request): void {
    const { thread, answers, outgoing, codec } = this.#host;
    const fail = (error: unknown): void => void answers.settle(request, false, error);
    const gone = (): void => fail(new ActorDown(ref.toString(), NOPROC, "no"));
    try {
      if (ref.cell !== undefined) {
        const args = codec.copy(request.arg, "args") as unknown[];
        const { cell } = ref;
        // Not in the middle of the turn that asks.
        queueMicrotask(() => this.asked(cell, operation, args, request));
        return;
      }
      const alive = thread.directory.seemsAlive(ref.slot, ref.incarnation);
      if (this.#host.closed || ref.thread === thread.index || !alive) return gone();
      const sent = outgoing.inspect(ref, request, OPERATIONS.indexOf(operation));
      if (sent === GONE) gone();
      else if (sent === FULL) fail(new MailboxFull(ref.toString(), 0));
    } catch (error) {
      fail(error);
    }
  }

  /** On the thread of the actor. */
  asked(cell: Cell, operation: Operation, args: readonly unknown[], request: Request): void {
    const { answers, thread } = this.#host;
    const run = (): void => {
      if (request.status === SETTLED || answers.isLate(request)) return;
      try {
        this.#answer(request, this.#run(cell, operation, args));
      } catch (error) {
        answers.fail(request, error);
      }
    };
    thread.scheduler.wake();
    if (cell.status >= STOPPING && operation !== "statistics") {
      answers.fail(request, new ActorDown(cell.toString(), NOPROC, "no"));
    } else if (operation === "statistics" || cell.status === READY || cell.status === SUSPENDED) {
      run();
    } else this.#later(cell, { request, run });
  }

  #later(cell: Cell, asked: Asked): void {
    const extra = cell.more();
    extra.asked ??= [];
    if (extra.asked.length === ASKED_MAX) {
      const { answers } = this.#host;
      const isOver = ({ request }: Asked): boolean =>
        request.status === SETTLED || answers.isLate(request);
      extra.asked = extra.asked.filter((one) => !isOver(one));
    }
    if (extra.asked.length < ASKED_MAX) extra.asked.push(asked);
    else this.#host.answers.fail(asked.request, new MailboxFull(cell.toString(), ASKED_MAX));
  }

  /** The copy was made already, and it is the asker's own. */
  #answer(request: Request, value: unknown): void {
    const { answers } = this.#host;
    if (request.origin < 0) answers.settle(request, true, value);
    else answers.answer(request, value);
  }

  /** The actor is between two turns: what has waited for that, in the order in which it came. */
  betweenTurns(cell: Cell): void {
    const asked = cell.extra?.asked;
    if (asked === undefined || cell.status === BUSY || cell.status === STARTING) return;
    cell.more().asked = undefined;
    for (const { run } of asked) run();
  }

  /** The actor has ended. */
  bury(cell: Cell): void {
    for (const { request } of cell.extra?.asked ?? []) {
      this.#host.answers.fail(request, new ActorDown(cell.toString(), NOPROC, "no"));
    }
  }

  #run(cell: Cell, operation: Operation, args: readonly unknown[]): unknown {
    switch (operation) {
      case "suspend":
        if (cell.status === READY) cell.status = SUSPENDED;
        return undefined;
      case "resume":
        return this.#resume(cell);
      case "getState":
        return { state: this.#host.codec.copy(cell.state, "state"), version: versionOf(cell) };
      case "replaceState":
        return this.#replace(cell, args);
      case "statistics":
        return this.#statistics(cell);
      case "stop":
        return this.#stop(cell, args[0] as ExitReason);
      default:
        return operation satisfies never;
    }
  }

  /** Behind what waits in the mailbox, unless nothing of that will be handled. */
  #stop(cell: Cell, reason: ExitReason): void {
    if (cell.status === SUSPENDED) return this.#host.lives.end(cell, reason);
    const stop = new Callback("exit", []);
    stop.ends = reason;
    this.#host.callbacks.owe(cell, stop, undefined);
  }

  /**
   * Settles when the actor has ended of this reason. @throws (rejects with) ActorDown if it was
   * dead already, or has ended of another; CallTimeout, and then it goes on ending
   */
  async stop(ref: AnyRef, { reason: wish, ...options }: StopActorOptions): Promise<void> {
    const { thread, settings } = this.#host;
    const reason = reasonOf("reason", wish ?? "normal");
    const timeoutMs = options.timeout ?? settings.callTimeout;
    checkTimeout("timeout", timeoutMs);
    const to = this.#host.own("stopActor", ref);
    const down = this.#host.monitors.whenDown(to);
    const since = thread.env.now();
    await this.ask(to, "stop", [reason], options);
    const left = Math.max(1, timeoutMs - (thread.env.now() - since));
    let timer: { cancel(): void } | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = thread.env.timer(left, () => resolve(undefined));
    });
    const ended = await Promise.race([down, late]);
    timer?.cancel();
    if (ended === undefined) throw new CallTimeout(String(to), "stopActor", timeoutMs);
    if (ended.type !== reason.type) throw new ActorDown(String(to), ended, "maybe");
  }

  #resume(cell: Cell): void {
    if (cell.status !== SUSPENDED) return;
    const { turns, idles, lives } = this.#host;
    cell.status = READY;
    idles.touch(cell);
    if (cell.ending !== undefined) lives.endAfterTurn(cell);
    else if (cell.count > 0 && !cell.queued) turns.enqueue(cell);
  }

  #replace(cell: Cell, [state, expected]: readonly unknown[]): number {
    const version = versionOf(cell);
    if (expected !== version) throw new StateChanged(cell.toString(), Number(expected), version);
    cell.state = state;
    cell.more().replacements += 1;
    return versionOf(cell);
  }

  #statistics(cell: Cell): ActorStatistics {
    const { extra } = cell;
    return {
      status: STATUS[cell.status] ?? "stopping",
      thread: this.#host.thread.index,
      name: cell.name,
      label: cell.label,
      behaviour: cell.behaviour.name,
      handled: cell.handled,
      queued: cell.count,
      queuedBytes: cell.bytes,
      stashed: extra?.early?.stashed ?? 0,
      timers: extra?.timers?.count ?? 0,
      open: extra?.open?.size ?? 0,
    };
  }
}

const STATUS: { readonly [status: number]: ActorStatistics["status"] } = {
  [STARTING]: "starting",
  [READY]: "ready",
  [BUSY]: "busy",
  [SUSPENDED]: "suspended",
  [STOPPING]: "stopping",
};

function versionOf(cell: Cell): number {
  return cell.handled + (cell.extra?.replacements ?? 0);
}
