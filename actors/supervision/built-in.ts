/** Definitions of sabeam's own: where they are at home, and which they are. */

import type { Definition } from "../types.ts";

const known = new WeakSet<object>();

/** The file that defines it; a bundle in CommonJS format has no URL, and no threads to load it. */
export function homeOf(url: string | undefined): string {
  return url ?? "sabeam:built-in";
}

/** Not to be told where a module's definitions are listed: the user did not write it. */
export function builtIn<Args extends unknown[], P>(
  definition: Definition<Args, P>,
): Definition<Args, P> {
  known.add(definition);
  return definition;
}

export function isBuiltIn(definition: object): boolean {
  return known.has(definition);
}
