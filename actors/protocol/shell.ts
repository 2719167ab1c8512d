/**
 * The shell of a member: hosts a pure core as an actor, and does what its effects say.
 *
 *     command, message, timer, … ──▶ event ──▶ core.step ──▶ effects ──▶ performer.ts, in order
 *                                                              │ after: seq
 *                                                              └──▶ outbox ──durable──▶ too
 *
 * All effects of a step are carried out before the next step. What a member sends to itself is its
 * next event. Nothing that a peer, a client or a participant says can make it throw; it ends for
 * what its own core or its store says, and then its supervisor decides.
 *
 * Costs an event, its effects and a few look-ups per step, beside what the core does.
 */

import type { Cell } from "../cell.ts";
import { ProtocolFailed, StoreLost } from "../errors.ts";
import type { StoreFailure } from "../journal/session.ts";
import type { AnyDefinition, Deferred, Self } from "../types.ts";
import { type CommandAnswer, Commands, RETRY_AFTER_MS, wrongCommand } from "./commands.ts";
import type {
  Answer,
  MemberId,
  Protocol,
  ProtocolEvent,
  ProtocolSpec,
  RequestId,
} from "./contract.ts";
import { wouldWrite } from "./dry-run.ts";
import { incarnationOf } from "./incarnation.ts";
import { isMemberId } from "./member-id.ts";
import type { MemberLog } from "./member-log.ts";
import { type Kept, keptOf, MemberWrites } from "./member-writes.ts";
import { type ShellOrder, shellName } from "./order.ts";
import { HELD_MAX, Outbox } from "./outbox.ts";
import { type Dropped, PEERS_MAX, Peers } from "./peers.ts";
import { Performer } from "./performer.ts";
import { ShellTimers } from "./shell-timers.ts";
import { Tally } from "./tally.ts";
import { Watches } from "./watches.ts";

/** Events that one event may make a member send to itself. */
const OWN_EVENTS_MAX = 10_000;
/** So long after a start, a member whose journal was full takes on nothing that would write. */
const FULL_MS = 1000;

type Step<S extends ProtocolSpec> = ProtocolEvent<S>;

export interface ShellParts<S extends ProtocolSpec> {
  readonly self: Self<object>;
  readonly definition: AnyDefinition;
  readonly protocol: Protocol<S>;
  readonly order: ShellOrder;
  readonly log: MemberLog | undefined;
  readonly dropped: Dropped;
}

export class Shell<S extends ProtocolSpec> {
  readonly state: S["state"];
  readonly name: string;
  readonly #self: Self<object>;
  readonly #protocol: Protocol<S>;
  readonly #order: ShellOrder;
  readonly #log: MemberLog | undefined;
  readonly #peers: Peers<S["message"]>;
  readonly #commands: Commands = new Commands();
  readonly #outbox: Outbox<S>;
  readonly #timers: ShellTimers;
  readonly #watches: Watches;
  readonly #writes: MemberWrites<S>;
  readonly #tally: Tally;
  readonly #performer: Performer<S>;
  /** What it has sent to itself, and what is durable at once. */
  readonly #own: Step<S>[] = [];
  /** Until then nothing is taken on that would write; then it is tried. */
  readonly #fullUntil: number;

