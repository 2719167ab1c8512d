/**
 * The address of one incarnation, through which it is sent to.
 *
 * Data path: **ref.cast.add(5)** (facade.ts) → cast, call (sending.ts).
 *
 * What a send within the thread reads stands first, so that it lies in one line of the cache.
 */

import { inspect } from "node:util";
import { formatAddress } from "./address.ts";
import type { Cell } from "./cell.ts";
import { InvalidOptions } from "./errors.ts";
import { CallFacade, CastFacade, UrgentFacade } from "./facade.ts";
import type { Held } from "./held.ts";
import { checkTimeout, known } from "./options.ts";
import type { Sending } from "./sending.ts";
import type { AnyRef, MessageOptions } from "./types.ts";

/** What every thread can know of a definition without loading its module. */
export interface Facts {
  readonly id: number;
  readonly url: string;
  readonly name: string;
  readonly hash: string;
  readonly handlers: readonly string[];
  /** See facade.ts. */
  readonly numbers: readonly number[];
  /** Where its code comes from, in development: see origin.ts. */
  readonly stamp: string | undefined;
  readonly rewritten: boolean | undefined;
}

export class ActorRef implements AnyRef {
  readonly sending: Sending;
  /** Its handlers' numbers, by number of their names (facade.ts). */
  readonly numbers: readonly number[];
  /** The actor itself, if it lives on this thread; undefined once it is dead. */
  cell: Cell | undefined;
  /** Messages from this thread that wait until the actor has room. */
  held: Held | undefined = undefined;
  readonly facts: Facts;
  readonly slot: number;
  readonly incarnation: number;
  /** The thread of this incarnation; actors do not move. */
  readonly thread: number;
  /** Its address has left in a message, a name or an answer, and may come back as one. */
  told = false;

  constructor(
    sending: Sending,
    facts: Facts,
    place: Pick<ActorRef, "slot" | "incarnation" | "thread" | "cell">,
  ) {
    this.sending = sending;
    this.numbers = facts.numbers;
    this.facts = facts;
    this.slot = place.slot;
    this.incarnation = place.incarnation;
    this.thread = place.thread;
    this.cell = place.cell;
  }

  /** It leads to an actor that may change (alias.ts). No field: most refs are none. */
  get alias(): boolean {
    return false;
  }

  /** Why it leads to nobody, where more than that is known. */
  get problem(): string | undefined {
    return undefined;
  }

  get cast(): never {
    return new CastFacade(this) as never;
  }

  get call(): never {
    return new CallFacade(this, NO_OPTIONS) as never;
  }

  with(options: MessageOptions): { cast: never; call: never } {
    const checked = checkMessageOptions(options);
    const cast = checked.priority === true ? (new UrgentFacade(this) as never) : this.cast;
    return { cast, call: new CallFacade(this, checked) as never };
  }

  ready(options: MessageOptions = NO_OPTIONS): Promise<void> {
    return this.sending.ready(this, checkMessageOptions(options));
  }

  toString(): string {
    return formatAddress(this.facts.name, this.slot, this.incarnation);
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

export class AliasRef extends ActorRef {
  override get alias(): boolean {
    return true;
  }
}

/** It leads to whoever has the name (named.ts). Without a slot, it is nobody's own address. */
export class NamedRef extends ActorRef {
  readonly name: string;
  /** Whom it led to last, while that one lives. */
  target: ActorRef | undefined = undefined;
  /** The target's handlers have the numbers that they have here. */
  sameHandlers = false;
  /** The id of its definition, if this thread knows one; else -1. */
  published: number;
  /** The definition of who has the name, if it is another one. */
  stranger: string | undefined;

  constructor(sending: Sending, facts: Facts, thread: number, name: string) {
    super(sending, facts, { slot: 0, incarnation: 0, thread, cell: undefined });
    this.name = name;
    this.published = facts.id;
  }

  override get alias(): boolean {
    return true;
  }

  override get problem(): string | undefined {
    return this.stranger === undefined ? undefined : `the name belongs to ${this.stranger}`;
  }

  override toString(): string {
    return `${this.facts.name}<${JSON.stringify(this.name)}>`;
  }
}

const NO_OPTIONS: MessageOptions = Object.freeze({});
const OPTIONS = ["timeout", "signal", "priority"];

function checkMessageOptions(options: MessageOptions): MessageOptions {
  known("with", options, OPTIONS);
  if (options.timeout !== undefined) checkTimeout("timeout", options.timeout);
  if (options.priority !== undefined && typeof options.priority !== "boolean") {
    throw new InvalidOptions("priority", "true or false", options.priority);
  }
  if (options.signal !== undefined && !(options.signal instanceof AbortSignal)) {
    throw new InvalidOptions("signal", "an AbortSignal", options.signal);
  }
  return options;
}
