/**
 * One actor on its thread: state, mailbox, and the `self` that its handlers are given.
 *
 * The cell is `self`: one object per actor keeps an idle actor small. What few actors have (name,
 * timers, open requests, …) lies in `extra`, made when it is needed.
 *
 *     starting → ready ⇄ busy (an async turn) → stopping (terminate runs) → dead
 *                  ⇅ suspended
 */

import { inspect } from "node:util";
import { addressOf, formatAddress, packSender } from "./address.ts";
import type { Alias } from "./alias.ts";
import type { Behaviour } from "./behaviour.ts";
import { Bonds } from "./bonds.ts";
import { Early } from "./early.ts";
import { type ExitReason, type ExitWish, reasonOf } from "./exit.ts";
import { Extra } from "./extra.ts";
import type { Host } from "./host.ts";
import type { Kind } from "./kind.ts";
import type { Lineage } from "./lineage.ts";
import type { Log } from "./log.ts";
import { bytesOf, type Message, NO_TAG, type Ring, type RingPool } from "./mailbox.ts";
import type { Values } from "./measures.ts";
import { checkLabel } from "./options.ts";
import type { ActorRef } from "./ref.ts";
import type { Report } from "./reports.ts";
import type { SpawnOptions } from "./spawn-options.ts";
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
} from "./types.ts";

export const STARTING = 0;
export const READY = 1;
export const BUSY = 2;
export const SUSPENDED = 3;
export const STOPPING = 4;
export const DEAD = 5;

/** Half a backlog has room for the messages of a burst, if they are not larger than this. */
const BACKLOGGED_BYTES = 256;

export class Cell implements Self<unknown> {
  // What sends and turns use stands first: of a million actors, every line of memory is a miss.
  state: unknown = undefined;
  readonly kind: Kind;
  behaviour: Behaviour;
  status: number = STARTING;
  queued = false;
  /** Messages that wait, and the bytes they are taken to have. */
  count = 0;
  bytes = 0;
  /** The oldest of them, unless NO_TAG says that it lies in the ring too. */
  firstTag: number = NO_TAG;
  firstFrom = 0;
  firstArg: unknown = undefined;
  /** Those of them that go before the others (early.ts). */
  ahead = 0;
  /** Set by `stop`, or by an exit that comes in the middle of a turn. */
  ending: ExitReason | undefined = undefined;
  congested = false;
  /** Turns it has begun, as of its last slice. */
  handled = 0;
  extra: Extra | undefined = undefined;
  readonly slot: number;
  ring: Ring | undefined = undefined;
  readonly incarnation: number;
  known: ActorRef | undefined = undefined;
  /** Where it comes from, and its links and monitors once it has some. */
  kin: Lineage | Bonds | undefined = undefined;

  constructor(kind: Kind, slot: number, incarnation: number) {
    this.kind = kind;
    this.behaviour = kind.blueprint.behaviours[0];
    this.slot = slot;
    this.incarnation = incarnation;
  }

  get host(): Host {
    return this.kind.host;
  }

  get address(): number {
    return addressOf(this.slot, this.incarnation);
  }

  get packed(): number {
    return packSender(this.slot, this.incarnation);
  }

  toString(): string {
    return formatAddress(this.kind.blueprint.name, this.slot, this.incarnation);
  }

  /** Messages for which there is room, by their number; asked for when it is not congested. */
  get room(): number {
    const room = this.kind.max - this.count;
    const free = this.extra?.survivor?.backlog.free ?? Number.POSITIVE_INFINITY;
    return Math.max(1, Math.min(room, Math.floor(free / BACKLOGGED_BYTES)));
  }

  get bonds(): Bonds | undefined {
    return this.kin instanceof Bonds ? this.kin : undefined;
  }

  /** Shared by all that its parent has spawned. */
  get lineage(): Lineage | undefined {
    return this.kin instanceof Bonds ? this.kin.lineage : this.kin;
  }

  more(): Extra {
    this.extra ??= new Extra();
    return this.extra;
  }

  /** Where the messages lie that go before the others. */
  early(): Early {
    const extra = this.more();
    extra.early ??= new Early();
    return extra.early;
  }

  pushUrgent(tag: number, from: number, arg: unknown, pool: RingPool): void {
    this.early().pushUrgent(tag, from, arg, pool);
    this.count += 1;
    this.ahead += 1;
    this.bytes += bytesOf(tag);
  }

  push(tag: number, from: number, arg: unknown, pool: RingPool): void {
    if (this.count === 0) {
      this.firstTag = tag;
      this.firstFrom = from;
      this.firstArg = arg;
    } else {
      this.ring ??= pool.take();
      this.ring.push(tag, from, arg);
    }
    this.count += 1;
    this.bytes += bytesOf(tag);
  }

  /** Takes the next message into `into`. The mailbox must not be empty. */
  shift(into: Message, pool: RingPool): void {
    if (this.ahead === 0) return this.shiftOldest(into, pool);
    this.count -= 1;
    this.ahead -= 1;
    this.early().shift(into, pool);
    this.bytes -= bytesOf(into.tag);
  }

