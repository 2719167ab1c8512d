/**
 * Where in a user's code a call or spawn was made: in development an error that comes from another
 * turn carries that too, below the stack of the turn that threw it.
 *
 *     Error: went wrong
 *         at crash (file:///app/counter.actors.js:8:13)
 *         --- crash of Counter<1.1> was called from outside ---
 *         at file:///app/main.js:5:27
 *
 * An error that passes through several actors gets a part from each. The package's own frames are
 * left out, since they are the same for every turn. A capture costs about 1 µs; the text is made
 * only if the call fails.
 */

import { stackOf } from "../runtime/errors.ts";
import type { AnyFunction } from "./behaviour.ts";
import { isA } from "./thenable.ts";

/** V8 makes the text of `stack` when it is first read. */
export interface Site {
  readonly stack?: unknown;
}

/** A longer stack gets no further part: errors may go round. */
const STACK_CHARS_MAX = 16_384;
/** Causes of causes whose stacks are made readable. */
const CAUSES_MAX = 8;

/** The place that called the function `below`. */
export function captureSite(below: AnyFunction): Site {
  const site: Site = {};
  Error.captureStackTrace(site, below);
  return site;
}

/** Appends where an error came from the caller's point of view, if `error` has a stack at all. */
export function addSite(error: unknown, site: Site, what: string): void {
  if (!isA(error, Error)) return;
  const frames = framesOf(site.stack).join("\n");
  const stack = userStack(error);
  if (frames === "" || stack === undefined || stack.length > STACK_CHARS_MAX) return;
  // It may have been made right where the call was, for a target that is gone.
  const isSame = frames.startsWith(framesOf(stack).join("\n")) && framesOf(stack).length > 0;
  setStack(error, isSame ? stack : `${stack}\n    --- ${what} ---\n${frames}`);
  let cause = causeOf(error);
  for (let depth = 0; isA(cause, Error) && depth < CAUSES_MAX; depth += 1) {
    const own = userStack(cause);
    if (own !== undefined) setStack(cause, own);
    cause = causeOf(cause);
  }
}

function setStack(error: Error, value: string): void {
  Reflect.defineProperty(error, "stack", { value, writable: true, configurable: true });
}

function causeOf(error: Error): unknown {
  try {
    return error.cause;
  } catch {
    return undefined;
  }
}

/** The stack of what was thrown without frames that are not the user's. Never throws. */
export function userStack(error: unknown): string | undefined {
  const stack = stackOf(error);
  return stack === undefined ? undefined : withoutOwnFrames(stack);
}

/** The user's frames of what was captured. */
export function framesOf(stack: unknown): string[] {
  if (typeof stack !== "string") return [];
  return withoutOwnFrames(stack)
    .split("\n")
    .filter((line) => isFrame(line));
}

export function withoutOwnFrames(stack: string): string {
  return stack
    .split("\n")
    .filter((line) => !(isFrame(line) && HIDDEN.some((place) => line.includes(place))))
    .join("\n");
}

const isFrame = (line: string): boolean => /^\s+at /.test(line);

/** Node's own frames between the package and the user, and those of the package. */
const HIDDEN: readonly string[] = [
  ...["node:internal/", "node:async_hooks"],
  ...foldersOf(import.meta.url),
];

/** Folders that hold nothing but the package: in a bundle of the user's there are none. */
function foldersOf(url: string): string[] {
  if (!/\/(actors\/site\.[jt]s|dist\/bundle\/actors\/\w+\.js)$/.test(url)) return [];
  return [".", "../runtime"].map((folder) => new URL(`${folder}/`, url).href);
}
