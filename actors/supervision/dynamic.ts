/**
 * The dynamic supervisor: any number of children that are started and ended while it runs, each by
 * itself, without ids and without an order.
 *
 *     const pool = await system.spawn(DynamicSupervisor, [{ maxChildren: 100 }], { name: "pool" });
 *     const worker = await startChild(pool, Worker, [job], { restart: "transient" });
 *
 * A child is known by its ref. Adding and removing one takes a constant time. Children start
 * concurrently: one whose `init` takes long holds up nobody (in OTP it holds up its supervisor).
 * At the end all are told to shut down at once and have their time together, under one timer.
 *
 * Follows Elixir's DynamicSupervisor.
 */

import { summarise } from "../../runtime/errors.ts";
import { MAX_ACTORS_LIMIT } from "../../runtime/layout.ts";
import { share } from "../answers.ts";
import { defineActor } from "../define.ts";
import { ChildrenFull, NotAChild, SupervisorBusy } from "../errors.ts";
import type { AnyRef, Deferred, Definition, Ref, Self } from "../types.ts";
import { builtIn, homeOf } from "./built-in.ts";
import { WAITERS_MAX } from "./crew.ts";
import { CREW_CALLBACKS, crewOf, DUE, makeCrew, refuse } from "./crew-actor.ts";
import {
  checkDynamic,
  type DynamicChildSpec,
  type DynamicSupervisorOptions,
  SpecCheck,
} from "./dynamic-spec.ts";
import type { MemberInfo } from "./member.ts";
import type { ChildCounts } from "./supervisor.ts";
import { titleOf } from "./title.ts";

/** What a dynamic supervisor can be asked. */
export interface DynamicSupervisorProtocol {
  /**
   * Starts a child and answers with the ref of its incarnation: `startChild()` calls it with types.
   * Fails with InvalidSpec, ChildrenFull, or what `init` threw; then there is no such child.
   */
  startChild(spec: DynamicChildSpec): Deferred<AnyRef>;
  /**
   * Ends a child for good, within its `shutdown`; also one that waits to be restarted. One whose
   * `init` is at work is ended when that is done. Fails with NotAChild, SupervisorBusy.
   */
  terminateChild(child: AnyRef): Deferred<void>;
  /** All children, in no order. */
  whichChildren(): MemberInfo[];
  countChildren(): ChildCounts;
}

interface DynamicState {
  maxChildren: number;
}

/**
 * A dynamic supervisor under a name of its own, as `defineActor` defines an actor.
 *
 * @param build makes the options from the arguments of `spawn`. If they are wrong, the spawn fails
 *   with InvalidSpec (ERR_INVALID_SPEC).
 * @throws InvalidDefinition (ERR_INVALID_DEFINITION)
 */
export function defineDynamicSupervisor<Args extends unknown[]>(
  url: string,
  name: string,
  build: (...args: Args) => DynamicSupervisorOptions,
): Definition<Args, DynamicSupervisorProtocol> {
  const init = (self: Self<undefined>, ...args: Args): DynamicState => begin(self, build(...args));
  // What tells two versions of it apart is what its user wrote.
  Object.defineProperty(init, "toString", { value: () => String(build) });
  return defineActor(url, name, { ...CREW_CALLBACKS, init, handlers });
}

type StartRest<Args extends unknown[]> = [] extends Args
  ? [args?: Args, overrides?: Partial<DynamicChildSpec>]
  : [args: Args, overrides?: Partial<DynamicChildSpec>];

/** Calls `startChild` of a dynamic supervisor with arguments that fit the definition's `init`. */
export function startChild<Args extends unknown[], P>(
  supervisor: Ref<DynamicSupervisorProtocol>,
  definition: Definition<Args, P>,
  ...[args, overrides]: StartRest<Args>
): Promise<Ref<P>> {
  const spec = { definition, args: args ?? [], ...overrides };
  return supervisor.call.startChild(spec) as Promise<Ref<P>>; // It starts this definition.
}

function begin(self: Self<undefined>, options: DynamicSupervisorOptions): DynamicState {
  const title = titleOf(self);
  checkDynamic(title, options);
  const { maxChildren = MAX_ACTORS_LIMIT, backoff, extraArguments, ...limits } = options;
  makeCrew(self, limits, extraArguments);
  self.local.specs = new SpecCheck(title, backoff);
  return { maxChildren };
}

type Dynamic = Self<DynamicState>;

const handlers = {
  startChild(self: Dynamic, spec: DynamicChildSpec): Deferred<AnyRef> {
    const crew = crewOf(self);
    const { maxChildren } = self.state;
    try {
      const checked = (self.local.specs as SpecCheck).check(spec); // `begin` has put it there.
      if (crew.size >= maxChildren) throw new ChildrenFull(titleOf(self), maxChildren);
      const answer = self.defer<AnyRef>();
      crew.start(checked, spec.args ?? [], answer);
      return answer;
    } catch (error) {
      return refuse(self, error);
    }
  },

  terminateChild(self: Dynamic, child: AnyRef): Deferred<void> {
    const crew = crewOf(self);
    const member = crew.find(child);
    if (member === undefined) {
      return refuse(self, new NotAChild(titleOf(self), summarise(child)));
    }
    const answer = self.defer<void>();
    if (crew.end(member, answer)) return answer;
    return refuse(self, new SupervisorBusy(titleOf(self), WAITERS_MAX));
  },

  whichChildren(self: Dynamic): MemberInfo[] {
    // Made right now, and for nobody else.
    return share(Array.from(crewOf(self), (member) => member.info()));
  },

  countChildren: (self: Dynamic): ChildCounts => crewOf(self).counts(),

  /** The crew's timer. From anybody else it does no harm. */
  [DUE](self: Dynamic): void {
    crewOf(self).due();
  },
};

/** A dynamic supervisor: `system.spawn(DynamicSupervisor, [{ maxChildren: 100 }])`. */
export const DynamicSupervisor: Definition<
  [options?: DynamicSupervisorOptions],
  DynamicSupervisorProtocol
> = builtIn(
  defineDynamicSupervisor(
    homeOf(import.meta.url),
    "DynamicSupervisor",
    (options?: DynamicSupervisorOptions) => options ?? {},
  ),
);
