/**
 * Behaviours: which function handles which message, and what is known of it ahead of its run.
 *
 * An actor has the behaviour of its `handlers` until `become` names another one. All behaviours of
 * a definition have the same handler numbers, those of its protocol, so a message means the same
 * whenever it is looked at; what a behaviour leaves out is UNKNOWN in it.
 */

// biome-ignore lint/complexity/noBannedTypes: what the runtime calls; the user's types end here.
export type AnyFunction = Function;

/** Handler bits. */
export const ASYNC = 1;
/** Its turns may overlap with others of the actor. */
export const CONCURRENT = 2;
/** Goes before ordinary messages if the sender asks for it. */
export const PRIORITY = 4;
/** There is no such handler in this behaviour. */
export const UNKNOWN = 8;

export interface Behaviour {
  /** Undefined for `handlers`, which an actor begins with. */
  readonly name: string | undefined;
  readonly handlers: readonly AnyFunction[];
  readonly bits: readonly number[];
  /** Its functions as written, for the definition's identity; empty where there is none. */
  readonly texts: readonly string[];
}

/** The parts of a definition that say how its handlers run. */
export interface HandlerOptions {
  readonly concurrent?: readonly string[] | undefined;
  readonly priority?: readonly string[] | undefined;
  /** Puts the schemas before the handlers that have one (schema.ts). */
  readonly wrap: (handlers: readonly AnyFunction[]) => readonly AnyFunction[];
}

type Handlers = Readonly<Record<string, unknown>>;

export function makeBehaviour(
  name: string | undefined,
  names: readonly string[],
  handlers: Handlers,
  { concurrent = [], priority = [], wrap }: HandlerOptions,
): Behaviour {
  const functions = names.map((handler) =>
    Object.hasOwn(handlers, handler) ? (handlers[handler] as AnyFunction) : missing,
  );
  const bits = names.map((handler, index) => {
    const call = functions[index];
    const how = call === missing ? UNKNOWN : isAsync(call) ? ASYNC : 0;
    return (
      how |
      (concurrent.includes(handler) ? CONCURRENT : 0) |
      (priority.includes(handler) ? PRIORITY : 0)
    );
  });
  const texts = functions.map((call) => (call === missing ? "" : String(call)));
  return Object.freeze({ name, handlers: wrap(functions), bits, texts });
}

/** Declared async, so that it can run under a token from its first line on. */
export function isAsync(call: AnyFunction | undefined): boolean {
  return call?.constructor.name === "AsyncFunction";
}

/** Stands where a behaviour has no handler; never called. */
function missing(): void {}
