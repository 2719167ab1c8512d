/**
 * Where in a value something stands, written as one would write it in a program:
 * `args[0].user.save`, `args[0].get("k")`, `args[1]["odd key"]`.
 */

/** A step into a Map or Set, or to a key of a Map. */
export interface PlaceIn {
  readonly text: string;
  readonly value: unknown;
}

/** A string is a key, a number an index of an array. */
export type Step = string | number | PlaceIn;

/** Longer keys are cut in paths. */
const KEY_CHARS_MAX = 80;

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

export function quote(key: string): string {
  return JSON.stringify(key.length > KEY_CHARS_MAX ? `${key.slice(0, KEY_CHARS_MAX)}…` : key);
}

/** @param depth how many of the steps to take. */
export function formatPath(root: string, steps: readonly Step[], depth: number): string {
  let path = root;
  for (const step of steps.slice(0, depth)) {
    if (typeof step === "number") path += `[${step}]`;
    else if (typeof step === "object") path += step.text;
    else if (IDENTIFIER.test(step) && step.length <= KEY_CHARS_MAX) path += `.${step}`;
    else path += `[${quote(step)}]`;
  }
  return path;
}

/** What stands one step further. The way has been walked before, so it exists. */
export function stepInto(value: unknown, step: Step): unknown {
  return typeof step === "object" ? step.value : Reflect.get(value as object, step);
}
