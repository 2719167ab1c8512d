/**
 * Whether a value is what a test expects: deep equality, with predicates in the place of values.
 *
 *     expect("put", "a", { price: (price) => price > 3 })
 *                   └─ equal     └─ a function, which no message can hold, is a predicate
 *
 * Objects with a method `asymmetricMatch` are asked, as the matchers of vitest and its relatives
 * want it (`expect.any(Number)`). Refs are equal if they are the same.
 */

import { isDeepStrictEqual } from "node:util";
import { formatPath, type Step } from "../../runtime/codec/path.ts";
import { ActorRef } from "../ref.ts";
import { sketch } from "../sketch.ts";

/** Objects in each other; deeper ones are compared as a whole. */
const DEPTH_MAX = 32;

/** What may stand in the place of a value. */
export type Expected<Value> =
  | Value
  | ((value: Value) => boolean)
  | (Value extends readonly unknown[]
      ? { readonly [Index in keyof Value]: Expected<Value[Index]> }
      : Value extends object
        ? { readonly [Key in keyof Value]: Expected<Value[Key]> }
        : never);

/** The first place where they differ, in words; undefined: there is none. */
export function difference(expected: unknown, got: unknown, root: string): string | undefined {
  return differs(expected, got, { root, steps: [] });
}

interface Place {
  readonly root: string;
  readonly steps: readonly Step[];
}

function differs(expected: unknown, got: unknown, place: Place): string | undefined {
  if (typeof expected === "function") {
    return expected(got) === true ? undefined : says(place, "what the predicate wants", got);
  }
  if (isMatcher(expected)) {
    if (expected.asymmetricMatch(got)) return undefined;
    return says(place, expected.toString?.() ?? "what the matcher wants", got);
  }
  if (Object.is(expected, got)) return undefined;
  if (place.steps.length < DEPTH_MAX) {
    if (Array.isArray(expected) && Array.isArray(got)) return listDiffers(expected, got, place);
    if (isPlain(expected) && isPlain(got)) return recordDiffers(expected, got, place);
  }
  const isRef = expected instanceof ActorRef || got instanceof ActorRef;
  return !isRef && isDeepStrictEqual(expected, got)
    ? undefined
    : says(place, sketch(expected), got);
}

function listDiffers(
  expected: readonly unknown[],
  got: readonly unknown[],
  place: Place,
): string | undefined {
  if (expected.length !== got.length) {
    return `${pathOf(place)} has ${got.length} elements, and not ${expected.length}`;
  }
  return first(expected.length, (index) =>
    differs(expected[index], got[index], below(place, index)),
  );
}

function recordDiffers(expected: object, got: object, place: Place): string | undefined {
  const keys = Object.keys(expected);
  const more = Object.keys(got).find((key) => !Object.hasOwn(expected, key));
  if (more !== undefined) return `${pathOf(below(place, more))} is there, and not expected`;
  const missing = keys.find((key) => !Object.hasOwn(got, key));
  if (missing !== undefined) return `${pathOf(below(place, missing))} is missing`;
  return first(keys.length, (index) => {
    const key = keys[index] as string; // As long as `keys`.
    return differs(Reflect.get(expected, key), Reflect.get(got, key), below(place, key));
  });
}

function first(count: number, at: (index: number) => string | undefined): string | undefined {
  for (let index = 0; index < count; index += 1) {
    const found = at(index);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Matcher {
  asymmetricMatch(value: unknown): boolean;
}

function isMatcher(value: unknown): value is Matcher {
  if (typeof value !== "object" || value === null) return false;
  return typeof Reflect.get(value, "asymmetricMatch") === "function";
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function below({ root, steps }: Place, step: Step): Place {
  return { root, steps: [...steps, step] };
}

function pathOf({ root, steps }: Place): string {
  return formatPath(root, steps, steps.length);
}

function says(place: Place, expected: string, got: unknown): string {
  return `${pathOf(place)} is ${sketch(got)}, and not ${expected}`;
}
