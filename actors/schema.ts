/**
 * Schemas for the arguments of handlers: what a message must look like to be handled.
 *
 *     handler ──withSchemas──► validate each argument ──► handler(self, ...what the schemas gave)
 *                                       └── issues: throws Unfit, and turns.ts settles the message
 *
 * Any library that implements Standard Schema will do (zod, valibot, …); of its interface only what
 * is used here is declared. A handler is wrapped once, where it is defined, so one without a schema
 * costs nothing.
 *
 * Left out: schemas that answer with a promise, since a message must be accepted or refused before
 * the next one has its turn.
 *
 * @source https://standardschema.dev, version 1.
 */

import { formatPath, type Step } from "../runtime/codec/path.ts";
import { summarise } from "../runtime/errors.ts";
import type { AnyFunction } from "./behaviour.ts";
import { InvalidMessage, type MessageIssue } from "./errors.ts";
import { isThenable } from "./thenable.ts";

/** A schema of any library. `Input` is what may be sent, `Output` what the handler gets. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly validate: (value: unknown) => Validated<Output> | Promise<Validated<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

type Validated<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly unknown[] };

/** For one handler: the schema of its first argument, or a list with one for each. */
export type HandlerSchemas = StandardSchema | readonly StandardSchema[];

/** What the handler gets from its schemas. */
export type OutputsOf<Given> = Given extends readonly unknown[]
  ? { -readonly [Index in keyof Given]: OutputOf<Given[Index]> }
  : [OutputOf<Given>];
type OutputOf<Schema> = Schema extends StandardSchema<unknown, infer Output> ? Output : never;

/** What may be sent to the handler `Name`: the inputs of its schemas, then its own arguments. */
export type InputsOf<Schemas, Name, Args extends unknown[]> = Name extends keyof Schemas
  ? Schemas[Name] extends readonly unknown[]
    ? Inputs<Schemas[Name], Args>
    : Inputs<readonly [Schemas[Name]], Args>
  : Args;
type Inputs<Given extends readonly unknown[], Args extends unknown[]> = {
  [Index in keyof Args]: Index extends keyof Given ? InputOf<Given[Index]> : Args[Index];
};
type InputOf<Schema> = Schema extends StandardSchema<infer Input, unknown> ? Input : never;

/** Arguments of one handler that can have a schema. */
const SCHEMAS_PER_HANDLER_MAX = 32;

/** Issues that an InvalidMessage carries; `omitted` counts the others. */
export const ISSUES_MAX = 16;

/** Longer texts of issues, which may quote the message, are cut. */
const ISSUE_CHARS_MAX = 200;

/** Longer paths are cut. */
const PATH_STEPS_MAX = 32;

/**
 * Thrown in place of a handler's run: no part of the message has been handled. Only the wrapper
 * throws it; what a caller gets is an InvalidMessage, so one that was passed on is told apart.
 */
export class Unfit extends InvalidMessage {}

/**
 * The handlers, those with a schema wrapped.
 *
 * @param fail throws; is told what is wrong with `schemas`.
 */
export function withSchemas(
  names: readonly string[],
  handlers: readonly AnyFunction[],
  schemas: unknown,
  fail: (problem: string) => never,
): readonly AnyFunction[] {
  if (schemas === undefined) return handlers;
  if (typeof schemas !== "object" || schemas === null) return fail("schemas must be an object");
  for (const name of Object.keys(schemas)) {
    if (!names.includes(name)) fail(`schemas names ${name}, which is not a handler`);
  }
  return handlers.map((handler, index) => {
    const name = names[index] as string; // As long as `handlers`.
    const given: unknown = Object.hasOwn(schemas, name) ? Reflect.get(schemas, name) : undefined;
    return given === undefined ? handler : guarded(handler, name, listOf(name, given, fail));
  });
}

/** Which handlers have schemas, and for how many arguments: a part of a definition's identity. */
export function schemasText(schemas: unknown): string {
  if (typeof schemas !== "object" || schemas === null) return "";
  return Object.entries(schemas)
    .map(([name, given]) => `${name} ${Array.isArray(given) ? given.length : 1}`)
    .join();
}