  constructor({ self, definition, protocol, order, log, dropped }: ShellParts<S>) {
    const { instance, member, config, away = {} } = order;
    const nameOf = (id: MemberId): string => shellName(definition.name, instance, id);
    this.#self = self;
    this.#protocol = protocol;
    this.#order = order;
    this.#log = log;
    this.name = nameOf(member);
    // What an actor is given as `self` is its cell.
    this.#outbox = new Outbox(definition.name, (self as unknown as Cell).host.trace);
    this.#tally = new Tally(definition.name, self.now());
    const kept: Kept<S> | undefined = log && keptOf(log, this.#commands, self.now());
    const incarnation = incarnationOf(self, log);
    this.#peers = new Peers({
      self: this.#self,
      definition,
      codec: protocol.peers,
      member,
      incarnation,
      nameOf,
      away,
      dropped,
    });
    this.#fullUntil = log?.wasFull === true ? self.now() + FULL_MS : 0;
    this.#timers = new ShellTimers(this.#self, this.name);
    this.#watches = new Watches(this.#self, nameOf, away);
    const snapshot = (): unknown => protocol.snapshot?.(this.state);
    this.#writes = new MemberWrites(log, this.#commands, snapshot, () => self.now());
    this.#performer = new Performer({
      self: this.#self,
      name: this.name,
      order,
      codec: protocol.peers,
      peers: this.#peers,
      commands: this.#commands,
      timers: this.#timers,
      watches: this.#watches,
      writes: this.#writes,
      tally: this.#tally,
      own: this.#own,
      isDurable: (seq) => this.#tell(seq),
    });
    this.state = protocol.init({
      self: member,
      instance,
      config,
      isDurable: log !== undefined,
      seed: Math.floor(self.random() * 2 ** 32),
      at: self.now(),
      recovered: kept,
    });
  }

  start(): void {
    const { healthMs } = this.#protocol;
    if (healthMs !== undefined) this.#timers.beat(healthMs);
    this.#step({ type: "start", at: this.#self.now() });
  }

  command(
    id: unknown,
    command: unknown,
    withinMs: unknown,
    isAway: unknown,
    settled: unknown,
  ): CommandAnswer | Deferred<CommandAnswer> {
    const problem = wrongCommand(id, command, withinMs);
    if (problem !== undefined) return { type: "invalid", problem };
    const away = isAway === true;
    const answer = this.#command(id as string, command as S["command"], withinMs as number, away);
    // Behind the new one: a table that is emptied each time is made anew each time.
    if (settled !== undefined) this.#commands.settled(settled as RequestId);
    return answer;
  }

  #command(id: string, command: S["command"], withinMs: number, isAway: boolean) {
    const known = this.#commands.repeat(id);
    if (known === "waits") {
      const caller = this.#self.defer<CommandAnswer>();
      this.#commands.join(id, caller);
      return caller;
    }
    if (known !== undefined) return known;
    const at = this.#self.now();
    const isRepeated = this.#commands.isApplied(id);
    if (!this.#hasRoom(at, isRepeated)) {
      return { type: "overloaded" as const, retryAfterMs: RETRY_AFTER_MS };
    }
    const deadline = at + withinMs;
    const event: Step<S> = { type: "command", at, id, command, deadline, isRepeated };
    if (at < this.#fullUntil && this.#wouldWrite(event)) return this.#full();
    const caller = this.#self.defer<CommandAnswer>();
    this.#commands.enter(id, caller, deadline, isAway, this.#performer.said);
    this.#writes.request = id;
    this.#step(event);
    this.#writes.request = undefined;
    return caller;
  }

  #hasRoom(at: number, isRepeated: boolean): boolean {
    return this.#log?.isCongested !== true && this.#commands.hasRoom(at, isRepeated);
  }

  #wouldWrite(event: Step<S>): boolean {
    const { durable } = this.#outbox;
    const { incarnation } = this.#peers;
    const { member: id } = this.#order;
    return wouldWrite(
      { protocol: this.#protocol, state: this.state, id, incarnation, durable },
      event,
    );
  }

  #full(): CommandAnswer {
    const why = "it had none for what was written last, and will be tried again within a second";
    return { type: "full", journal: `the journal of ${this.name}`, why };
  }

  message(from: unknown, incarnation: unknown, number: unknown, version: unknown, given: unknown) {
    const message = this.#peers.receive(from, incarnation, number, version, given);
    if (message === undefined) return;
    this.#step({
      type: "message",
      at: this.#self.now(),
      from: from as MemberId,
      incarnation: incarnation as number,
      message,
    });
  }

  timer(key: unknown, generation: unknown): void {
    if (!this.#timers.fires(key, generation)) return;
    this.#step({ type: "timer", at: this.#self.now(), key: key as string });
  }

  /** How late its timers are: the time at which this was due is known. */
  beat(due: number, generation: unknown): void {
    const { healthMs } = this.#protocol;
    const at = this.#self.now();
    if (healthMs === undefined || !this.#timers.isBeat(generation)) return;
    this.#timers.beat(healthMs);
    this.#step({ type: "health", at, lagMs: Math.max(0, at - due), load: this.#commands.size });
  }

  answered(key: unknown, generation: unknown, answer: Answer): void {
    if (!this.#timers.isAsked(key, generation)) return;
    this.#step({ type: "answer", at: this.#self.now(), key: key as string, answer });
  }

  over(generation: unknown): void {
    if (this.#timers.isOver(generation)) this.#self.stop();
  }

  view(epoch: unknown, members: unknown): void {
    if (!isView(epoch, members)) return this.#peers.refuse("malformed");
    this.#step({ type: "view", at: this.#self.now(), epoch: epoch as number, members });
  }

  down(down: { readonly monitor: number; readonly reason: { readonly type: string } }): void {
    if (this.#log?.isStore(down)) return this.#loseStore(down.reason.type);
    const member = this.#watches.ended(down.monitor);
    if (member === undefined) return;
    this.#step({ type: "down", at: this.#self.now(), member, reason: down.reason.type });
  }

  /** One that was told to end will not come back, as when the system stops: so does its member. */
  #loseStore(reason: string): void {
    if (reason !== "shutdown") throw new StoreLost(this.name, reason);
    this.#self.stop("shutdown");
  }

  durable(upTo: number, life?: number): void {
    if (!this.#isStore() || this.#log?.durable(upTo, life) !== true) return;
    this.#tell(upTo);
    this.#runOwn();
  }

  storeFailed(failure: StoreFailure): void {
    if (!this.#isStore()) return;
    const { full } = failure;
    if (full !== undefined) this.#commands.lost(this.#outbox.durable, this.#performer.said, full);
    throw new StoreLost(this.name, `${failure.code}: ${failure.message}`);
  }

  /** Nobody else may say what is durable. */
  #isStore(): boolean {
    const { caller } = this.#self;
    if (caller !== undefined && this.#log?.isFrom(caller) === true) return true;
    this.#peers.refuse("forged");
    return false;
  }

  status() {
    const { unreachable } = this.#peers;
    // Copied: what is sent is frozen.
    const dropped = { ...this.#peers.dropped };
    const counts = this.#tally.counts();
    const { size: waiting } = this.#commands;
    const { size: held } = this.#outbox;
    const { instance, member } = this.#order;
    const isDurable = this.#log !== undefined;
    const { isFinished } = this.#performer;
    return {
      instance,
      member,
      isDurable,
      isFinished,
      waiting,
      held,
      dropped,
      unreachable,
      ...counts,
    };
  }

  #step(event: Step<S>): void {
    this.#take(event);
    if (this.#own.length > 0) this.#runOwn();
  }

  #take(event: Step<S>): void {
    this.#tally.events += 1;
    for (const effect of this.#protocol.step(this.state, event)) {
      if (!this.#outbox.holds(effect)) this.#performer.perform(effect, event.at);
    }
    if (this.#outbox.size > HELD_MAX) {
      throw new ProtocolFailed(this.name, `more than ${HELD_MAX} effects wait for its journal`);
    }
  }

  #runOwn(): void {
    for (let count = 0; this.#own.length > 0; count += 1) {
      if (count === OWN_EVENTS_MAX) {
        throw new ProtocolFailed(this.name, "it sends to itself without an end");
      }
      this.#take(this.#own.shift() as Step<S>); // There is one.
    }
  }

  /** Speaks of what is durable now, and then tells the core. */
  #tell(upTo: number): void {
    const { said } = this.#performer;
    const at = this.#self.now();
    this.#outbox.release(upTo, (effect) => this.#performer.perform(effect, at));
    // Of what is durable: that does not count as said too early.
    this.#performer.said = said;
    this.#own.push({ type: "durable", at, upTo });
  }
}

function isView(epoch: unknown, members: unknown): members is readonly MemberId[] {
  if (!Number.isSafeInteger(epoch) || !Array.isArray(members)) return false;
  return members.length <= PEERS_MAX && members.every(isMemberId);
}
