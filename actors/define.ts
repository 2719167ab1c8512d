/**
 * Definitions of actors, and the registry that finds one by (url, name).
 *
 * Importing a module registers its definitions; there is no export to look up, so a thread needs
 * only the URL. The registry is the one state at module level: a definition exists once per
 * JavaScript thread, like the module that makes it.
 */

import { addExtension } from "../runtime/codec/extension.ts";
import { FNV_START, fnv1a, fnv1aEnd } from "../runtime/hash.ts";
import { type AnyFunction, type Behaviour, isAsync, makeBehaviour } from "./behaviour.ts";
import { InvalidDefinition } from "./errors.ts";
import type { ExitReason } from "./exit.ts";
import { meet } from "./facade.ts";
import { checkMailbox, checkShutdown, checkTimeout, RESTART_TYPES } from "./options.ts";
import { stampOf } from "./origin.ts";
import { type InputsOf, schemasText, withSchemas } from "./schema.ts";
import { type Survives, survivesOf } from "./survives.ts";
import { checkStall } from "./thread-options.ts";
import type {
  AnySchemas,
  Definition,
  MailboxOptions,
  NoSchemas,
  Redact,
  RestartType,
  ShutdownTime,
  Spec,
} from "./types.ts";

/** A definition as the runtime sees it. */
export interface Blueprint extends Definition<unknown[], unknown>, Supervised {
  readonly init: AnyFunction;
  readonly isInitAsync: boolean;
  readonly names: readonly string[];
  /** The first is what an actor begins with. */
  readonly behaviours: readonly [Behaviour, ...Behaviour[]];
  readonly terminate: ((self: unknown, reason: ExitReason) => unknown) | undefined;
  readonly unknown: AnyFunction | undefined;
  readonly continue: AnyFunction | undefined;
  readonly idle: AnyFunction | undefined;
  readonly down: AnyFunction | undefined;
  readonly exit: AnyFunction | undefined;
  readonly trapExit: boolean;
  readonly redact: Redact<unknown> | undefined;
  /** Milliseconds without a message until `idle` runs. */
  readonly idleMs: number | undefined;
  readonly stashMax: number;
  /** Undefined: its mailboxes end with their thread. */
  readonly survives: Survives | undefined;
  readonly stallAfter: number | undefined;
  readonly mailbox: MailboxOptions | undefined;
  /** Differs when the code differs, so that two versions of a module are two definitions. */
  readonly hash: string;
  /** The version of the file it was defined in, if it is a file. */
  readonly stamp: string | undefined;
}

/** A spec whose types have been checked by the compiler already. */
type AnySpec = Spec<never, unknown, Record<string, unknown>, AnySchemas>;

export const HANDLERS_MAX = 256;
const FORBIDDEN = ["then", "constructor", "prototype", "__proto__"];
const SPEC_KEYS = [
  "init",
  "handlers",
  "behaviours",
  "unknown",
  "continue",
  "idle",
  "idleAfter",
  "terminate",
  "redact",
  "concurrent",
  "priority",
  "stashMax",
  "mailbox",
  "schemas",
  "down",
  "exit",
  "trapExit",
  "restart",
  "shutdown",
  "survives",
  "idempotent",
  "stallAfter",
];
const CALLBACKS = ["unknown", "continue", "idle", "down", "exit", "terminate"] as const;
const BEHAVIOURS_MAX = 64;
/** Whoever answers this is a supervisor, however it does that. */
const SUPERVISING = "whichChildren";
const STASH_MAX_DEFAULT = 1024;
const STASH_MAX_LIMIT = 65_536;

const registry = new Map<string, Blueprint>();

/**
 * Defines an actor and registers it under (url, name).
 *
 * @param url `import.meta.url` of the module that calls this: every thread imports it.
 * @throws InvalidDefinition (ERR_INVALID_DEFINITION) for a pair defined twice, forbidden or unknown
 *   names, and wrong shapes; InvalidOptions (ERR_INVALID_OPTIONS) for what `idleAfter`, `mailbox`
 *   and `stallAfter` cannot be.
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
  const { home, copy } = homeOfModule(url);
  const blueprint = blueprintOf(home, name, spec as unknown as AnySpec);
  const key = identity(home, name, copy);
  if (registry.has(key)) {
    throw new InvalidDefinition(`${name} in ${url}`, "this (url, name) is defined already");
  }
  registry.set(key, blueprint);
  meet(blueprint.names);
  return blueprint as never;
}

/** @param copy of the module, where threads have copies of their own in one JavaScript thread */
export function findDefinition(url: string, name: string, copy = ""): Blueprint | undefined {
  return registry.get(identity(url, name, copy));
}

