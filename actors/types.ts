/**
 * What the user's code is typed with: protocols, refs, definitions and `self`.
 *
 * A ref is typed by its protocol, an interface of plain signatures, never by the definition behind
 * it: Ping and Pong can know each other's protocol while their definitions know nothing of each
 * other. Where nothing is circular, `RefOf<typeof Counter>` reads the protocol off the definition.
 */

import type { Alias } from "./alias.ts";
import type { Down, Exit } from "./bonds.ts";
import type { ExitReason, ExitWish } from "./exit.ts";
import type { Log } from "./log.ts";
import type { Values } from "./measures.ts";
import type { Report } from "./reports.ts";
import type { HandlerSchemas, OutputsOf } from "./schema.ts";
import type { SpawnOptions } from "./spawn-options.ts";
import type { SurvivalOptions } from "./survives.ts";

declare const deferredValue: unique symbol;

/** An answer that comes later than the handler's end; made by `self.defer()`, returned by it. */
export interface Deferred<Value> {
  readonly [deferredValue]?: Value;
  /** False once it is answered, given up or expired: nobody waits for it. */
  readonly open: boolean;
  /** Answers the call; false if it was answered, given up or expired before. */
  resolve(value: Value): boolean;
  /** Fails the call with this error; the actor lives on. */
  reject(error: Error): boolean;
}

/** What a caller gets: promises and deferred answers unwrapped. */
export type Answer<Result> = Undeferred<Awaited<Result>>;
/** One member of a union at a time: a handler may answer now or later. */
type Undeferred<Result> = Result extends Deferred<infer Value> ? Value : Result;

// biome-ignore lint/suspicious/noExplicitAny: a constraint for any signature, never a value's type.
export type Signature = (...args: any[]) => unknown;

/** The methods of P that are messages. */
export type Cast<P> = {
  readonly [Name in keyof P]: P[Name] extends (...args: infer Args) => unknown
    ? (...args: Args) => boolean
    : never;
};

