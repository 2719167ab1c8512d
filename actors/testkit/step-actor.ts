/**
 * The actor under step: its state, and how one message or callback is run, with no system around.
 *
 *     message ─▶ may it run now? ─▶ handler of the present behaviour ─▶ answer, refusal, crash
 *                                              └─▶ effects            └─▶ end: terminate runs
 *
 * It runs the very functions of the definition, and follows the rules of turns.ts and lives.ts: one
 * turn at a time, a Refusal fails the call only, any other throw ends the actor.
 */

import { summarise } from "../../runtime/errors.ts";
import { Shared } from "../answers.ts";
import { type AnyFunction, type Behaviour, CONCURRENT, UNKNOWN } from "../behaviour.ts";
import type { Blueprint } from "../define.ts";
import { ActorDown, ActorEnded, Refusal, UnknownHandler } from "../errors.ts";
import { crashed, type ExitReason, formatExit } from "../exit.ts";
import { TERMINATE_FAILED } from "../reports.ts";
import { Unfit } from "../schema.ts";
import { isA, isThenable } from "../thenable.ts";
import type { Effect } from "./effects.ts";
import { CannotStep } from "./errors.ts";
import { type OpenCall, type Outcome, StepDeferred } from "./open-call.ts";
import { StepCalls } from "./step-calls.ts";
import { StepCopies } from "./step-copies.ts";
import { StepMail, type StepMessage, WAITING_MAX } from "./step-mail.ts";
import { StepTimers, type TimersHome } from "./step-timers.ts";
import { StepTurn } from "./step-turn.ts";
import { StepWatches } from "./step-watches.ts";
import { running, type StubRef } from "./stub.ts";

/** Effects between two looks at them. */
const EFFECTS_MAX = 100_000;

/** What a run gives: at once, or when an async handler has ended. */
export type Ran = void | Promise<void>;

export class StepActor implements TimersHome {
  readonly blueprint: Blueprint;
  readonly ref: StubRef;
  readonly copies: StepCopies = new StepCopies();
  readonly mail: StepMail = new StepMail();
  readonly calls: StepCalls = new StepCalls();
  readonly watches: StepWatches = new StepWatches();
  readonly timers: StepTimers = new StepTimers(this);
  /** What its functions are given. */
  self: unknown;
  state: unknown;
  behaviour: Behaviour;
  traps: boolean;
  now: number;
  /** What it has asked for, until its turn is over. */
  ending: ExitReason | undefined;
  /** Set once it is dead. */
  ended: ExitReason | undefined;
  /** `terminate` at work, if that takes its time. */
  terminating: Promise<void> | undefined;
  #status: "starting" | "ready" | "stopping" | "dead" = "starting";
  #effects: Effect[] = [];
  /** The async turn for whose end all messages wait. */
  #busy: StepTurn | undefined;
  readonly #turns: Set<StepTurn> = new Set();
  /** Calls to it that are not answered. */
  readonly #unanswered: Set<OpenCall<unknown>> = new Set();
  /** Settles at its end: nobody waits for turns that never will. */
  readonly #gone: Promise<void>;
  #go: () => void = () => {};