/** For bundles, where the name alone counts: the bundle's own if it has one of this URL. */
export function findByName(name: string, bundle: string): Blueprint | undefined {
  return findDefinition(bundle, name) ?? definitions().find((one) => one.name === name);
}

/** All that have been registered on this JavaScript thread. */
export function definitions(): Blueprint[] {
  return [...registry.values()];
}

export function isBlueprint(value: unknown): value is Blueprint {
  return typeof value === "object" && value !== null && "hash" in value && "behaviours" in value;
}

/** A definition that came in a message, and whose module this thread has not loaded. */
export interface AbsentDefinition extends Definition<unknown[], unknown>, Supervised {
  readonly absent: true;
}

/** What a supervisor wants to know of a definition before its module is loaded. */
export interface Supervised {
  /** Undefined: as whoever supervises it thinks best. */
  readonly restart: RestartType | undefined;
  readonly shutdown: ShutdownTime | undefined;
  /** It is a supervisor itself. */
  readonly supervises: boolean;
}

export function isAbsent(value: unknown): value is AbsentDefinition {
  return typeof value === "object" && value !== null && "absent" in value && !isBlueprint(value);
}

/** Of all definitions. They travel by url and name; whoever spawns one loads its module. */
const PROTOTYPE: object = {};
addExtension({
  name: "sabeam.Definition",
  prototype: PROTOTYPE,
  encode: (definition) => {
    const { url, name, restart, shutdown, supervises } = definition as AbsentDefinition;
    return [url, name, restart, shutdown, supervises];
  },
  decode: (plain) => {
    const [url, name, restart, shutdown, supervises] = plain as [string, string, ...unknown[]];
    const known = findDefinition(url, name);
    if (known !== undefined) return known;
    const absent = { url, name, restart, shutdown, supervises, absent: true };
    return Object.assign(Object.create(PROTOTYPE) as object, absent);
  },
});

function identity(url: string, name: string, copy = ""): string {
  return `${name} ${url} ${copy}`;
}

/** In the address of a module that is loaded once more, for a thread of its own (a simulation). */
const COPY = "sabeam-copy";

