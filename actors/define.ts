/**
 * Definitions of actors, and the registry that finds one by (url, name).
 *
 * Importing a module registers its definitions; there is no export to look up, so a thread needs
 * only the URL. The registry is the one state at module level: a definition exists once per
 * JavaScript thread, like the module that makes it.
 */

import { InvalidDefinition } from "./errors.ts";
import type { ExitReason } from "./exit.ts";
import { checkMailbox } from "./options.ts";
import { type InputsOf, schemasText, withSchemas } from "./schema.ts";
import type { AnySchemas, Definition, MailboxOptions, NoSchemas, Spec } from "./types.ts";

// biome-ignore lint/complexity/noBannedTypes: what the runtime calls; the user's types end here.
export type AnyFunction = Function;

/** Handler bits. */
export const ASYNC = 1;
export const CONCURRENT = 2;

/** A definition as the runtime sees it. */
export interface Blueprint extends Definition<unknown[], unknown> {
  readonly init: AnyFunction;
  readonly names: readonly string[];
  readonly handlers: readonly AnyFunction[];
  readonly bits: readonly number[];
  readonly terminate: ((self: unknown, reason: ExitReason) => unknown) | undefined;
  readonly mailbox: MailboxOptions | undefined;
  /** Differs when the code differs, so that two versions of a module are two definitions. */
  readonly hash: string;
}

/** A spec whose types have been checked by the compiler already. */
type AnySpec = Spec<never, unknown, Record<string, unknown>, AnySchemas>;

const HANDLERS_MAX = 256;
const FORBIDDEN = ["then", "constructor", "prototype", "__proto__"];
const SPEC_KEYS = ["init", "handlers", "terminate", "concurrent", "mailbox", "schemas"];

const registry = new Map<string, Blueprint>();

/**
 * Defines an actor and registers it under (url, name).
 *
 * @param url `import.meta.url` of the module that calls this: every thread imports it.
 * @throws InvalidDefinition (ERR_INVALID_DEFINITION) for a pair defined twice, forbidden or unknown
 *   names, and wrong shapes.
 */
export function defineActor<
  Args extends unknown[],
  State,
  Handlers extends Record<string, unknown>,
  const Schemas extends AnySchemas = NoSchemas,
>(
  url: string,
  name: string,
  spec: Spec<Args, State, Handlers, Schemas>,
): Definition<
  Args,
  // Written out, so that declarations show plain signatures and not the state's type.
  {
    [Name in keyof Handlers]: Handlers[Name] extends (
      self: never,
      ...args: infer Rest
    ) => infer Result
      ? (...args: InputsOf<Schemas, Name, Rest>) => Result
      : never;
  }
> {
  const blueprint = blueprintOf(url, name, spec as unknown as AnySpec);
  const key = identity(url, name);
  if (registry.has(key)) {
    throw new InvalidDefinition(`${name} in ${url}`, "this (url, name) is defined already");
  }
  registry.set(key, blueprint);
  return blueprint as never;
}

export function findDefinition(url: string, name: string): Blueprint | undefined {
  return registry.get(identity(url, name));
}

/** For bundles, where all modules have one URL: the only definition of this name. */
export function findByName(name: string): Blueprint | undefined {
  for (const blueprint of registry.values()) if (blueprint.name === name) return blueprint;
  return undefined;
}

export function isBlueprint(value: unknown): value is Blueprint {
  return typeof value === "object" && value !== null && "hash" in value && "bits" in value;
}

function identity(url: string, name: string): string {
  return `${name} ${url}`;
}

function blueprintOf(url: string, name: string, spec: AnySpec): Blueprint {
  const where = `${String(name)} in ${String(url)}`;
  const fail = (problem: string): never => {
    throw new InvalidDefinition(where, problem);
  };
  if (typeof url !== "string" || !URL.canParse(url))
    fail("the first argument must be import.meta.url");
  if (typeof name !== "string" || !/^[\w$.-]{1,100}$/.test(name)) {
    fail("its name must be 1 to 100 letters, digits, _ $ . or -");
  }
  if (typeof spec !== "object" || spec === null) fail("it needs { init, handlers }");
  for (const key of Object.keys(spec)) {
    if (!SPEC_KEYS.includes(key)) fail(`unknown key ${key}; known are ${SPEC_KEYS.join(", ")}`);
  }
  if (typeof spec.init !== "function") fail("init must be a function");
  if (typeof spec.handlers !== "object" || spec.handlers === null)
    fail("handlers must be an object");
  const names = Object.keys(spec.handlers);
  if (names.length > HANDLERS_MAX) fail(`more than ${HANDLERS_MAX} handlers`);
  for (const handler of names) checkHandler(handler, spec.handlers[handler], fail);
  if (spec.concurrent !== undefined && !Array.isArray(spec.concurrent)) {
    fail("concurrent must be a list of handlers");
  }
  for (const handler of spec.concurrent ?? []) {
    if (!names.includes(handler)) fail(`concurrent names ${handler}, which is not a handler`);
  }
  if (spec.terminate !== undefined && typeof spec.terminate !== "function") {
    fail("terminate must be a function");
  }
  if (spec.mailbox !== undefined) checkMailbox(`mailbox of ${name}`, spec.mailbox);
  const handlers = names.map((handler) => spec.handlers[handler] as AnyFunction);
  return Object.freeze({
    url,
    name,
    init: spec.init,
    names,
    handlers: withSchemas(names, handlers, spec.schemas, fail),
    bits: names.map((handler, index) =>
      bitsOf(handlers[index], spec.concurrent?.includes(handler)),
    ),
    terminate: spec.terminate as Blueprint["terminate"],
    mailbox: spec.mailbox,
    hash: hashOf([
      String(spec.init),
      String(spec.terminate),
      JSON.stringify([spec.mailbox, spec.concurrent]),
      schemasText(spec.schemas),
      ...names,
      ...handlers.map(String),
    ]),
  });
}

function checkHandler(name: string, handler: unknown, fail: (problem: string) => never): void {
  if (FORBIDDEN.includes(name)) fail(`a handler must not be called ${name}`);
  if (typeof handler !== "function") fail(`the handler ${name} must be a function`);
}

function bitsOf(handler: AnyFunction | undefined, concurrent: boolean | undefined): number {
  const isAsync = handler?.constructor.name === "AsyncFunction" ? ASYNC : 0;
  return isAsync | (concurrent === true ? CONCURRENT : 0);
}

/** FNV-1a, 32 bits. */
function hashOf(texts: readonly string[]): string {
  let hash = 0x811c9dc5;
  for (const text of texts) {
    for (let index = 0; index < text.length; index += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    }
    hash = Math.imul(hash ^ 0xff, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
