/**
 * `self` in a step: whatever a handler asks of it becomes an effect, with the same checks and
 * errors as in a system.
 */

import { inspect } from "node:util";
import type { Random } from "../../runtime/random.ts";
import type { Alias } from "../alias.ts";
import {
  ContinuePending,
  InvalidOptions,
  NoSuchActor,
  NothingToStash,
  StashFull,
  UnknownHandler,
} from "../errors.ts";
import { type ExitReason, type ExitWish, reasonOf } from "../exit.ts";
import { LOG_LEVELS, type Log, type LogLevel } from "../log.ts";
import type { Values } from "../measures.ts";
import { checkLabel, checkName, checkTimeout, known } from "../options.ts";
import type { ActorRef } from "../ref.ts";
import type { Report } from "../reports.ts";
import type { SpawnOptions } from "../spawn-options.ts";
import { checkOptions } from "../spawner.ts";
import type {
  AnyRef,
  Deferred,
  Definition,
  DemonitorOptions,
  MonitorOptions,
  Ref,
  Self,
  SpawnRest,
  Timers,
  WhenDownOptions,
} from "../types.ts";
import type { Effect, SpawnEffect } from "./effects.ts";
import { CannotStep } from "./errors.ts";
import type { StepActor } from "./step-actor.ts";
import { StubRef, stubOf } from "./stub.ts";

/** What a test says of the actor and its surroundings. */
export interface StepSettings {
  readonly name: string | undefined;
  readonly label: string | undefined;
  readonly parent: AnyRef | undefined;
  /** Who has which name. */
  readonly names: Map<string, AnyRef>;
  readonly random: Random;
  readonly spawn: ((spawn: SpawnEffect) => void) | undefined;
}

export class StepSelf implements Self<unknown> {
  readonly #actor: StepActor;
  readonly #settings: StepSettings;
  readonly #local: Record<string, unknown> = {};
  #label: string | undefined;
  #children = 0;
  /** True: the test has said `step.cancel()`, until the end of the step. */
  isCancelled = false;
  readonly log: Log;

  constructor(actor: StepActor, settings: StepSettings) {
    this.#actor = actor;
    this.#settings = settings;
    this.#label = settings.label;
    const at =
      (level: LogLevel) =>
      (fields: object, message = ""): void =>
        actor.effect({ type: "log", level, message, fields });
    const [debug, info, warn, error] = LOG_LEVELS.map(at) as [Write, Write, Write, Write];
    this.log = { debug, info, warn, error };
  }