  constructor(blueprint: Blueprint, ref: StubRef, now: number) {
    this.blueprint = blueprint;
    this.ref = ref;
    this.behaviour = blueprint.behaviours[0];
    this.traps = blueprint.trapExit;
    this.now = now;
    this.#gone = new Promise((resolve) => {
      this.#go = resolve;
    });
  }

  /** Runs `init`; a promise if that takes its time. What it throws comes through. */
  begin(args: readonly unknown[]): Ran {
    const started = (state: unknown): void => {
      if (this.#status !== "starting") return;
      this.state = state;
      this.#status = "ready";
      this.#endIfAsked();
    };
    const own = { handler: "init", args, caller: undefined, open: undefined, own: true };
    const turn = new StepTurn(this, own);
    try {
      const state: unknown = this.#inTurn(turn, () => this.blueprint.init(this.self, ...args));
      if (!isThenable(state)) return started(state);
      return Promise.resolve(state).then(started, (error) => this.#unborn(error));
    } catch (error) {
      return this.#unborn(error);
    }
  }

  #unborn(error: unknown): never {
    this.#bury(crashed(error));
    throw error;
  }

  effect(effect: Effect): void {
    if (this.#effects.length >= EFFECTS_MAX) {
      const advice = "look at them more often, or let the step do less";
      throw new CannotStep(`${EFFECTS_MAX} effects were not looked at`, advice);
    }
    this.#effects.push(effect);
  }

  takeEffects(): Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /** @throws ActorEnded once it is dead, as a real `self` does */
  live(what: string): void {
    if (this.#status === "dead") throw new ActorEnded(String(this.ref), what);
  }

  /** A message of the actor to itself. */
  receive(message: Pick<StepMessage, "handler" | "args" | "open">): void {
    if (this.mail.waiting.length >= WAITING_MAX) {
      throw new CannotStep(`${WAITING_MAX} messages wait`, "run them with step.rest()");
    }
    this.mail.push({ ...message, caller: this.ref, own: false });
  }

  /** The turn that runs right now, also behind an `await`. */
  get turn(): StepTurn | undefined {
    const sender = running.getStore();
    return sender instanceof StepTurn && this.#turns.has(sender) ? sender : undefined;
  }

  /** A message of the test. @throws CannotStep; for a cast, what crashes the actor */
  step(message: StepMessage): Ran {
    this.#mayRun(message.handler);
    if (this.mail.isOwed) {
      const [next] = this.mail.waiting;
      const problem = `${next?.handler} comes before ${message.handler}`;
      throw new CannotStep(problem, "run what waits with step.next() or step.rest() first");
    }
    return this.#run(message);
  }

  /** The next of those that wait; undefined: there is none. */
  next(): { ran: Ran } | undefined {
    const [next] = this.mail.waiting;
    if (next === undefined) return undefined;
    this.#mayRun(next.handler);
    this.mail.shift();
    if (next.continues === true) return { ran: this.callback("continue", next.args) };
    return { ran: this.#run(next) };
  }

  #mayRun(what: string): void {
    if (this.#status === "starting") {
      throw new CannotStep(`${what} cannot run: init has not ended`, "await step.ready()");
    }
    if (this.#status !== "ready") {
      const how = this.ended === undefined ? "it is ending" : formatExit(this.ended);
      throw new CannotStep(
        `${what} cannot run: the actor has ended (${how})`,
        "make a new stepper",
      );
    }
    if (this.#busy !== undefined) {
      const { handler } = this.#busy.message;
      const advice = "answer what it waits for and await its step, or declare it concurrent";
      throw new CannotStep(`${what} would wait for the end of ${handler}`, advice);
    }
  }

  #run(message: StepMessage): Ran {
    const { handler, args, open } = message;
    const number = this.blueprint.names.indexOf(handler);
    const bits = this.behaviour.bits[number] ?? UNKNOWN;
    if (open !== undefined) this.#unanswered.add(open);
    const turn = new StepTurn(this, message);
    if ((bits & UNKNOWN) === 0) {
      const call = this.behaviour.handlers[number] as AnyFunction;
      return this.#begin(turn, () => call(this.self, ...args), (bits & CONCURRENT) !== 0);
    }
    const { unknown } = this.blueprint;
    if (unknown === undefined) return this.#unhandled(message);
    const type = open === undefined ? "cast" : "call";
    return this.#begin(turn, () => unknown(this.self, { handler, type, args }), false);
  }

  #unhandled({ handler, args, open }: StepMessage): void {
    if (open === undefined) {
      return this.effect({ type: "dead-letter", reason: "unhandled", handler, args });
    }
    const { name, names } = this.blueprint;
    const { behaviour } = this;
    const known = names.filter((_, index) => ((behaviour.bits[index] ?? 0) & UNKNOWN) === 0);
    const where = behaviour.name === undefined ? name : `${name} as ${behaviour.name}`;
    this.#settle(open, { type: "failed", error: new UnknownHandler(where, handler, known) });
  }

  /** A callback of the definition; nothing if it has none. @throws CannotStep; what crashes it */
  callback(name: "continue" | "idle" | "down" | "exit", args: readonly unknown[]): Ran {
    this.#mayRun(name);
    const call = this.blueprint[name];
    if (call === undefined) return undefined;
    const own = { handler: name, args, caller: undefined, open: undefined, own: true };
    return this.#begin(new StepTurn(this, own), () => call(this.self, ...args), false);
  }

  #inTurn<Result>(turn: StepTurn, call: () => Result): Result {
    this.#turns.add(turn);
    return running.run(turn, call);
  }

  #begin(turn: StepTurn, call: () => unknown, concurrent: boolean): Ran {
    let result: unknown;
    try {
      result = this.#inTurn(turn, call);
    } catch (error) {
      return this.#threw(turn, error);
    }
    if (!isThenable(result)) return this.#returned(turn, result);
    if (!concurrent) this.#busy = turn;
    const over = (then: () => void): void => {
      if (this.#busy === turn) this.#busy = undefined;
      // Its result is discarded if the actor has ended meanwhile.
      if (this.#status !== "dead") then();
    };
    const settled = Promise.resolve(result).then(
      (value: unknown) => over(() => this.#returned(turn, value)),
      (error: unknown) => over(() => this.#threw(turn, error)),
    );
    return Promise.race([settled, this.#gone]);
  }

  #returned(turn: StepTurn, result: unknown): void {
    this.#turns.delete(turn);
    const { open } = turn.message;
    const deferred = isA(result, StepDeferred) && result.call === open;
    if (open !== undefined && !turn.stashed && !deferred) this.#answer(open, result);
    this.#endIfAsked();
  }

  #answer(open: OpenCall<unknown>, result: unknown): boolean {
    const value = result instanceof Shared ? result.value : result;
    try {
      return this.#settle(open, { type: "answered", value: this.copies.send(value, "answer") });
    } catch (error) {
      return this.#settle(open, { type: "failed", error });
    }
  }

  #settle(open: OpenCall<unknown>, outcome: Outcome<unknown>): boolean {
    this.#unanswered.delete(open);
    return open.settle(outcome);
  }

  /** The answer to a call that comes by `self.defer()`. */
  defer(): StepDeferred {
    const message = this.turn?.message;
    const open = message?.open;
    return new StepDeferred(open, (outcome) => {
      if (open?.open !== true || message === undefined) return false;
      const { handler } = message;
      if (outcome.type === "answered") {
        if (!this.#answer(open, outcome.value)) return false;
        const answered = open.outcome;
        if (answered.type === "answered") {
          this.effect({ type: "answer", handler, value: answered.value });
        }
        return true;
      }
      const { error } = outcome as { error: Error };
      this.effect({ type: "fail", handler, error });
      return this.#settle(open, outcome);
    });
  }

  #threw(turn: StepTurn, error: unknown): void {
    this.#turns.delete(turn);
    const { handler, args, open } = turn.message;
    const lives = isA(error, Unfit) || isA(error, Refusal);
    if (open !== undefined && !turn.stashed) this.#settle(open, { type: "failed", error });
    else if (isA(error, Unfit)) {
      this.effect({ type: "dead-letter", reason: "invalid", handler, args });
    } else if (isA(error, Refusal)) this.effect({ type: "refused", handler, error });
    if (lives) return this.#endIfAsked();
    this.ending = undefined;
    this.end(crashed(error));
    // Of a call its caller is told.
    if (open === undefined) throw error;
  }

  #endIfAsked(): void {
    const reason = this.ending;
    if (reason === undefined || this.#status !== "ready") return;
    if (this.#busy === undefined) this.end(reason);
  }

  /** Ends it now; `terminate` runs unless it is killed. */
  end(reason: ExitReason): void {
    if (this.#status === "stopping" || this.#status === "dead") return;
    const { terminate } = this.blueprint;
    const started = this.#status === "ready";
    this.#status = "stopping";
    if (terminate === undefined || !started || reason.type === "killed") return this.#bury(reason);
    const own = { handler: "terminate", args: [reason], caller: undefined, open: undefined };
    const turn = new StepTurn(this, { ...own, own: true });
    const failed = (error: unknown): void =>
      this.effect({
        type: "log",
        level: "error",
        message: TERMINATE_FAILED,
        fields: { error: summarise(error) },
      });
    try {
      const result = this.#inTurn(turn, () => terminate(this.self, reason));
      if (isThenable(result)) {
        this.terminating = Promise.resolve(result)
          .then(undefined, failed)
          .then(() => this.#bury(reason));
        return;
      }
    } catch (error) {
      failed(error);
    }
    this.#bury(reason);
  }

  #bury(reason: ExitReason): void {
    this.#status = "dead";
    this.ended = reason;
    this.#busy = undefined;
    this.effect({ type: "end", reason });
    this.timers.clear();
    this.calls.clear();
    for (const turn of this.#turns) turn.abort();
    const down = (handled: "no" | "maybe"): ActorDown =>
      new ActorDown(String(this.ref), reason, handled);
    for (const { open } of this.mail.takeAll()) {
      if (open !== undefined) this.#settle(open, { type: "failed", error: down("no") });
    }
    for (const open of [...this.#unanswered]) {
      this.#settle(open, { type: "failed", error: down("maybe") });
    }
    this.#go();
  }

  /** What was to come by itself has failed, and nobody has asked for that. */
  crash(error: unknown): void {
    this.end(crashed(error));
  }

  /** Whoever has called gives up: what runs or waits is to stop. */
  cancel(): void {
    for (const turn of this.#turns) turn.abort();
  }
}
