/**
 * Spawning: where an actor is to live, its code found there, and the ref that comes back.
 *
 * On another thread it is a call to that thread, which imports the definition's module if it has
 * not yet, and answers when `init` has ended.
 */

import { type Cell, DEAD } from "./cell.ts";
import { type AbsentDefinition, type Blueprint, isAbsent, isBlueprint } from "./define.ts";
import {
  InvalidDefinition,
  InvalidOptions,
  ModuleNotLoaded,
  SystemStopped,
  ThreadUnavailable,
} from "./errors.ts";
import type { Host } from "./host.ts";
import type { Kind } from "./kind.ts";
import { descentOf } from "./lineage.ts";
import type { Birth } from "./lives.ts";
import {
  checkLabel,
  checkMailbox,
  checkName,
  checkShutdown,
  known,
  wholeNumber,
} from "./options.ts";
import { Orders } from "./orders.ts";
import { CORRUPT } from "./payload.ts";
import { OWN } from "./placing.ts";
import type { ActorRef } from "./ref.ts";
import { Request } from "./request.ts";
import { addSite, captureSite } from "./site.ts";
import { CheckedOptions, type SpawnOptions } from "./spawn-options.ts";
import type { Order, Terms } from "./terms.ts";
import { checkStall } from "./thread-options.ts";
import { copyThrown } from "./thrown.ts";
import type { AnyRef } from "./types.ts";

export const OPTIONS: readonly string[] = [
  "name",
  "label",
  "thread",
  "near",
  "apart",
  "mailbox",
  "link",
  "shutdown",
  "restarts",
  "inherit",
  "stallAfter",
];
const RESTARTS = { min: 0, max: 2 ** 31 - 1 };
const NO_OPTIONS: SpawnOptions = Object.freeze({});

export class Spawner {
  readonly orders: Orders;
  readonly #host: Host;
  /** Definitions that other threads have had actors of here. */
  readonly #kinds: Map<number, Kind> = new Map();
  /** Those that are born before the event loop goes on. */
  #births: { readonly kind: Kind; readonly order: Order; readonly request: Request }[] = [];
  #bearSoon: (() => void) | undefined;
  /** Set while the system stops: nothing is born any more. */
  closed = false;

  constructor(host: Host) {
    this.#host = host;
    this.orders = new Orders(host);
  }

  /** `by`: the actor whose `self.spawn` it is. */
  spawn(definition: unknown, args: unknown[], options: SpawnOptions, by?: Cell): Promise<ActorRef> {
    try {
      const host = this.#host;
      if (this.closed) throw new SystemStopped("spawn");
      const blueprint = checkDefinition(definition);
      if (isAbsent(blueprint)) {
        return host.modules.find(blueprint).then((found) => this.spawn(found, args, options, by));
      }
      if (!Array.isArray(args))
        throw new InvalidOptions("args", "an array, as init takes them", args);
      if (options !== NO_OPTIONS && !(options instanceof CheckedOptions)) checkOptions(options, by);
      const { inherit: left } = options;
      const inherit = left === undefined || left === false ? undefined : this.#heirless(left);
      const thread = inherit?.thread ?? host.placing.place(options);
      const to = { thread, inherit };
      const kind = host.phonebook.kind(blueprint, undefined);
      const spawned =
        kind instanceof Promise
          ? kind.then((published) => this.#spawnOn(to, published, args, options, by))
          : this.#spawnOn(to, kind, args, options, by);
      if (!host.settings.development) return spawned;
      const site = captureSite(this.spawn);
      return spawned.catch((error: unknown) => {
        addSite(error, site, `${blueprint.name} was spawned`);
        throw error;
      });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** A lost actor whose mailbox waits for somebody, or will. */
  #heirless(inherit: AnyRef): ActorRef | undefined {
    const ref = this.#host.own("inherit", inherit);
    return this.#host.survival.waits(ref) ? ref : undefined;
  }

  #spawnOn(
    { thread, inherit }: { thread: number; inherit: ActorRef | undefined },
    kind: Kind,
    args: unknown[],
    options: SpawnOptions,
    by: Cell | undefined,
  ): Promise<ActorRef> {
    // The system may have been stopped while the definition was published.
    if (this.closed) return Promise.reject(new SystemStopped("spawn"));
    if (by?.status === DEAD) return Promise.reject(this.#host.ended(by, "self.spawn"));
    const terms = termsOf(options, by);
    if (inherit !== undefined) terms.inherit = inherit;
    const order: Order = { terms, args };
    if (thread === OWN) return this.#onOwn(kind, order, options);
    this.#host.placing.checkNear(thread, options.near);
    if (thread !== this.#host.thread.index) return this.#there(thread, kind, order);
    this.#checkOpen();
    return this.#here(kind, order);
  }

  /** What cannot travel is found out before there is a thread for it. */
  async #onOwn(kind: Kind, order: Order, { thread }: SpawnOptions): Promise<ActorRef> {
    const { codec, settings, placing } = this.#host;
    const by = this.#by();
    if (kind.blueprint.survives !== undefined) {
      const allowed = `a worker thread for ${kind.blueprint.name}, whose mailboxes survive`;
      throw new InvalidOptions("thread", `${allowed}: nobody takes over for an own thread`, thread);
    }
    const args = codec.copy(order.args, "spawn.args") as unknown[];
    if (settings.development) codec.freeze(order.args);
    const index = await placing.start(thread).catch((error: unknown) => {
      this.#failed(error, kind, by);
      throw error;
    });
    // It may have been stopped meanwhile. The thread ends by itself if it gets no actor.
    if (this.closed) throw new SystemStopped("spawn");
    return this.#there(index, kind, { ...order, args }, by);
  }

  /** Who spawns, as the sender of a message; 0 is outside. */
  #by(): number {
    const { ambient } = this.#host;
    return (ambient.current ?? ambient.turn()?.cell)?.packed ?? 0;
  }

  #failed(error: unknown, kind: Kind, from: number): void {
    const call = `spawn of ${kind.blueprint.name}`;
    this.#host.failures.note(error, { call, from, site: undefined });
  }