export type Call<P> = {
  readonly [Name in keyof P]: P[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Answer<Result>>
    : never;
};

/** A message that the actor's behaviour has no handler for, as `unknown` is given it. */
export interface UnknownMessage {
  readonly handler: string;
  readonly type: "cast" | "call";
  readonly args: readonly unknown[];
}

export interface MessageOptions {
  /**
   * Milliseconds until `CallTimeout`; a call inside a turn never gets more than the turn has left.
   */
  timeout?: number;
  /** Gives the call up: `Aborted` for the caller, `self.signal` for the handler. */
  signal?: AbortSignal;
  /**
   * Goes before ordinary messages in the mailbox, after earlier ones with priority; only where the
   * receiver's definition lists the handler under `priority`, else it is an ordinary message.
   */
  priority?: boolean;
}

/**
 * The address of one incarnation of an actor. Compares with `===` within a thread, travels in
 * messages, and is dead for ever once the actor is.
 */
export interface Ref<P> {
  /**
   * Sends without an answer. False: the way is congested, so `await ref.ready()` before the next;
   * this one is still accepted as long as the bounds hold. Never throws because of the receiver:
   * what cannot be delivered becomes a dead letter, and for a dead target true is returned, since
   * there is nothing to wait for. Throws `NotSendable` for a value that cannot travel.
   */
  readonly cast: Cast<P>;
  /**
   * Sends and waits for the answer, 5000 ms unless told otherwise. Rejects with CallTimeout,
   * ActorDown, MailboxFull, CallCycle, Aborted, NotSendable, the handler's Refusal, or the error
   * that crashed the handler.
   */
  readonly call: Call<P>;
  /** The same ref with options for its messages; may be kept. */
  with(options: MessageOptions): Pick<Ref<P>, "cast" | "call">;
  /** Settles when the way to the actor and its mailbox have room again; at once if they have. */
  ready(options?: MessageOptions): Promise<void>;
  /** `Counter<12.1>`: definition, slot and incarnation, for people. */
  toString(): string;
}

/** A ref whose protocol is not known here. */
export type AnyRef = Ref<unknown>;

/** What a definition's handlers look like from outside. */
export type ProtocolOf<D> = D extends Definition<infer _Args, infer P> ? P : never;
export type RefOf<D> = Ref<ProtocolOf<D>>;
export type ArgsOf<D> = D extends Definition<infer Args, infer _P> ? Args : never;

declare const protocol: unique symbol;

/** An actor definition: what `spawn` takes. Identity is (url, name). */
export interface Definition<Args extends unknown[], P> {
  readonly name: string;
  readonly url: string;
  readonly [protocol]?: (args: Args) => P;
}

// biome-ignore lint/suspicious/noExplicitAny: any definition, where it is only passed on.
export type AnyDefinition = Definition<any, any>;

export interface MailboxOptions {
  /** Messages that may wait; 1 to 16 M, default 1 048 576. */
  max?: number;
  /** Bytes of payload that may wait, as far as known: 4096 to 2^31 - 1, default 64 MiB. */
  maxBytes?: number;
  /**
   * What happens to a message that finds the mailbox full. `reject` (default): a dead letter, a
   * call fails with MailboxFull. `drop-newest`, `drop-oldest`: counted as dropped. `back-pressure`:
   * as reject, but a call first waits for room within its deadline.
   */
  policy?: "reject" | "drop-newest" | "drop-oldest" | "back-pressure";
}

export interface MonitorOptions {
  /** Given to `down` again. Stays in this thread. */
  tag?: unknown;
}

export interface WhenDownOptions {
  /** Milliseconds until the promise settles with `timeout`, 0 to 2^31 - 1; default: never. */
  timeout?: number;
}

export interface DemonitorOptions {
  /** Takes a `down` of it that waits in the mailbox out, too. */
  flush?: boolean;
}

/**
 * When an ended child is started again: always; only if it ended otherwise than `normal` or
 * `shutdown`; never (and then its specification is forgotten).
 */
export type RestartType = "permanent" | "transient" | "temporary";

/**
 * How an actor is stopped: told to shut down and given so many milliseconds, 0 to 2^31 - 1, before
 * it is killed; given all the time it needs; killed at once.
 */
export type ShutdownTime = number | "infinity" | "brutal-kill";

/** What reports may show of a state; true: nothing. */
export type Redact<State> = true | ((state: State) => unknown);

export interface Timers {
  /** Casts `handler(...args)` to this actor after `ms`. A timer of the same key is replaced. */
  after(key: string, ms: number, handler: string, ...args: unknown[]): void;
  /** The same every `ms`; a tick that comes while the last one still waits is skipped. */
  every(key: string, ms: number, handler: string, ...args: unknown[]): void;
  /** Milliseconds it had left, or undefined. A tick that waits in the mailbox is discarded. */
  cancel(key: string): number | undefined;
  has(key: string): boolean;
}

/**
 * What a handler is given: its state and its way to the system. Throws `ActorEnded` after the end.
 */
export interface Self<State> {
  /** Plain data that can be inspected, and later moved and handed to newer code. */
  state: State;
  /** Resources (sockets, pools): never inspected, never moved, rebuilt by `init`. */
  local: Record<string, unknown>;
  readonly ref: AnyRef;
  readonly name: string | undefined;
  /** For people: logs and reports show it. At most 200 characters; may be changed. */
  label: string | undefined;
  /**
   * The actor that sent what is handled right now; undefined for messages from outside and ticks of
   * timers, and where its slot has another actor by now.
   */
  readonly caller: AnyRef | undefined;
  /** Aborted when the current request expires or is given up, or when the actor ends. */
  readonly signal: AbortSignal;
  /**
   * True once the code that runs right now is to give up: nobody waits for it any more, or half of
   * `stallAfter` is over. Also in the midst of synchronous code, where it is as cheap as a field
   * (every 64th reading looks at the clock, where a call is handled).
   */
  readonly cancelled: boolean;
  readonly timers: Timers;
  readonly log: Log;
  /**
   * Writes a line to the log that may be one of very many, like a supervisor's of its children: a
   * thread writes 20 at once, then 10 a second; the others are counted and told in one line. At
   * level `debug` it is written only where SABEAM_LOG is `debug`. Never throws.
   */
  report(report: Report): void;
  /**
   * Counts numbers of this moment into the histograms of `system.metrics`, one for each kind and
   * name; units stand in the names: `measure("load", { durationMs: 3, rows: 20 })`. Up to 8 numbers
   * from 0 on. Never throws: others are left out, and counted. Some µs; they go to main together.
   */
  measure(kind: string, values: Values): void;
  /** Milliseconds since the system started. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
  spawn<Args extends unknown[], P>(
    definition: Definition<Args, P>,
    ...rest: SpawnRest<Args>
  ): Promise<Ref<P>>;
  whereis<Args extends unknown[], P>(
    definition: Definition<Args, P>,
    name: string,
  ): Ref<P> | undefined;
  /** As `system.named`. */
  named<Args extends unknown[], P>(definition: Definition<Args, P>, name: string): Ref<P>;
  /** A later answer to the current call: return it from the handler. */
  defer<Value>(): Deferred<Value>;
  /** Ends the actor after this turn, with reason `normal` or this one. */
  stop(reason?: ExitWish): void;
  /** Who has spawned it; undefined: it was spawned from outside of actors. */
  readonly parent: AnyRef | undefined;
  /** Names or addresses of its parent, its parent's parent, …; at most 16. */
  readonly ancestors: readonly string[];
  /**
   * True: exit signals other than `kill` do not end the actor but are given to its `exit`, in the
   * order of its mailbox. One from its parent still ends it, there.
   */
  trapExit: boolean;
  /**
   * Two actors that end together: when one does, for a reason other than `normal`, the other gets
   * an exit signal with it. At most one per pair; with the dead it is the signal `noproc`.
   */
  link(ref: AnyRef): void;
  /**
   * When it returns, no exit by the link reaches this actor any more; one that was trapped before,
   * and waits in the mailbox, is still given to `exit`.
   */
  unlink(ref: AnyRef): void;
  /**
   * Has `down` called once when the actor ends, at once (`noproc`) if it is dead or nobody has the
   * name; after all that it has sent to this actor before. Monitors stack. Returns its number.
   */
  monitor(target: AnyRef | string, options?: MonitorOptions): number;
  /** True if it had not fired. */
  demonitor(monitor: number, options?: DemonitorOptions): boolean;
  /**
   * Sends an exit signal: it acts on arrival, ahead of what waits in the mailbox. `normal` does
   * nothing to another actor, `"kill"` cannot be trapped and runs no `terminate`.
   */
  exit(ref: AnyRef, reason: ExitWish): void;
  /** Settles with its exit reason when an actor has ended, `noproc` if it is dead. */
  whenDown(ref: AnyRef, options?: WhenDownOptions): Promise<ExitReason>;
  /** A second address that leads to `target`, and later to others. Ends with this actor. */
  alias(target: AnyRef): Alias;
  /**
   * Sets the message that is handled right now aside; its call stays open under its own deadline,
   * and what the handler returns is discarded. Throws StashFull at the definition's `stashMax`, and
   * NothingToStash outside of a message. What is left at the actor's end becomes dead letters.
   */
  stash(): void;
  /** Puts all that was set aside before the mailbox, oldest first; returns how many that are. */
  unstash(): number;
  /** Takes another of the definition's behaviours, from the next message on; none = `handlers`. */
  become(behaviour?: string): void;
  /**
   * Runs the definition's `continue(self, ...args)` before any other message: for what comes after
   * an answer or a fast `init`. One at a time: throws ContinuePending while one waits.
   */
  continue(...args: unknown[]): void;
  /** Milliseconds without a message until `idle(self)` runs; undefined: never. */
  idleAfter(ms: number | undefined): void;
  /**
   * Casts `done(value)` to this actor when the promise is fulfilled, `failed(error)` when it is
   * rejected; without `failed` a rejection ends the actor. At most 1024 at a time.
   */
  pipe(promise: PromiseLike<unknown>, done: string, failed?: string): void;
}

/** No list of arguments is needed where `init` takes none. */
export type SpawnRest<Args extends unknown[]> = [] extends Args
  ? [args?: Args, options?: SpawnOptions]
  : [args: Args, options?: SpawnOptions];

/** A handler as the user writes it. An argument without a type is an error, not `any`. */
export type Handler<State> = (self: Self<State>, ...args: never[]) => unknown;

/** Handlers as their schemas want them: arguments without a type have that of the schema. */
export type Accepting<State, Schemas> = {
  [Name in keyof NoInfer<Schemas>]: (
    self: Self<State>,
    ...args: [...OutputsOf<Schemas[Name]>, ...never[]]
  ) => unknown;
};

export type AnySchemas = { readonly [name: string]: HandlerSchemas };
// biome-ignore lint/complexity/noBannedTypes: no schema for any handler.
export type NoSchemas = {};

export interface Spec<Args extends unknown[], State, Handlers, Schemas = NoSchemas> {
  /** Makes the state. May be async; if it throws, the spawn fails and nothing is left behind. */
  init: (self: Self<undefined>, ...args: Args) => State | Promise<State>;
  handlers: Handlers & Accepting<State, Schemas> & Record<string, Handler<State>>;
  /**
   * Standard Schemas (zod, valibot, …) that messages must pass: by handler, one for its first
   * argument or a list with one for each. The handler gets what they make of the arguments; what
   * does not pass is not handled (InvalidMessage, dead letter `invalid`).
   */
  schemas?: Schemas;
  /**
   * Other ways to understand the same messages, taken by `self.become(name)`. What a behaviour
   * leaves out goes to `unknown`.
   */
  behaviours?: Record<string, { [Name in keyof NoInfer<Handlers>]?: Handler<State> }>;
  /**
   * For a message that the present behaviour has no handler for; what it returns answers a call.
   * Without it a cast is a dead letter (`unhandled`) and a call fails with UnknownHandler.
   */
  unknown?: (self: Self<State>, message: UnknownMessage) => unknown;
  /** What `self.continue(...)` asked for. */
  continue?: Handler<State>;
  /** Once per stretch of `idleAfter` ms in which nothing came and nothing was at work. */
  idle?: (self: Self<State>) => unknown;
  /** 1 to 2^31 - 1. `self.idleAfter(ms)` changes it for one actor. */
  idleAfter?: number;
  /** What `self.monitor(…)` watched has ended. */
  down?: (self: Self<State>, down: Down) => unknown;
  /** An exit signal came while `self.trapExit` holds. */
  exit?: (self: Self<State>, exit: Exit) => unknown;
  /** What `self.trapExit` is at first; default false. */
  trapExit?: boolean;
  /** When its supervisor restarts it, unless the child spec says otherwise. */
  restart?: RestartType;
  /** What `terminate` may take, for its supervisor too; default the system's stopTimeout. */
  shutdown?: ShutdownTime;
  /** On every exit but killed and lost, within `shutdown`. */
  terminate?: (self: Self<State>, reason: ExitReason) => unknown;
  /**
   * What reports may show of the state: true for nothing; a function returns what may be shown, and
   * must not change the state. Where it throws, nothing is shown.
   */
  redact?: Redact<NoInfer<State>>;
  /** Handlers that may run while others of this actor wait for something. */
  concurrent?: readonly NoInfer<keyof Handlers & string>[];
  /** Handlers whose messages may go before others, where a sender asks for it. */
  priority?: readonly NoInfer<keyof Handlers & string>[];
  /** As in `startSystem`, for actors of this definition. */
  stallAfter?: number;
  /** Messages that `self.stash()` may set aside, 1 to 65 536, default 1024. */
  stashMax?: number;
  /**
   * True: the mailbox outlives the death of its thread, and so does the address. The thread that
   * takes over runs `init` again and goes on with what waits. Messages must be able to travel, also
   * within the thread. The message whose turn was cut off is a dead letter
   * (`crashed-while-handling`) unless its handler is `idempotent`. On main, which no thread
   * outlives, it changes nothing. Not together with `concurrent` or a stash.
   */
  survives?: boolean | SurvivalOptions;
  /** Handlers that may be run again for a message whose turn was cut off. */
  idempotent?: readonly NoInfer<keyof Handlers & string>[];
  mailbox?: MailboxOptions;
}