  /** Takes the oldest of those that do not go before the others; there must be one. */
  shiftOldest(into: Message, pool: RingPool): void {
    this.count -= 1;
    if (this.firstTag !== NO_TAG) {
      into.tag = this.firstTag;
      this.firstTag = NO_TAG;
      into.from = this.firstFrom;
      into.arg = this.firstArg;
      this.firstArg = undefined;
    } else {
      const ring = this.ring as Ring; // Not the first and count > 0: it lies in the ring.
      ring.shift(into);
      if (ring.count === 0) {
        this.ring = undefined;
        pool.give(ring);
      }
    }
    this.bytes -= bytesOf(into.tag);
  }

  #live(what: string): void {
    if (this.status === DEAD) throw this.host.ended(this, what);
  }

  get local(): Record<string, unknown> {
    this.#live("self.local");
    const extra = this.more();
    extra.local ??= {};
    return extra.local;
  }

  get ref(): ActorRef {
    return this.host.refOf(this);
  }

  get name(): string | undefined {
    return this.extra?.name;
  }

  get label(): string | undefined {
    return this.extra?.label;
  }

  set label(label: string | undefined) {
    this.#live("self.label");
    this.more().label = checkLabel(label);
  }

  get log(): Log {
    return this.host.log;
  }

  report(report: Report): void {
    this.host.reports.tell(report);
  }

  measure(kind: string, values: Values): void {
    this.host.measures.add(this, kind, values);
  }

  get signal(): AbortSignal {
    return this.host.turns.signalOf(this);
  }

  get cancelled(): boolean {
    return this.host.ambient.isCancelled(this);
  }

  get timers(): Timers {
    this.#live("self.timers");
    const extra = this.more();
    extra.timers ??= this.host.timers.of(this);
    return extra.timers;
  }

  now(): number {
    return this.host.thread.env.now();
  }

  random(): number {
    return this.host.thread.env.random();
  }

  spawn<Args extends unknown[], P>(
    definition: Definition<Args, P>,
    ...rest: SpawnRest<Args>
  ): Promise<Ref<P>> {
    this.#live("self.spawn");
    const [args, options] = rest as [args?: unknown[], options?: SpawnOptions];
    const { spawner } = this.host;
    return spawner.spawn(definition, args ?? [], options ?? {}, this) as Promise<Ref<P>>;
  }

  whereis<Args extends unknown[], P>(
    definition: Definition<Args, P>,
    name: string,
  ): Ref<P> | undefined {
    return this.host.named.whereis(definition, name) as Ref<P> | undefined;
  }

  named<Args extends unknown[], P>(definition: Definition<Args, P>, name: string): Ref<P> {
    return this.host.named.of(definition, name) as Ref<P>;
  }

  get caller(): AnyRef | undefined {
    return this.host.ambient.caller(this);
  }

  stash(): void {
    this.#live("self.stash");
    this.host.callbacks.stash(this);
  }

  unstash(): number {
    this.#live("self.unstash");
    return this.host.callbacks.unstash(this);
  }

  become(behaviour?: string): void {
    this.#live("self.become");
    this.host.callbacks.become(this, behaviour);
  }

  continue(...args: unknown[]): void {
    this.#live("self.continue");
    this.host.callbacks.continue(this, args);
  }

  idleAfter(ms: number | undefined): void {
    this.#live("self.idleAfter");
    this.host.idles.set(this, ms);
  }

  pipe(promise: PromiseLike<unknown>, done: string, failed?: string): void {
    this.#live("self.pipe");
    this.host.pipes.add(this, promise, done, failed);
  }

  defer<Value>(): Deferred<Value> {
    this.#live("self.defer");
    return this.host.turns.defer(this) as Deferred<Value>;
  }

  stop(reason: ExitWish = "normal"): void {
    this.#live("self.stop");
    const exit = reasonOf("stop", reason);
    this.host.reports.stopping(this, exit, reason);
    this.host.turns.stopAfterTurn(this, exit);
  }

  get parent(): ActorRef | undefined {
    return this.lineage?.parent;
  }

  get ancestors(): readonly string[] {
    return this.lineage?.ancestors ?? [];
  }

  get trapExit(): boolean {
    return this.bonds?.traps ?? this.kind.blueprint.trapExit;
  }

  set trapExit(traps: boolean) {
    this.#live("self.trapExit");
    this.host.bonding.trap(this, traps);
  }

  link(ref: AnyRef): void {
    this.#live("self.link");
    this.host.bonding.link(this, ref);
  }

  unlink(ref: AnyRef): void {
    this.#live("self.unlink");
    this.host.bonding.unlink(this, ref);
  }

  monitor(target: AnyRef | string, options?: MonitorOptions): number {
    this.#live("self.monitor");
    return this.host.bonding.monitor(this, target, options);
  }

  demonitor(monitor: number, options?: DemonitorOptions): boolean {
    this.#live("self.demonitor");
    return this.host.bonding.demonitor(this, monitor, options);
  }

  exit(ref: AnyRef, reason: ExitWish): void {
    this.#live("self.exit");
    this.host.bonding.exit(this, ref, reason);
  }

  whenDown(ref: AnyRef, options?: WhenDownOptions): Promise<ExitReason> {
    this.#live("self.whenDown");
    return this.host.bonding.whenDown(ref, options);
  }

  alias(target: AnyRef): Alias {
    this.#live("self.alias");
    return this.host.aliases.make(this, target);
  }

  [inspect.custom](): string {
    return `self of ${this.toString()}`;
  }
}
