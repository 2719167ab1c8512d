/**
 * Classes of users that can travel: how an instance is written as something plain, and made again.
 *
 *     new Money(5)  ──encode──►  { cents: 500 }  ──►  Rare [EXTENSION, "Money", { cents: 500 }]
 *                                 … bytes, or a copy …  ──decode──►  new Money(5)
 *
 * The registry is a state of the module: an extension exists once per JavaScript thread, like the
 * class that it is for. It travels by its name, so every thread that reads it must have it, too.
 * It is asked only about objects that nothing else is known of, so messages that hold none of its
 * classes pay nothing.
 *
 * Only exact instances: one of a subclass would arrive as one of the class above it.
 */

import { DuplicateExtension, ExtensionFailed, ExtensionMissing } from "../errors.ts";

export interface Extension<Instance extends object, Plain> {
  /**
   * What the instance travels as: anything that can travel, instances with an extension included.
   * Called for each occurrence of it in each message that leaves; must not change it.
   */
  encode(instance: Instance): Plain;
  /**
   * Makes an instance again; `plain` belongs to it. Called while messages are taken, before the
   * actor's turn: it must be quick, and must neither send nor wait.
   */
  decode(plain: Plain): Instance;
}

export interface NamedExtension extends Extension<object, unknown> {
  readonly name: string;
  readonly prototype: object;
}

/** Extensions of one JavaScript thread. */
export const EXTENSIONS_MAX = 1024;
export const EXTENSION_NAME_MAX = 100;

const byName = new Map<string, NamedExtension>();
const byPrototype = new Map<object, NamedExtension>();

/** @throws DuplicateExtension for a name or a class that has one. False if there are too many. */
export function addExtension(extension: NamedExtension): boolean {
  const { name, prototype } = extension;
  if (byName.has(name)) throw new DuplicateExtension(name, "this name is taken");
  const other = byPrototype.get(prototype);
  if (other !== undefined) {
    throw new DuplicateExtension(name, `its class has the extension ${quoted(other.name)}`);
  }
  if (byName.size >= EXTENSIONS_MAX) return false;
  byName.set(name, extension);
  byPrototype.set(prototype, extension);
  return true;
}

/** The extension for direct instances of the class with this prototype. */
export function extensionOf(prototype: object): NamedExtension | undefined {
  return byPrototype.get(prototype);
}

/** The same for a class above it: what a refusal of an instance can tell. */
export function extensionAbove(prototype: object): NamedExtension | undefined {
  let above: object | null = Object.getPrototypeOf(prototype);
  for (let level = 0; above !== null && level < ANCESTORS_MAX; level += 1) {
    const found = byPrototype.get(above);
    if (found !== undefined) return found;
    above = Object.getPrototypeOf(above);
  }
  return undefined;
}

const ANCESTORS_MAX = 64;

/**
 * Makes an instance from what travelled. User code; returns instead of throwing, since whatever
 * surrounds the instance must be read to its end.
 */
export function make(
  name: string,
  plain: unknown,
  thread: number,
): object | ExtensionMissing | ExtensionFailed {
  const extension = byName.get(name);
  if (extension === undefined) return new ExtensionMissing(name, thread);
  try {
    const made: unknown = extension.decode(plain);
    if (Object.prototype.isPrototypeOf.call(extension.prototype, made as object)) {
      return made as object;
    }
    throw new TypeError(`it gave ${typeof made} and no instance of its class`);
  } catch (cause) {
    return new ExtensionFailed(name, thread, cause);
  }
}

function quoted(name: string): string {
  return JSON.stringify(name);
}