/** The address under which this copy of a module is loaded. */
export function addressOfCopy(url: string, copy: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}${COPY}=${copy}`;
}

/** Whose copy a module is that names itself so; "" if it is none. */
function homeOfModule(url: string): { home: string; copy: string } {
  const at = typeof url === "string" ? url.lastIndexOf(`${COPY}=`) : -1;
  if (at < 0) return { home: url, copy: "" };
  return { home: url.slice(0, at - 1), copy: url.slice(at + COPY.length + 1) };
}

function blueprintOf(url: string, name: string, spec: AnySpec): Blueprint {
  const where = `${String(name)} in ${String(url)}`;
  const fail: Fail = (problem) => {
    throw new InvalidDefinition(where, problem);
  };
  checkShape(url, name, spec, fail);
  const names = Object.keys(spec.handlers);
  if (names.length > HANDLERS_MAX) fail(`more than ${HANDLERS_MAX} handlers`);
  for (const handler of names) checkHandler(handler, spec.handlers[handler], fail);
  checkList("concurrent", spec.concurrent, names, fail);
  checkList("priority", spec.priority, names, fail);
  checkList("idempotent", spec.idempotent, names, fail);
  checkCallbacks(name, spec, fail);
  const stashMax = checkBounds(name, spec, fail);
  const { trapExit = false, restart, shutdown, redact } = spec;
  checkSupervised(name, spec, fail);
  const behaviours = behavioursOf(spec, names, fail);
  const blueprint: Blueprint = {
    url,
    name,
    init: spec.init,
    isInitAsync: isAsync(spec.init),
    names,
    behaviours,
    terminate: spec.terminate as Blueprint["terminate"],
    unknown: spec.unknown,
    continue: spec.continue,
    idle: spec.idle,
    down: spec.down,
    exit: spec.exit,
    trapExit,
    restart,
    shutdown,
    supervises: names.includes(SUPERVISING),
    redact,
    idleMs: spec.idleAfter,
    stashMax,
    survives: survivesOf(spec, names, fail),
    stallAfter: spec.stallAfter,
    mailbox: spec.mailbox,
    hash: hashOf([
      String(spec.init),
      ...CALLBACKS.map((callback) => String(spec[callback])),
      schemasText(spec.schemas),
      optionsText(spec, stashMax),
      ...names,
      ...behaviours.flatMap(({ name, texts }) => [name ?? "", ...texts]),
    ]),
    stamp: stampOf(url),
  };
  return Object.freeze(Object.assign(Object.create(PROTOTYPE) as object, blueprint));
}

type Fail = (problem: string) => never;

function checkShape(url: string, name: string, spec: AnySpec, fail: Fail): void {
  if (typeof url !== "string" || !URL.canParse(url)) {
    fail(
      "the first argument must be import.meta.url (which a bundle in CommonJS format does not " +
        "have: build ES modules)",
    );
  }
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
}

/** Returns its `stashMax`. */
function checkBounds(name: string, spec: AnySpec, fail: Fail): number {
  const { stashMax = STASH_MAX_DEFAULT, mailbox, stallAfter } = spec;
  if (!Number.isInteger(stashMax) || stashMax < 1 || stashMax > STASH_MAX_LIMIT) {
    fail(`stashMax must be a whole number from 1 to ${STASH_MAX_LIMIT}`);
  }
  if (mailbox !== undefined) checkMailbox(`mailbox of ${name}`, mailbox);
  if (stallAfter !== undefined) checkStall(`stallAfter of ${name}`, stallAfter);
  return stashMax;
}

function checkCallbacks(name: string, spec: AnySpec, fail: Fail): void {
  for (const callback of CALLBACKS) {
    if (spec[callback] !== undefined && typeof spec[callback] !== "function") {
      fail(`${callback} must be a function`);
    }
  }
  if (spec.idleAfter === undefined) return;
  if (spec.idle === undefined) fail("idleAfter is for definitions with idle(self)");
  checkTimeout(`idleAfter of ${name}`, spec.idleAfter);
}

function checkSupervised(name: string, spec: AnySpec, fail: Fail): void {
  const { trapExit, restart, shutdown, redact } = spec;
  if (trapExit !== undefined && typeof trapExit !== "boolean") fail("trapExit must be a boolean");
  if (restart !== undefined && !RESTART_TYPES.includes(restart)) {
    fail(`restart must be one of ${RESTART_TYPES.join(", ")}`);
  }
  if (shutdown !== undefined) checkShutdown(`shutdown of ${name}`, shutdown);
  if (redact !== undefined && redact !== true && typeof redact !== "function") {
    fail("redact must be true, or a function of the state that returns what may be shown");
  }
}

/** What a definition says besides its code, for its identity. */
function optionsText(spec: AnySpec, stashMax: number): string {
  const { mailbox, concurrent, priority, idleAfter, trapExit, restart, shutdown, redact } = spec;
  const numbers = [mailbox, concurrent, priority, idleAfter, stashMax, trapExit, restart, shutdown];
  const { survives, idempotent, stallAfter } = spec;
  const more = [survives, idempotent, String(redact), String(stallAfter)];
  return JSON.stringify([...numbers, ...more]);
}

function checkList(
  key: string,
  list: readonly string[] | undefined,
  names: readonly string[],
  fail: Fail,
): void {
  if (list !== undefined && !Array.isArray(list)) fail(`${key} must be a list of handlers`);
  for (const handler of list ?? []) {
    if (!names.includes(handler)) fail(`${key} names ${handler}, which is not a handler`);
  }
}

/** The handlers as the behaviour that an actor begins with, then those that it can become. */
function behavioursOf(spec: AnySpec, names: string[], fail: Fail): [Behaviour, ...Behaviour[]] {
  const { concurrent, priority, schemas } = spec;
  const wrap = (handlers: readonly AnyFunction[]): readonly AnyFunction[] =>
    withSchemas(names, handlers, schemas, fail);
  const options = { concurrent, priority, wrap };
  const more: unknown = spec.behaviours ?? {};
  if (typeof more !== "object" || more === null) return fail("behaviours must be an object");
  const entries = Object.entries(more as Record<string, unknown>);
  if (entries.length > BEHAVIOURS_MAX) fail(`more than ${BEHAVIOURS_MAX} behaviours`);
  for (const [name, handlers] of entries) {
    if (typeof handlers !== "object" || handlers === null) {
      fail(`the behaviour ${name} must be an object of handlers`);
    }
    for (const [handler, call] of Object.entries(handlers as object)) {
      if (!names.includes(handler)) {
        fail(`the behaviour ${name} has ${handler}, which is not in handlers: add it there`);
      }
      checkHandler(handler, call, fail);
    }
  }
  return [
    makeBehaviour(undefined, names, spec.handlers, options),
    ...entries.map(([name, handlers]) =>
      makeBehaviour(name, names, handlers as object as never, options),
    ),
  ];
}

/** Whether a handler can be called that; asked of names from messages. */
export function isHandlerName(name: unknown): boolean {
  return typeof name === "string" && !FORBIDDEN.includes(name);
}

function checkHandler(name: string, handler: unknown, fail: Fail): void {
  if (FORBIDDEN.includes(name)) fail(`a handler must not be called ${name}`);
  if (typeof handler !== "function") fail(`the handler ${name} must be a function`);
}

function hashOf(texts: readonly string[]): string {
  const hash = texts.reduce((from, text) => fnv1aEnd(fnv1a(text, from)), FNV_START);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