  async #here(kind: Kind, { terms, args }: Order): Promise<ActorRef> {
    const { mailbox } = terms;
    const host = this.#host;
    const by = this.#by();
    const context = host.trace?.inject();
    const own =
      mailbox === undefined ? kind : host.phonebook.adopt(kind.blueprint, kind.id, mailbox);
    let given = args;
    if (host.settings.development && args.length > 0) {
      given = host.codec.copy(args, "spawn.args") as unknown[];
      host.codec.freeze(args);
    }
    const born = this.#born(birthOf(own, terms, given, context), terms.inherit, by);
    // Awaited before the pause, or what it rejects with would pass for unhandled meanwhile.
    const cell = born instanceof Promise ? await born : born;
    const pause = host.thread.scheduler.pause();
    if (pause !== undefined) await pause;
    return host.refOf(cell);
  }

  /** What `init` throws comes as a copy, as from another thread. */
  #born(birth: Birth, inherit: ActorRef | undefined, by: number): Cell | Promise<Cell> {
    try {
      const born = this.#begin(birth, inherit);
      return born instanceof Promise
        ? born.catch((error) => this.#stillborn(error, birth.kind, by))
        : born;
    } catch (error) {
      return this.#stillborn(error, birth.kind, by);
    }
  }

  #begin(birth: Birth, inherit: ActorRef | undefined): Cell | Promise<Cell> {
    const { lives, survival } = this.#host;
    if (inherit === undefined) return lives.spawn(birth);
    const left = survival.inherit(inherit);
    if (left !== undefined) return lives.reborn(left, birth);
    return survival.goesOn(inherit, birth.lineage?.parent) ?? lives.spawn(birth);
  }

  #stillborn(thrown: unknown, kind: Kind, by: number): never {
    const error = copyThrown(this.#host.codec, thrown);
    this.#failed(error, kind, by);
    throw error;
  }

  #there(thread: number, kind: Kind, order: Order, by = this.#by()): Promise<ActorRef> {
    const host = this.#host;
    return new Promise((resolve, reject) => {
      const request = new Request();
      request.arg = order;
      request.thread = thread;
      request.definition = kind.id;
      request.context = host.trace?.inject();
      request.reject = (error) => {
        this.#failed(error, kind, by);
        reject(error);
        this.orders.answered(thread);
      };
      request.resolve = (place) => {
        const [slot, incarnation] = Array.isArray(place) ? place : [];
        const numbers = Number.isInteger(slot) && Number.isInteger(incarnation);
        const ref = numbers ? host.phonebook.find(kind.id, slot, incarnation) : CORRUPT;
        if (ref === CORRUPT) reject(new ThreadUnavailable(thread));
        else resolve(ref);
        this.orders.answered(thread);
      };
      host.calls.enter(request);
      this.orders.send(thread, kind.id, request);
    });
  }

  /** Another thread wants an actor here. */
  ordered(definition: number, order: Order, request: Request): void {
    const { ownThread, turns } = this.#host;
    const kind = ownThread === undefined ? this.#kinds.get(definition) : undefined;
    if (kind === undefined) return this.#orderedFirst(definition, order, request);
    // Not while the lane is drained; but all that have come by then are born in one go.
    this.#births.push({ kind, order, request });
    if (this.#births.length > 1) return;
    this.#bearSoon ??= this.#host.thread.env.microtask(() => this.#bearAll());
    this.#bearSoon();
    turns.resumed = true;
  }

  #bearAll(): void {
    const births = this.#births;
    this.#births = [];
    for (const { kind, order, request } of births) {
      try {
        this.#checkOpen();
        const born = this.#bear(kind, order, request);
        if (born instanceof Promise) this.#answerLater(born, request);
        else this.#answer(born, request);
      } catch (error) {
        this.#host.answers.fail(request, error);
      }
    }
  }

  #bear(kind: Kind, { terms, args }: Order, { context }: Request): Cell | Promise<Cell> {
    const { phonebook } = this.#host;
    const { mailbox } = terms;
    const own = mailbox === undefined ? kind : phonebook.adopt(kind.blueprint, kind.id, mailbox);
    return this.#begin(birthOf(own, terms, args, context), terms.inherit);
  }

  #answer(cell: Cell, request: Request): void {
    this.#host.phonebook.tell(this.#host.refOf(cell));
    this.#host.answers.answer(request, [cell.slot, cell.incarnation]);
  }

  #answerLater(born: Promise<Cell>, request: Request): void {
    born.then(
      (cell) => this.#answer(cell, request),
      (error: unknown) => this.#host.answers.fail(request, error),
    );
  }

  /** One of a definition that this thread may have to load. */
  #orderedFirst(definition: number, order: Order, request: Request): void {
    const { ownThread } = this.#host;
    const born = this.#loaded(definition).then((kind) => this.#bear(kind, order, request));
    this.#answerLater(ownThread === undefined ? born : ownThread.during(born), request);
  }

  /** The same for an order that can be read, by `read`, only once the actor's module is there. */
  orderedLater(definition: number, request: Request, read: () => unknown): void {
    const { answers, modules, phonebook, ownThread } = this.#host;
    const facts = phonebook.facts(definition);
    const loaded = facts === undefined ? Promise.resolve() : modules.load(facts).then(() => {});
    (ownThread === undefined ? loaded : ownThread.during(loaded))
      .then(() => this.ordered(definition, read() as Order, request))
      .catch((error: unknown) => answers.fail(request, error));
  }

  async #loaded(definition: number): Promise<Kind> {
    const { phonebook, modules, thread } = this.#host;
    this.#checkOpen();
    const facts = phonebook.facts(definition);
    if (facts === undefined) {
      const advice = "No thread can have sent this: please report it";
      const problem = `definition ${definition} is not published`;
      throw new ModuleNotLoaded("?", thread.index, problem, { advice });
    }
    const blueprint = await modules.load(facts);
    this.#checkOpen();
    const kind = phonebook.adopt(blueprint, definition, undefined);
    this.#kinds.set(definition, kind);
    return kind;
  }

  /** @throws SystemStopped, or ThreadUnavailable where nobody is born any more */
  #checkOpen(): void {
    if (this.closed) throw new SystemStopped("spawn");
    const { ownThread, thread } = this.#host;
    if (ownThread?.closed) throw new ThreadUnavailable(thread.index);
  }
}

