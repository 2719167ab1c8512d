/**
 * Errors, taken apart and put together again.
 *
 *     class NotFound extends TypeError { code = 7 }
 *     new NotFound("no") ──►  base: TypeError, the nearest builtin class
 *                             hidden: { message: "no", stack: "…", name: "NotFound" }
 *                             fields: { code: 7 }      what is own and enumerable
 *
 * The name that arrives is what `name` says, or the name of the class if the class did not set one.
 * `message`, `stack`, `cause`, `code` and the errors of an AggregateError arrive also when they are
 * not enumerable, and name, message and code when they are inherited or computed.
 *
 * Left out: symbols and other hidden properties, which Node itself hangs on its errors.
 */

import { putAll, readQuietly } from "./property.ts";

interface Builtin {
  readonly name: string;
  readonly prototype: object;
  readonly make: () => Error;
}

/** The places in this list are in the bytes. */
const BUILTINS: readonly [Builtin, ...Builtin[]] = [
  { name: "Error", prototype: Error.prototype, make: () => new Error() },
  { name: "EvalError", prototype: EvalError.prototype, make: () => new EvalError() },
  { name: "RangeError", prototype: RangeError.prototype, make: () => new RangeError() },
  { name: "ReferenceError", prototype: ReferenceError.prototype, make: () => new ReferenceError() },
  { name: "SyntaxError", prototype: SyntaxError.prototype, make: () => new SyntaxError() },
  { name: "TypeError", prototype: TypeError.prototype, make: () => new TypeError() },
  { name: "URIError", prototype: URIError.prototype, make: () => new URIError() },
  {
    name: "AggregateError",
    prototype: AggregateError.prototype,
    make: () => new AggregateError([]),
  },
];

/** Classes above a user's error that are looked at; a longer chain is taken for an Error. */
const ANCESTORS_MAX = 64;

/** What travels although it is not enumerable. The last two are those of SuppressedError. */
const HIDDEN = new Set(["name", "message", "cause", "code", "errors", "error", "suppressed"]);

/** Named like this so that a fixed name can be set with a dot. */
type Fields = Record<string, unknown> & { stack?: unknown };

export interface ErrorParts {
  readonly base: number;
  readonly hidden: Fields;
  readonly fields: Fields;
}

function baseOf(error: object): number {
  let prototype: object | null = Object.getPrototypeOf(error);
  for (let above = 0; prototype !== null && above < ANCESTORS_MAX; above += 1) {
    const base = BUILTINS.findIndex((builtin) => builtin.prototype === prototype);
    if (base >= 0) return base;
    prototype = Object.getPrototypeOf(prototype);
  }
  // An error of another realm (node:vm): its classes are not ours, but their names are.
  const name = readQuietly(error, "name");
  return Math.max(
    0,
    BUILTINS.findIndex((builtin) => builtin.name === name),
  );
}

export function isBuiltinError(prototype: object): boolean {
  return BUILTINS.some((builtin) => builtin.prototype === prototype);
}

function nameOf(error: object, builtin: string): string {
  const name = readQuietly(error, "name");
  if (typeof name === "string" && name !== builtin) return name;
  const made = readQuietly(error, "constructor");
  return typeof made === "function" && made.name !== "" ? made.name : builtin;
}

/**
 * Runs code of the user where the error has getters, or the program an `Error.prepareStackTrace`.
 */
export function takeApart(error: object): ErrorParts {
  const fields: Fields = {};
  const hidden: Fields = {};
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(error))) {
    if (key === "stack") continue;
    if (property.enumerable) putAll(fields, { [key]: Reflect.get(error, key) }, true);
    else if (HIDDEN.has(key) && typeof property.value !== "function") hidden[key] = property.value;
  }
  const base = baseOf(error);
  const builtin = (BUILTINS[base] ?? BUILTINS[0]).name;
  const inherited = {
    name: nameOf(error, builtin),
    ...pick(error, "message"),
    ...pick(error, "code"),
  };
  for (const [key, value] of Object.entries(inherited)) {
    const usual = value === (key === "name" ? builtin : "");
    if (!usual && !Object.hasOwn(fields, key)) hidden[key] = value;
  }
  const stack = readQuietly(error, "stack");
  hidden.stack = typeof stack === "string" ? stack : undefined;
  return { base, hidden, fields };
}

/** Inherited or computed text or number. */
function pick(error: object, key: string): Fields {
  const value = readQuietly(error, key);
  return typeof value === "string" || typeof value === "number" ? { [key]: value } : {};
}

/** @throws TypeError if there is no such base. */
export function putTogether(base: number, hidden: object, fields: object): Error {
  const builtin = BUILTINS[base];
  if (builtin === undefined) throw new TypeError("known error class expected");
  const error = withoutStack(builtin.make);
  putAll(error, hidden, false);
  putAll(error, fields, true);
  return error;
}

/** Its stack would be that of this thread, slow to make, and thrown away at once. */
function withoutStack(make: () => Error): Error {
  const { stackTraceLimit } = Error;
  Reflect.set(Error, "stackTraceLimit", 0);
  try {
    return make();
  } finally {
    Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
  }
}
