/**
 * `defineExtension`: classes of users that can travel in messages.
 *
 * The registry, and what it is for, is runtime/codec/extension.ts; here is checked what a user
 * passes in.
 */

import {
  addExtension,
  EXTENSION_NAME_MAX,
  EXTENSIONS_MAX,
  type Extension,
} from "../runtime/codec/extension.ts";
import { isBuiltin } from "../runtime/codec/kinds.ts";
import { InvalidDefinition } from "./errors.ts";

/** Letters, digits and what names of packages have besides: `@shop/money.Money`. */
const NAME = /^[\w$.@/:-]+$/;

/**
 * Lets direct instances of a class travel in messages, answers, errors and the arguments of `init`.
 * Every thread that gets one must have called this, too: call it in the module of the class, and
 * import that in the modules of the actors, or name it in `startSystem({ preload })`.
 *
 * Costs messages nothing that hold no instance; one that does is encoded as its `encode` says,
 * under its name.
 *
 * @param name unique in the program, 1 to 100 letters, digits, _ $ . @ / : or -.
 * @throws DuplicateExtension (ERR_DUPLICATE_EXTENSION) for a name or a class that has one;
 *   InvalidDefinition (ERR_INVALID_DEFINITION) for wrong names, classes and shapes, and for more
 *   than 1024 extensions.
 */
export function defineExtension<Instance extends object, Plain>(
  name: string,
  Class: { readonly prototype: Instance },
  extension: Extension<Instance, Plain>,
): void {
  const fail = (problem: string): never => {
    throw new InvalidDefinition(`of the extension ${String(name)}`, problem);
  };
  if (typeof name !== "string" || name.length > EXTENSION_NAME_MAX || !NAME.test(name)) {
    fail(`its name must be 1 to ${EXTENSION_NAME_MAX} letters, digits, _ $ . @ / : or -`);
  }
  const given: unknown = Class;
  const prototype: unknown = typeof given === "function" ? given.prototype : undefined;
  if (typeof prototype !== "object" || prototype === null) {
    return fail("the second argument must be a class");
  }
  if (isBuiltin(prototype)) fail("instances of this class travel as they are");
  if (typeof extension !== "object" || extension === null) fail("it needs { encode, decode }");
  const { encode, decode } = extension;
  if (typeof encode !== "function") fail("encode must be a function");
  if (typeof decode !== "function") fail("decode must be a function");
  const functions = { encode, decode } as unknown as Extension<object, unknown>;
  if (!addExtension(Object.freeze({ ...functions, name, prototype }))) {
    fail(`there are ${EXTENSIONS_MAX} extensions already; define them once per class, not per use`);
  }
}
