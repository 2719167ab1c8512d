/**
 * What reports tell of anything that was thrown. Never throws; every text has a bound, and a chain
 * of causes that bites its tail has an end.
 */

import { stackOf, summarise } from "../runtime/errors.ts";
import { withoutOwnFrames } from "./site.ts";
import { cut, sketch } from "./sketch.ts";
import { isA } from "./thenable.ts";

/** Longest stack in a report, and of that the part before its first frame. */
const STACK_MAX = 16_384;
const STACK_HEAD_MAX = 2048;
/** Causes of causes. */
const CAUSES_MAX = 8;

export interface ThrownFacts {
  /** Of its `cause`, and of the cause's, in one line each; undefined if it has none. */
  readonly causes: readonly string[] | undefined;
  /** What it holds, if it is an object and no error. */
  readonly thrown: string | undefined;
  readonly stack: string | undefined;
}

/** @param development leaves out the package's own frames. */
export function thrownFacts(error: unknown, development: boolean): ThrownFacts {
  const isOther = typeof error === "object" && error !== null && !isA(error, Error);
  const causes = causesOf(error);
  return {
    causes: causes.length === 0 ? undefined : causes,
    thrown: isOther ? sketch(error) : undefined,
    stack: stackText(error, development),
  };
}

export function stackText(error: unknown, development: boolean): string | undefined {
  const stack = stackOf(error);
  if (stack === undefined) return undefined;
  const short = shortened(stack);
  return development ? withoutOwnFrames(short) : short;
}

/** A long message must not push the frames out. */
function shortened(stack: string): string {
  if (stack.length <= STACK_MAX) return stack;
  const frames = stack.indexOf("\n    at ");
  if (frames <= STACK_HEAD_MAX) return cut(stack, STACK_MAX);
  return cut(cut(stack.slice(0, frames), STACK_HEAD_MAX) + stack.slice(frames), STACK_MAX);
}

function causesOf(error: unknown): string[] {
  const causes: string[] = [];
  const seen: unknown[] = [error];
  for (let one = causeOf(error); one !== undefined; one = causeOf(one)) {
    if (seen.includes(one)) return [...causes, "(circular)"];
    if (causes.length === CAUSES_MAX) return [...causes, "(and more)"];
    seen.push(one);
    causes.push(summarise(one));
  }
  return causes;
}

export function causeOf(error: unknown): unknown {
  try {
    return error instanceof Error ? error.cause : undefined;
  } catch {
    return undefined;
  }
}