function termsOf(options: SpawnOptions, by: Cell | undefined): Terms {
  const { name, label, mailbox, shutdown, restarts, stallAfter, link } = options;
  // Only what there is: it travels.
  const terms: Terms = {};
  if (name !== undefined) terms.name = name;
  if (label !== undefined) terms.label = label;
  if (mailbox !== undefined) terms.mailbox = mailbox;
  if (shutdown !== undefined) terms.shutdown = shutdown;
  if (restarts !== undefined) terms.restarts = restarts;
  if (stallAfter !== undefined) terms.stallAfter = stallAfter;
  if (options.inherit === false) terms.temporary = true;
  if (by === undefined) return terms;
  terms.lineage = descentOf(by);
  if (link === true) terms.link = true;
  if (by.kind.blueprint.supervises) terms.supervised = true;
  return terms;
}

/** What an order says, on the thread of the actor to be. */
export function birthOf(
  kind: Kind,
  terms: Terms,
  args: readonly unknown[],
  context: string | undefined,
): Birth {
  const { name, label, lineage, link = false, shutdown, restarts = 0, stallAfter } = terms;
  const { supervised = false, temporary = false } = terms;
  // In one piece, not spread: all births have one shape.
  return {
    kind,
    args,
    name,
    label,
    context,
    lineage,
    link,
    shutdown,
    restarts,
    supervised,
    temporary,
    stallAfter,
  };
}

function checkDefinition(definition: unknown): Blueprint | AbsentDefinition {
  if (isBlueprint(definition) || isAbsent(definition)) return definition;
  throw new InvalidDefinition(String(definition), "pass what defineActor returned");
}

export function checkOptions(options: SpawnOptions, by?: Cell): void {
  known("spawn", options, OPTIONS);
  if (options.name !== undefined) checkName(options.name);
  checkLabel(options.label);
  const { link, shutdown, restarts, stallAfter } = options;
  if (stallAfter !== undefined) checkStall("stallAfter", stallAfter);
  if (shutdown !== undefined) checkShutdown("shutdown", shutdown);
  if (restarts !== undefined) wholeNumber("restarts", restarts, RESTARTS);
  if (link !== undefined && typeof link !== "boolean") {
    throw new InvalidOptions("link", "true or false", link);
  }
  if (link === true && by === undefined) {
    throw new InvalidOptions(
      "link",
      "for self.spawn: what is spawned from outside has no parent",
      link,
    );
  }
  if (options.mailbox !== undefined) checkMailbox("mailbox", options.mailbox);
}
