/**
 * A definition run one step at a time, in the test's own turn and with no system: each message runs
 * its real handler at once, and what that does to the world is data.
 *
 *     const step = stepper(Counter, [10]);       init
 *     step.call.add(5)                            15; an async handler: a promise
 *     step.effects()                              [{ type: "cast", to, handler, args }, …]
 *     step.fire("tick"), step.down(ref), …        timers, ends of others
 *
 * What the actor calls waits until the test answers it (`step.answer`). What the actor sends to
 * itself waits until `step.next()`. What cannot be modelled (an alias, refs of a running system, a
 * message that could not be next) is refused with CannotStep.
 *
 * Follows Akka's BehaviorTestKit. Left out: time, threads and whatever needs a second actor: that
 * is what a kit is for.
 */

import { Random } from "../../runtime/random.ts";
import { isBlueprint } from "../define.ts";
import { InvalidOptions } from "../errors.ts";
import { type ExitReason, type ExitWish, reasonOf } from "../exit.ts";
import { checkLabel, checkName, known } from "../options.ts";
import type { AnyRef, Definition, Ref } from "../types.ts";
import type { CallEffect, Effect, SpawnEffect } from "./effects.ts";
import { CannotStep } from "./errors.ts";
import { OpenCall } from "./open-call.ts";
import { textOf } from "./received.ts";
import { type Ran, StepActor } from "./step-actor.ts";
import { type StepMessage, WAITING_MAX } from "./step-mail.ts";
import { StepSelf } from "./step-self.ts";
import type { StepTimer } from "./step-timers.ts";
import type { StepCall, StepCast, StepOpen } from "./step-types.ts";
import { stubOf } from "./stub.ts";

export interface StepOptions {
  /** `self.name`. */
  name?: string;
  label?: string;
  /** `self.parent`: an exit signal of its ends the actor also if that traps exits. */
  parent?: AnyRef;
  /** Whom `self.whereis` and `self.named` find, by name. */
  names?: Readonly<Record<string, AnyRef>>;
  /** Milliseconds that `self.now()` begins with, default 0. */
  now?: number;
  /** Of `self.random()`: the same seed gives the same numbers. Default 1. */
  seed?: string | number;
  /** Is shown each spawn; what it throws, the spawn fails with. */
  spawn?: (spawn: SpawnEffect) => void;
}

const OPTIONS = ["name", "label", "parent", "names", "now", "seed", "spawn"];

/** Arguments are left out where `init` takes none. */
export type StepRest<Args extends unknown[]> = [] extends Args
  ? [args?: Args, options?: StepOptions]
  : [args: Args, options?: StepOptions];

/**
 * Runs the definition's `init`, which throws what it throws; if it is async, `await step.ready()`.
 *
 * @throws InvalidOptions (ERR_INVALID_OPTIONS)
 */
export function stepper<Args extends unknown[], P>(
  definition: Definition<Args, P>,
  ...rest: StepRest<Args>
): Stepper<P> {
  if (!isBlueprint(definition)) {
    throw new InvalidOptions("stepper", "given what defineActor returned", definition);
  }
  const [args = [], options = {}] = rest as [args?: unknown[], options?: StepOptions];
  known("stepper", options, OPTIONS);
  const { name, label, parent, names = {}, now = 0, seed = 1, spawn } = options;
  if (name !== undefined) checkName(name);
  const ref = stubOf(definition, name ?? "self");
  const actor = new StepActor(definition, ref, now);
  const self = new StepSelf(actor, {
    ...{ name, label: checkLabel(label), parent, spawn },
    names: new Map(Object.entries(names)),
    random: new Random(seed),
  });
  actor.self = self;
  const starting = actor.begin(actor.copies.copy(args, "args"));
  return new Stepper({ actor, self, starting, parent });
}

interface Parts {
  readonly actor: StepActor;
  readonly self: StepSelf;
  readonly starting: Ran;
  readonly parent: AnyRef | undefined;
}

export class Stepper<P> {
  /** Runs the handler of a cast. Throws what crashes the actor; a Refusal is an effect. */
  readonly cast: StepCast<P>;
  /** Runs the handler of a call. Throws a Refusal, and what crashes the actor. */
  readonly call: StepCall<P>;
  /** The same, and gives the call as its caller holds it: also one that is set aside. */
  readonly open: StepOpen<P>;
  readonly #actor: StepActor;
  readonly #self: StepSelf;
  readonly #parts: Parts;

  constructor(parts: Parts, caller?: AnyRef) {
    this.#parts = parts;
    this.#actor = parts.actor;
    this.#self = parts.self;
    this.cast = this.#doors((handler, args) => this.#cast(handler, args, caller)) as StepCast<P>;
    this.call = this.#doors((handler, args) => this.#call(handler, args, caller)) as StepCall<P>;
    this.open = this.#doors((handler, args) => this.#open(handler, args, caller).open) as never;
  }

  /** `self.ref`, for comparisons, and to be sent to others. */
  get ref(): Ref<P> {
    return this.#actor.ref as Ref<unknown> as Ref<P>;
  }

  /** `self.state` as it is, no copy: look, and do not change it. */
  get state(): unknown {
    return this.#actor.state;
  }

  /** What `self.now()` tells, in milliseconds. `fire` moves it on. */
  get now(): number {
    return this.#actor.now;
  }

  /** How the actor ended, or undefined. */
  get ended(): ExitReason | undefined {
    return this.#actor.ended;
  }

