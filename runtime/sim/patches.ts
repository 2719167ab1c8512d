/**
 * Properties of objects that everybody shares, replaced for a while and put back exactly as they
 * were: the same descriptors, in the reverse order, absent where there was none.
 */

import { GlobalNotReplaced } from "./errors.ts";

interface Patch {
  readonly holder: object;
  readonly key: PropertyKey;
  /** Undefined if the holder had no such property. */
  readonly before: PropertyDescriptor | undefined;
}

export class Patches {
  readonly #patches: Patch[] = [];

  /**
   * Replaces the value of `holder[key]`; a new property can be removed and is not enumerable.
   *
   * @param what what messages call it.
   * @throws GlobalNotReplaced; what was replaced before stays replaced until `restore`.
   */
  value(holder: object, key: PropertyKey, what: string, value: unknown): void {
    const before = Reflect.getOwnPropertyDescriptor(holder, key);
    const { configurable = true, enumerable = false, writable = true } = before ?? {};
    this.#define({ holder, key, before }, what, { value, configurable, enumerable, writable });
  }

  /** Replaces what is read of a property that has a getter. @throws GlobalNotReplaced */
  getter(holder: object, key: PropertyKey, what: string, get: () => unknown): void {
    const before = Reflect.getOwnPropertyDescriptor(holder, key);
    this.#define({ holder, key, before }, what, { ...before, get });
  }

  /** The same as `value`, and whoever assigns something else to it meanwhile does so in vain. */
  lasting(holder: object, key: PropertyKey, what: string, value: unknown): void {
    const before = Reflect.getOwnPropertyDescriptor(holder, key);
    const { configurable = true, enumerable = false } = before ?? {};
    const access = { get: () => value, set: () => {} };
    this.#define({ holder, key, before }, what, { ...access, configurable, enumerable });
  }

  #define(patch: Patch, what: string, after: PropertyDescriptor): void {
    try {
      Object.defineProperty(patch.holder, patch.key, after);
    } catch (error) {
      throw new GlobalNotReplaced(what, error);
    }
    this.#patches.push(patch);
  }

  /** Puts everything back. Does nothing when it is called again. */
  restore(): void {
    for (const { holder, key, before } of this.#patches.splice(0).reverse()) {
      if (before === undefined) Reflect.deleteProperty(holder, key);
      else Object.defineProperty(holder, key, before);
    }
  }
}

/** The object in the prototype chain of `object` that has the property itself, if one has. */
export function holderOf(object: object, key: PropertyKey): object | undefined {
  let holder: object | null = object;
  while (holder !== null && !Object.hasOwn(holder, key)) holder = Reflect.getPrototypeOf(holder);
  return holder ?? undefined;
}
