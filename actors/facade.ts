/**
 * What `ref.cast` and `ref.call` are: an accessor for each handler's name, which makes the function
 * that sends.
 *
 *     ref.cast.add(5)   →  new CastFacade(ref)  →  get add: castTo.bind(ref, 2)  →  castTo
 *
 * Facade and function are made at each use and not kept. Compiled code leaves both out, so a send
 * to one of a million actors reads the ref, then the cell, and nothing in between; kept ones would
 * be four objects more on the way, each of them a cache miss. It must be `bind`: a closure or a
 * method would be a frame of its own, and V8 keeps the function and the receiver of every frame
 * that calls.
 *
 * All facades inherit from one object, which has the names of all definitions of the process: so a
 * place in a program that sends to many kinds of actors sees one shape. A name that only other
 * definitions have is undefined. Nothing else is inherited, so no handler's name can meet one of
 * Object's.
 *
 *     names     "add" → 0, "take" → 1, "stop" → 2      in the order in which they were first met
 *     numbers   of a definition { take, add }: [1, 0]  name → handler, NONE where it has none
 */

import type { ActorRef } from "./ref.ts";
import type { MessageOptions } from "./types.ts";

/** Only grows, like the registry of definitions: what bounds that bounds this. */
const names = new Map<string, number>();

const NONE = -1;

/** The numbers of a definition's handlers, by number of the name. */
export function numbersOf(handlers: readonly string[]): readonly number[] {
  meet(handlers);
  const numbers: number[] = [];
  for (const [handler, name] of handlers.entries()) {
    const number = names.get(name) as number; // Met above.
    while (numbers.length <= number) numbers.push(NONE);
    numbers[number] = handler;
  }
  return numbers;
}

/**
 * Gives the facades accessors for these names. A new one costs compiled code that sends its
 * assumptions, so names are met when a definition is made, and not at its first use.
 */
export function meet(handlers: readonly string[]): void {
  for (const name of handlers) {
    if (names.has(name)) continue;
    const number = names.size;
    names.set(name, number);
    for (const facade of [CastFacade, UrgentFacade, CallFacade]) {
      Object.defineProperty(facade.prototype, name, { get: facade.sender(number) });
    }
  }
}

export class CastFacade {
  readonly #ref: ActorRef;

  constructor(ref: ActorRef) {
    this.#ref = ref;
  }

  static sender(name: number): (this: CastFacade) => unknown {
    return function () {
      // Undefined, which is not greater than NONE either, for a name that was met later.
      const handler = this.#ref.numbers[name] as number;
      return handler > NONE ? castTo.bind(this.#ref, handler) : missing();
    };
  }
}

/** Casts with priority. */
export class UrgentFacade {
  readonly #ref: ActorRef;

  constructor(ref: ActorRef) {
    this.#ref = ref;
  }

  static sender(name: number): (this: UrgentFacade) => unknown {
    return function () {
      const handler = this.#ref.numbers[name] as number;
      return handler > NONE ? urgentTo.bind(this.#ref, handler) : missing();
    };
  }
}

export class CallFacade {
  readonly #ref: ActorRef;
  readonly #options: MessageOptions;

  constructor(ref: ActorRef, options: MessageOptions) {
    this.#ref = ref;
    this.#options = options;
  }

  static sender(name: number): (this: CallFacade) => unknown {
    return function () {
      const handler = this.#ref.numbers[name] as number;
      return handler > NONE ? callTo.bind(this.#ref, this.#options, handler) : missing();
    };
  }
}

for (const { prototype } of [CastFacade, UrgentFacade, CallFacade]) {
  Object.setPrototypeOf(prototype, null);
  Reflect.deleteProperty(prototype, "constructor");
}

/** A call, since compiled code leaves out what never came: then it knows the function made. */
const missing = (): undefined => undefined;

/** Constants and not declarations, since compiled code takes a declaration for a variable. */
const castTo = function (
  this: ActorRef,
  handler: number,
  first?: unknown,
  second?: unknown,
): boolean {
  // biome-ignore lint/complexity/noArguments: a rest parameter would allocate each time.
  const count = arguments.length - 1;
  if (count <= 1) return this.sending.cast(this, handler, count, first);
  const list = new Array<unknown>(count);
  list[0] = first;
  list[1] = second;
  // biome-ignore lint/complexity/noArguments: Array.from is eight times the whole message.
  for (let index = 2; index < count; index += 1) list[index] = arguments[index + 1];
  return this.sending.cast(this, handler, count, list);
};

const urgentTo = function (this: ActorRef, handler: number, ...args: unknown[]): boolean {
  const { length } = args;
  return this.sending.cast(this, handler, length, length > 1 ? args : args[0], true);
};

const callTo = function (
  this: ActorRef,
  options: MessageOptions,
  handler: number,
  first?: unknown,
  second?: unknown,
): Promise<unknown> {
  // biome-ignore lint/complexity/noArguments: a rest parameter would allocate each time.
  const count = arguments.length - 2;
  if (count <= 1) return this.sending.call(this, handler, count, first, options);
  const list = new Array<unknown>(count);
  list[0] = first;
  list[1] = second;
  // biome-ignore lint/complexity/noArguments: Array.from is eight times the whole message.
  for (let index = 2; index < count; index += 1) list[index] = arguments[index + 2];
  return this.sending.call(this, handler, count, list, options);
};
