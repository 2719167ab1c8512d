/**
 * The definition of a probe: it understands the same messages as another one, and keeps them.
 *
 *     Counter { add, get } ──standIn──▶ { add, get }, none of them known ──unknown(self, …)──▶ take
 *
 * It has the name, the URL and the handlers of the one that it stands for, so `whereis`, `named`
 * and the refs on all threads take its actors for actors of that one. It is in no registry: it
 * lives on main, where the test is, and is made once per probe, around what keeps the messages.
 */

import { PRIORITY, UNKNOWN } from "../behaviour.ts";
import type { Exit } from "../bonds.ts";
import {
  type Blueprint,
  defineActor,
  HANDLERS_MAX,
  isBlueprint,
  isHandlerName,
} from "../define.ts";
import { InvalidOptions } from "../errors.ts";
import { builtIn, homeOf } from "../supervision/built-in.ts";
import type { Self, UnknownMessage } from "../types.ts";

/** What keeps the messages of a probe. */
export interface Keeping {
  /** Gives the answer of a call, or a Deferred. */
  take(self: Self<unknown>, message: UnknownMessage): unknown;
  exit(exit: Exit): void;
}

const Base: Blueprint = builtIn(
  defineActor(homeOf(import.meta.url), "Probe", {
    init: (_self) => undefined,
    handlers: {},
    trapExit: true,
  }),
) as Blueprint;

/**
 * @param like the definition, or the names of the handlers, of the messages that are to be taken
 * @throws InvalidOptions
 */
export function standIn(like: unknown, keeping: Keeping): Blueprint {
  const { names, bits, ...identity } = isBlueprint(like) ? ofDefinition(like) : ofNames(like);
  const handlers = names.map(() => Base.init); // Never called: all are unknown.
  const behaviour = { name: undefined, handlers, bits: names.map(bits), texts: [] };
  const own: Partial<Blueprint> = {
    ...identity,
    names,
    behaviours: [Object.freeze(behaviour)],
    unknown: (self: Self<unknown>, message: UnknownMessage) => keeping.take(self, message),
    exit: (_self: Self<unknown>, exit: Exit) => keeping.exit(exit),
  };
  const prototype: object | null = Object.getPrototypeOf(Base);
  return Object.freeze(Object.assign(Object.create(prototype) as object, Base, own)) as Blueprint;
}

type Likeness = Pick<Blueprint, "url" | "name" | "hash" | "names"> & {
  bits(name: string, handler: number): number;
};

function ofDefinition({ url, name, hash, names, behaviours }: Blueprint): Likeness {
  const bits = (_name: string, handler: number): number =>
    UNKNOWN | ((behaviours[0].bits[handler] ?? 0) & PRIORITY);
  return { url, name, hash, names, bits };
}

function ofNames(names: unknown): Likeness {
  const allowed = `a definition, or a list of 1 to ${HANDLERS_MAX} names of handlers`;
  const isList = Array.isArray(names) && names.length > 0 && names.length <= HANDLERS_MAX;
  const isNamed = (name: unknown): boolean => typeof name === "string" && isHandlerName(name);
  if (!isList || !names.every(isNamed) || new Set(names).size < names.length) {
    throw new InvalidOptions("probe", allowed, names);
  }
  const { url, name, hash } = Base;
  return { url, name, hash, names: [...(names as string[])], bits: () => UNKNOWN };
}
