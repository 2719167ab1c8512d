/**
 * The address of one incarnation, and the facade through which it is sent to.
 *
 * Data path: **ref.cast.add(5)** → mailbox (same thread, turns.ts) or encode (outgoing.ts).
 *
 * `cast` and `call` are objects without a prototype that hold one closure per handler, made at
 * first use from the names alone: no Proxy, no code generation, and `const { add } = ref.cast`
 * works.
 */

import { inspect } from "node:util";
import { formatAddress } from "./address.ts";
import type { Cell } from "./cell.ts";
import { InvalidOptions } from "./errors.ts";
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
  /** Where its code comes from, in development: see origin.ts. */
  readonly stamp?: string;
  readonly rewritten?: boolean;
}

export class ActorRef implements AnyRef {
  readonly sending: Sending;
  readonly facts: Facts;
  readonly slot: number;
  readonly incarnation: number;
  /** The thread of this incarnation; actors do not move. */
  readonly thread: number;
  /** The actor itself, if it lives on this thread; undefined once it is dead. */
  cell: Cell | undefined;
  /** Its address has left in a message, a name or an answer, and may come back as one. */
  told = false;
  /** Messages from this thread that wait until the actor has room. */
  held: Held | undefined = undefined;
  #cast: Facade | undefined = undefined;
  #call: Facade | undefined = undefined;

  constructor(
    sending: Sending,
    facts: Facts,
    place: { slot: number; incarnation: number; thread: number; cell: Cell | undefined },
  ) {
    this.sending = sending;
    this.facts = facts;
    this.slot = place.slot;
    this.incarnation = place.incarnation;
    this.thread = place.thread;
    this.cell = place.cell;
  }

  get cast(): never {
    this.#cast ??= castFacade(this);
    return this.#cast as never;
  }

  get call(): never {
    this.#call ??= callFacade(this, NO_OPTIONS);
    return this.#call as never;
  }

  with(options: MessageOptions): { cast: never; call: never } {
    const checked = checkMessageOptions(options);
    const cast = checked.priority === true ? (urgentFacade(this) as never) : this.cast;
    return { cast, call: callFacade(this, checked) as never };
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

/**
 * Inherits from an empty object without a prototype, so that no handler's name can meet one of
 * Object's. An object that has no prototype itself is a hash table of several times the size.
 */
class Facade {
  [handler: string]: (...args: never[]) => unknown;
}
Object.setPrototypeOf(Facade.prototype, null);
Reflect.deleteProperty(Facade.prototype, "constructor");

function castFacade(ref: ActorRef): Facade {
  const facade = new Facade();
  const { handlers } = ref.facts;
  for (let handler = 0; handler < handlers.length; handler += 1) {
    facade[handlers[handler] ?? ""] = function cast(first?: unknown, second?: unknown): boolean {
      // biome-ignore lint/complexity/noArguments: a rest parameter would allocate each time.
      const count = arguments.length;
      if (count <= 1) return ref.sending.cast(ref, handler, count, first);
      const list = [first, second];
      // biome-ignore lint/complexity/noArguments: Array.from is eight times the whole message.
      for (let index = 2; index < count; index += 1) list.push(arguments[index]);
      return ref.sending.cast(ref, handler, count, list);
    };
  }
  return facade;
}

/** Casts with priority, made for each `with`, since few need them. */
function urgentFacade(ref: ActorRef): Facade {
  const facade = new Facade();
  const { handlers } = ref.facts;
  for (let handler = 0; handler < handlers.length; handler += 1) {
    facade[handlers[handler] ?? ""] = (...args: unknown[]): boolean =>
      ref.sending.cast(ref, handler, args.length, args.length > 1 ? args : args[0], true);
  }
  return facade;
}

function callFacade(ref: ActorRef, options: MessageOptions): Facade {
  const facade = new Facade();
  const { handlers } = ref.facts;
  for (let handler = 0; handler < handlers.length; handler += 1) {
    facade[handlers[handler] ?? ""] = function call(
      first?: unknown,
      second?: unknown,
    ): Promise<unknown> {
      // biome-ignore lint/complexity/noArguments: a rest parameter would allocate each time.
      const count = arguments.length;
      if (count <= 1) return ref.sending.call(ref, handler, count, first, options);
      const list = [first, second];
      // biome-ignore lint/complexity/noArguments: Array.from is eight times the whole message.
      for (let index = 2; index < count; index += 1) list.push(arguments[index]);
      return ref.sending.call(ref, handler, count, list, options);
    };
  }
  return facade;
}