  /** The same stepper, whose messages come from this ref: `self.caller`. */
  from(caller: AnyRef): Stepper<P> {
    return new Stepper(this.#parts, caller);
  }

  /** Settles when an async `init`, or `terminate`, has ended. Rejects with what `init` threw. */
  async ready(): Promise<void> {
    await this.#parts.starting;
    await this.#actor.terminating;
  }

  /** What the actor has done since the last look at it, in order. */
  effects(): Effect[] {
    return this.#actor.takeEffects();
  }

  /** Calls of the actor that wait for an answer, the oldest first. */
  get calls(): readonly CallEffect[] {
    return this.#actor.calls.all;
  }

  /**
   * Answers a call that the actor has made: this one, or the oldest one of a handler. What waits
   * for it goes on when the test awaits something.
   *
   * @throws CannotStep (ERR_CANNOT_STEP); NotSendable
   */
  answer(call: CallEffect | string, value?: unknown): void {
    this.#actor.calls.take(call).resolve(this.#actor.copies.send(value, "answer"));
  }

  /** Fails it, with a Refusal, a CallTimeout, or whatever the called actor would fail with. */
  fail(call: CallEffect | string, error: Error): void {
    if (!(error instanceof Error)) throw new InvalidOptions("fail", "given an Error", error);
    this.#actor.calls.take(call).reject(error);
  }

  /** Timers that are set, the one that is due first in front. */
  get timers(): readonly Readonly<StepTimer>[] {
    return this.#actor.timers.all;
  }

  /** The time of a timer has come: runs its handler. @throws CannotStep; what crashes the actor */
  fire(key: string): Ran {
    const { handler, args } = this.#actor.timers.take(key);
    return this.#step({ handler, args, caller: undefined, open: undefined, own: true });
  }

  /**
   * An actor that it watches has ended: runs `down` for each monitor, and settles `whenDown`. If it
   * is linked with that actor, `exit` is the other half.
   *
   * @throws CannotStep; what crashes the actor
   */
  down(target: AnyRef | string, reason: ExitWish = "normal"): Ran {
    const downs = this.#actor.watches.ended(target, reasonOf("down", reason));
    return inTurn(downs, (down) => this.#actor.callback("down", [down]));
  }

  /** An exit signal comes: `exit` runs if it is trapped, else it may end the actor. */
  exit(from: AnyRef | undefined, wish: ExitWish): Ran {
    const reason = reasonOf("exit", wish);
    const actor = this.#actor;
    const isParent = from !== undefined && from === this.#parts.parent;
    if (wish !== "kill" && actor.traps && !isParent) {
      return actor.callback("exit", [{ from, reason }]);
    }
    if (reason.type !== "normal" || isParent) actor.end(reason);
    return actor.terminating;
  }

  /** So long nothing came that `idle` runs. @throws CannotStep; what crashes the actor */
  idle(): Ran {
    return this.#actor.callback("idle", []);
  }

  /** The callers of what runs now give up: `self.signal` is aborted, `self.cancelled` is true. */
  cancel(): void {
    this.#self.isCancelled = true;
    this.#actor.cancel();
  }

  /** What the actor has sent to itself, or owes itself: in the order in which it is run. */
  get waiting(): readonly string[] {
    return this.#actor.mail.waiting.map(({ handler, args }) => textOf(handler, args));
  }

  /** Runs the first of those that wait. @throws CannotStep if none does; what crashes the actor */
  next(): Ran {
    const next = this.#actor.next();
    if (next === undefined) throw new CannotStep("no message waits", "look at step.waiting");
    return next.ran;
  }

  /** Runs all that wait, also those that come by that, at most 10 000. @throws CannotStep */
  async rest(): Promise<void> {
    for (let count = 0; this.#actor.mail.waiting.length > 0; count += 1) {
      if (count === WAITING_MAX) {
        throw new CannotStep(`${WAITING_MAX} messages were run and more wait`, "use step.next()");
      }
      await this.next();
    }
  }

  #doors(run: (handler: string, args: readonly unknown[]) => unknown): object {
    const doors: object = Object.create(null);
    for (const handler of this.#actor.blueprint.names) {
      Object.defineProperty(doors, handler, {
        value: (...args: unknown[]) => run(handler, args),
        enumerable: true,
      });
    }
    return Object.freeze(doors);
  }

  #step(message: StepMessage): Ran {
    this.#self.isCancelled = false;
    return this.#actor.step(message);
  }

  #cast(handler: string, args: readonly unknown[], caller: AnyRef | undefined): Ran {
    const copy = this.#actor.copies.send(args, "args");
    return this.#step({ handler, args: copy, caller, open: undefined, own: false });
  }

  #open(
    handler: string,
    args: readonly unknown[],
    caller: AnyRef | undefined,
  ): { open: OpenCall<unknown>; ran: Ran } {
    const copy = this.#actor.copies.send(args, "args");
    const open = new OpenCall<unknown>(textOf(handler, args));
    return { open, ran: this.#step({ handler, args: copy, caller, open, own: false }) };
  }

  #call(handler: string, args: readonly unknown[], caller: AnyRef | undefined): unknown {
    const { open, ran } = this.#open(handler, args, caller);
    return ran instanceof Promise ? ran.then(() => this.#result(open)) : this.#result(open);
  }

  #result(open: OpenCall<unknown>): unknown {
    if (!open.open) return open.value;
    if (this.#actor.mail.stashed.some((message) => message.open === open)) {
      const advice = "use step.open, which gives the call as its caller holds it";
      throw new CannotStep(`${open.text} was set aside and is not answered`, advice);
    }
    return open;
  }
}

/** One after the other; a promise as soon as one of them takes its time. */
function inTurn<Item>(items: readonly Item[], run: (item: Item) => Ran): Ran {
  for (const [index, item] of items.entries()) {
    const ran = run(item);
    if (ran instanceof Promise) return ran.then(() => inTurn(items.slice(index + 1), run));
  }
  return undefined;
}