function listOf(
  name: string,
  given: unknown,
  fail: (problem: string) => never,
): readonly StandardSchema[] {
  const list: unknown[] = Array.isArray(given) ? [...given] : [given];
  if (list.length === 0 || list.length > SCHEMAS_PER_HANDLER_MAX) {
    fail(`schemas.${name} must have 1 to ${SCHEMAS_PER_HANDLER_MAX} schemas`);
  }
  const wrong = list.findIndex((one) => !isSchema(one));
  if (wrong < 0) return list as StandardSchema[];
  const where = Array.isArray(given) ? `schemas.${name}[${wrong}]` : `schemas.${name}`;
  return fail(`${where} is no schema: it needs a function ["~standard"].validate`);
}

/** Those of some libraries are functions. */
function isSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const standard: unknown = Reflect.get(value, "~standard");
  if (typeof standard !== "object" || standard === null) return false;
  return typeof Reflect.get(standard, "validate") === "function";
}

/** An async handler throws Unfit at once, too, and so needs no promise for its refusal. */
function guarded(
  handler: AnyFunction,
  name: string,
  schemas: readonly StandardSchema[],
): AnyFunction {
  const [only] = schemas;
  if (schemas.length > 1 || only === undefined) {
    return (self: unknown, ...args: unknown[]) =>
      handler(self, ...validateAll(schemas, args, self, name));
  }
  return (self: unknown, first: unknown, ...rest: unknown[]) => {
    const { issues, value } = validate(only, first, self, name) as { issues?: []; value: unknown };
    if (issues) throw unfit(self, name, [[0, issues]]);
    return rest.length === 0 ? handler(self, value) : handler(self, value, ...rest);
  };
}

function validateAll(
  schemas: readonly StandardSchema[],
  args: unknown[],
  self: unknown,
  name: string,
): unknown[] {
  const wrong: [number, readonly unknown[]][] = [];
  for (const [index, schema] of schemas.entries()) {
    const result = validate(schema, args[index], self, name);
    if (result.issues) wrong.push([index, result.issues]);
    else args[index] = result.value;
  }
  if (wrong.length > 0) throw unfit(self, name, wrong);
  return args;
}

/** @throws Unfit if the schema does not do its work; `issues` is falsy if it has nothing to say. */
function validate(
  schema: StandardSchema,
  value: unknown,
  self: unknown,
  name: string,
): Validated<unknown> {
  let result: unknown;
  try {
    result = schema["~standard"].validate(value);
    if (typeof result === "object" && result !== null && !isThenable(result)) {
      return result as Validated<unknown>;
    }
  } catch (cause) {
    const problem = `its schema threw ${summarise(cause)}`;
    throw new Unfit(String(self), name, { problem, cause });
  }
  // Nobody awaits it.
  if (isThenable(result)) Promise.resolve(result).catch(() => {});
  const problem = isThenable(result)
    ? "its schema answers with a promise; use a synchronous schema, and check what takes time in " +
      "the handler"
    : `its schema gave ${String(result)} and no result`;
  throw new Unfit(String(self), name, { problem });
}

function unfit(self: unknown, name: string, wrong: [number, readonly unknown[]][]): Unfit {
  const issues: MessageIssue[] = [];
  let omitted = 0;
  try {
    for (const [argument, list] of wrong) {
      if (!Array.isArray(list)) throw new TypeError("they are no list");
      for (const issue of list.slice(0, ISSUES_MAX - issues.length)) {
        issues.push(plainIssue(argument, issue));
      }
      omitted += list.length;
    }
    omitted -= issues.length;
  } catch (cause) {
    const problem = `its schema gave issues that cannot be read, ${summarise(cause)}`;
    return new Unfit(String(self), name, { problem, cause });
  }
  return new Unfit(String(self), name, { issues, omitted });
}

/** Only text, so that it can travel. Looks at what the schema's library made. */
function plainIssue(argument: number, issue: unknown): MessageIssue {
  const { message, path } = issue as { message?: unknown; path?: readonly unknown[] };
  const steps = [...(path ?? [])].slice(0, PATH_STEPS_MAX).map(stepOf);
  return {
    path: cut(formatPath(`args[${argument}]`, steps, steps.length)),
    message: cut(String(message)),
  };
}

/** A key, or an object that holds it. */
function stepOf(segment: unknown): Step {
  const key: unknown =
    typeof segment === "object" && segment !== null ? Reflect.get(segment, "key") : segment;
  return typeof key === "number" ? key : String(key);
}

function cut(text: string): string {
  return text.length > ISSUE_CHARS_MAX ? `${text.slice(0, ISSUE_CHARS_MAX)}…` : text;
}