  #effect(effect: Effect, what: string): void {
    this.#actor.live(`self.${what}`);
    this.#actor.effect(effect);
  }

  get state(): unknown {
    return this.#actor.state;
  }

  set state(state: unknown) {
    this.#actor.state = state;
  }

  get local(): Record<string, unknown> {
    this.#actor.live("self.local");
    return this.#local;
  }

  get ref(): AnyRef {
    return this.#actor.ref;
  }

  get name(): string | undefined {
    return this.#settings.name;
  }

  get label(): string | undefined {
    return this.#label;
  }

  set label(label: string | undefined) {
    this.#actor.live("self.label");
    this.#label = checkLabel(label);
  }

  get caller(): AnyRef | undefined {
    return this.#actor.turn?.message.caller;
  }

  get signal(): AbortSignal {
    const { turn } = this.#actor;
    if (turn !== undefined) return turn.signal;
    return this.#actor.ended === undefined ? new AbortController().signal : AbortSignal.abort();
  }

  get cancelled(): boolean {
    return this.isCancelled || this.#actor.ended !== undefined;
  }

  get timers(): Timers {
    this.#actor.live("self.timers");
    return this.#actor.timers;
  }

  get parent(): AnyRef | undefined {
    return this.#settings.parent;
  }

  get ancestors(): readonly string[] {
    const { parent } = this.#settings;
    return parent === undefined ? [] : [String(parent)];
  }

  report({ level, message, fields }: Report): void {
    this.#actor.effect({ type: "log", level, message, fields: fields() });
  }

  measure(kind: string, values: Values): void {
    this.#actor.effect({ type: "measure", kind, values: { ...values } });
  }

  now(): number {
    return this.#actor.now;
  }

  random(): number {
    return this.#settings.random.float();
  }

  /** Settles with a stub; or fails with what the test's `spawn` throws. */
  async spawn<Args extends unknown[], P>(
    definition: Definition<Args, P>,
    ...rest: SpawnRest<Args>
  ): Promise<Ref<P>> {
    this.#actor.live("self.spawn");
    const [args = [], options = {}] = rest as [args?: unknown[], options?: SpawnOptions];
    const { link: _, ...others } = options;
    checkOptions(others);
    this.#children += 1;
    const ref = stubOf(definition, options.name ?? `child ${this.#children}`);
    const copy = this.#actor.copies.send(args, "spawn.args");
    const effect: SpawnEffect = { type: "spawn", definition, args: copy, options, ref };
    this.#actor.effect(effect);
    this.#settings.spawn?.(effect);
    if (options.name !== undefined) this.#settings.names.set(options.name, ref);
    return ref as Ref<unknown> as Ref<P>;
  }

  whereis<Args extends unknown[], P>(
    definition: Definition<Args, P>,
    name: string,
  ): Ref<P> | undefined {
    const found = this.#settings.names.get(checkName(name));
    const { facts } = (found ?? stubOf(definition, name)) as StubRef;
    if (facts.name === definition.name && facts.url === definition.url) return found as Ref<P>;
    const wanted = `${definition.name} with the name ${JSON.stringify(name)}`;
    throw new NoSuchActor(wanted, `the name belongs to ${facts.name}`);
  }

  /** The stub of that name; it is one of its own if the test has said none. */
  named<Args extends unknown[], P>(definition: Definition<Args, P>, name: string): Ref<P> {
    const { names } = this.#settings;
    const ref = names.get(checkName(name)) ?? stubOf(definition, name);
    if (!names.has(name)) names.set(name, ref);
    return ref as Ref<P>;
  }

  defer<Value>(): Deferred<Value> {
    this.#actor.live("self.defer");
    return this.#actor.defer() as Deferred<unknown> as Deferred<Value>;
  }

  stop(reason: ExitWish = "normal"): void {
    const exit = reasonOf("stop", reason);
    this.#effect({ type: "stop", reason: exit }, "stop");
    this.#actor.ending ??= exit;
  }

  get trapExit(): boolean {
    return this.#actor.traps;
  }

  set trapExit(traps: boolean) {
    this.#actor.live("self.trapExit");
    if (typeof traps !== "boolean") throw new InvalidOptions("trapExit", "true or false", traps);
    this.#actor.traps = traps;
  }

  link(ref: AnyRef): void {
    this.#effect({ type: "link", ref: stubIn("link", ref) }, "link");
  }

  unlink(ref: AnyRef): void {
    this.#effect({ type: "unlink", ref: stubIn("unlink", ref) }, "unlink");
  }

  monitor(target: AnyRef | string, options: MonitorOptions = {}): number {
    this.#actor.live("self.monitor");
    known("monitor", options, ["tag"]);
    if (this.#actor.blueprint.down === undefined) {
      throw new InvalidOptions("monitor", "used where the definition has down(self, …)", target);
    }
    const whom = typeof target === "string" ? checkName(target) : stubIn("monitor", target);
    const monitor = this.#actor.watches.add(whom, options.tag);
    this.#actor.effect({ type: "monitor", target: whom, monitor, ...options });
    return monitor;
  }

  demonitor(monitor: number, options: DemonitorOptions = {}): boolean {
    known("demonitor", options, ["flush"]);
    const watched = this.#actor.watches.remove(monitor);
    if (watched) this.#effect({ type: "demonitor", monitor }, "demonitor");
    return watched;
  }

  exit(ref: AnyRef, wish: ExitWish): void {
    const reason = reasonOf("exit", wish);
    this.#effect({ type: "exit", ref: stubIn("exit", ref), reason }, "exit");
  }

  whenDown(ref: AnyRef, options: WhenDownOptions = {}): Promise<ExitReason> {
    known("whenDown", options, ["timeout"]);
    this.#effect({ type: "when-down", ref: stubIn("whenDown", ref) }, "whenDown");
    return this.#actor.watches.whenDown(ref);
  }

  alias(target: AnyRef): Alias {
    throw new CannotStep(`an alias of ${target} leads nowhere in a step`, "test it with a kit");
  }

  stash(): void {
    const { turn, blueprint, mail } = this.#actor;
    this.#actor.live("self.stash");
    const { name, survives, stashMax } = blueprint;
    if (survives !== undefined) {
      const allowed = `used in ${name}: its mailboxes survive, and what it sets aside would not`;
      throw new InvalidOptions("stash", `not ${allowed}`, "self.stash()");
    }
    const text = String(this.#actor.ref);
    const answered = turn?.message.open?.open === false;
    if (turn === undefined || turn.message.own || turn.stashed || answered) {
      throw new NothingToStash(text);
    }
    if (mail.stashed.length >= stashMax) throw new StashFull(text, stashMax);
    turn.stashed = true;
    mail.setAside(turn.message);
    this.#actor.effect({ type: "stash", handler: turn.message.handler });
  }

  unstash(): number {
    this.#actor.live("self.unstash");
    const count = this.#actor.mail.takeBack();
    this.#actor.effect({ type: "unstash", count });
    return count;
  }

  become(name?: string): void {
    const { behaviours } = this.#actor.blueprint;
    const next = behaviours.find((behaviour) => behaviour.name === name);
    if (next === undefined) {
      const names = behaviours.map((behaviour) => behaviour.name ?? "(none: its handlers)");
      throw new InvalidOptions("become", `one of ${names.join(", ")}`, name);
    }
    this.#effect({ type: "become", behaviour: name }, "become");
    this.#actor.behaviour = next;
  }

  continue(...args: unknown[]): void {
    const { mail, blueprint, ref } = this.#actor;
    if (blueprint.continue === undefined) {
      throw new InvalidOptions("continue", "used where the definition has continue(self, …)", args);
    }
    if (mail.continuation !== undefined) throw new ContinuePending(String(ref));
    this.#effect({ type: "continue", args }, "continue");
    const message = { handler: "continue", args, caller: undefined, open: undefined };
    mail.continuation = { ...message, own: true, continues: true };
  }

  idleAfter(ms: number | undefined): void {
    if (ms !== undefined) checkTimeout("idleAfter", ms);
    this.#effect({ type: "idle-after", ms }, "idleAfter");
  }

  /** Its result waits as a message of the actor to itself once it has settled. */
  pipe(promise: PromiseLike<unknown>, done: string, failed?: string): void {
    const { name, names } = this.#actor.blueprint;
    for (const handler of failed === undefined ? [done] : [done, failed]) {
      if (!names.includes(handler)) throw new UnknownHandler(name, handler, names);
    }
    this.#effect({ type: "pipe", done, ...(failed === undefined ? {} : { failed }) }, "pipe");
    const receive = (handler: string, value: unknown): void => {
      if (this.#actor.ended !== undefined) return;
      this.#actor.receive({ handler, args: [value], open: undefined });
    };
    Promise.resolve(promise).then(
      (value) => receive(done, value),
      (error: unknown) => {
        if (failed === undefined) this.#actor.crash(error);
        else receive(failed, error);
      },
    );
  }

  [inspect.custom](): string {
    return String(this);
  }

  toString(): string {
    return `${this.#actor.ref}`;
  }
}

type Write = Log["info"];

/** @throws InvalidOptions for what is no ref, CannotStep for one of a running system */
function stubIn(where: string, ref: AnyRef): ActorRef {
  if (ref instanceof StubRef) return ref;
  throw new CannotStep(`${where} was given ${String(ref)}`, "use stub(Definition, name)");
}
