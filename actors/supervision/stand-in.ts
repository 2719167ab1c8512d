/**
 * The actor that a service leads to while none of its rungs may answer: it says so.
 *
 *     call   fails with ServiceUnavailable: which rung, why, and when the next one is tried
 *     cast   becomes a dead letter, as if it had been sent to nobody
 *
 * It has the handlers' names of the service it stands in for, so there is a definition for each
 * list of names. All of its instances live beside their ladder, which alone spawns them, so no
 * other thread needs its code.
 */

import type { Alias } from "../alias.ts";
import { defineActor, findDefinition } from "../define.ts";
import { ServiceUnavailable } from "../errors.ts";
import type { AnyRef, Definition, Ref, Self, UnknownMessage } from "../types.ts";
import { builtIn, homeOf } from "./built-in.ts";
import type { Closed } from "./ladder-events.ts";

/** No handler of a user's is called this. */
const CLOSE = "sabeam.close";
const CLOSED = "closed";
/** Of a definition. */
const NAME_MAX = 100;

/** Why it stands in. */
export interface Standing extends Omit<Closed, "reason"> {
  readonly reason: string;
}

interface StandInProtocol {
  [CLOSE](why: Standing): void;
}

interface State {
  readonly service: string;
  why: Standing;
}

const HOME = homeOf(import.meta.url);

export type StandIn = Ref<StandInProtocol>;

/** Tells a stand-in why it stands in, from the next message on. */
export function closeFor(standIn: StandIn, why: Standing): void {
  standIn.cast[CLOSE](why);
}

/** The definition for a service with these handlers. */
export function standInFor(
  service: string,
  handlers: readonly string[],
): Definition<[service: string, why: Standing], StandInProtocol> {
  const names = [...handlers, CLOSE];
  for (let number = 0; ; number += 1) {
    const name = `${service}.unavailable${number === 0 ? "" : `.${number}`}`.slice(-NAME_MAX);
    const known = findDefinition(HOME, name);
    if (known === undefined) return define(name, handlers);
    if (known.names.join() === names.join()) return known as never;
  }
}

function define(
  name: string,
  handlers: readonly string[],
): Definition<[service: string, why: Standing], StandInProtocol> {
  const none = Object.fromEntries(handlers.map((handler) => [handler, () => {}]));
  const close = (self: Self<State>, why: Standing): void => {
    self.state.why = why;
  };
  const definition = defineActor(HOME, name, {
    init(self, service: string, why: Standing): State {
      const nowhere = self.alias(self.ref);
      nowhere.to(undefined);
      self.local.nowhere = nowhere;
      self.become(CLOSED);
      return { service, why };
    },
    handlers: { ...none, [CLOSE]: close },
    behaviours: { [CLOSED]: { [CLOSE]: close } },
    unknown: refuse,
  });
  return builtIn(definition as never);
}

function refuse(self: Self<State>, { handler, type, args }: UnknownMessage): unknown {
  const { service, why } = self.state;
  if (type === "cast") return void castTo((self.local.nowhere as Alias).ref, handler, args);
  const answer = self.defer();
  const { retryAt } = why;
  const retryAfterMs = retryAt === undefined ? undefined : Math.max(0, retryAt - self.now());
  answer.reject(new ServiceUnavailable(service, { ...why, retryAfterMs }));
  return answer;
}

/** By the name of a handler that the ref's definition is known to have. */
function castTo(ref: AnyRef, handler: string, args: readonly unknown[]): void {
  const casts = ref.cast as Record<string, ((...args: readonly unknown[]) => boolean) | undefined>;
  casts[handler]?.(...args);
}
