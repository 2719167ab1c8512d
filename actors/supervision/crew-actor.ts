/**
 * A crew in its actor: what a crew asks for is done by the actor's `self` and nothing else, and
 * what comes to the actor is told to the crew.
 *
 *     callbacks exit, down, timer ──▶ Crew ──▶ World ──▶ self.spawn, exit, monitor, timers, stop
 *
 * While the actor starts or ends it has no callbacks: its `init` and `terminate` wait by promises.
 */

import { asError } from "../../runtime/errors.ts";
import type { Down, Exit } from "../bonds.ts";
import type { ExitReason } from "../exit.ts";
import type { AnyRef, Deferred, Self } from "../types.ts";
import { type CheckedChild, optionsFor } from "./child-spec.ts";
import { type Before, Crew, type World } from "./crew.ts";
import type { Member } from "./member.ts";
import { type ReportContext, reportChild, reportProgress, tellsProgress } from "./report.ts";
import { titleOf } from "./title.ts";

/** The handler that a crew's timer calls. */
export const DUE = "crewIsDue";

/** `self` of an actor with a crew, whatever its state is. */
export type AnySelf = Omit<Self<unknown>, "state">;

class ActorWorld implements World {
  crew: Crew | undefined;
  readonly #self: AnySelf;
  readonly #first: readonly unknown[];
  /** Else what would be told of each start is not even made: it took a tenth of one. */
  readonly #tellsProgress = tellsProgress();
  /** In an async `init` and in `terminate` no message is handled, nor any callback called. */
  apart = false;

  constructor(self: AnySelf, first: readonly unknown[]) {
    this.#self = self;
    this.#first = first;
  }

  now(): number {
    return this.#self.now();
  }

  random(): number {
    return this.#self.random();
  }

  spawn(
    { definition, options, restart }: CheckedChild,
    args: readonly unknown[],
    { restarts, ref }: Before,
  ): Promise<AnyRef> {
    const given = this.#first.length === 0 ? args : [...this.#first, ...args];
    const told = optionsFor(options, restarts, restart === "temporary" ? false : ref);
    return this.#self.spawn(definition, given as never, told);
  }

  exit(ref: AnyRef, reason: "shutdown" | "kill"): void {
    this.#self.exit(ref, reason);
  }

  monitor(ref: AnyRef): void {
    if (!this.apart) return void this.#self.monitor(ref);
    void this.#self.whenDown(ref).then((reason) => this.crew?.down(ref, reason));
  }

  unlink(ref: AnyRef): void {
    this.#self.unlink(ref);
  }

  wake(ms: number): void {
    if (!this.apart) return this.#self.timers.after(DUE, ms, DUE);
    // It does not end before its children have, so this is a timer and nothing else.
    const timeout = Math.max(1, Math.ceil(ms));
    void this.#self.whenDown(this.#self.ref, { timeout }).then(() => this.crew?.due());
  }

  stop(reason: ExitReason): void {
    this.#self.stop(reason);
  }

  broken(error: unknown): void {
    const { code } = (error ?? {}) as { code?: unknown };
    // It was killed meanwhile: what it has started ends by its link.
    if (code === "ERR_ACTOR_ENDED") return;
    this.#self.stop(asError(error));
  }

  tell(context: ReportContext | "refused", member: Member, reason: unknown): void {
    const { spec, args, ref } = member;
    if (context !== "refused") {
      // Thousands may be lost at once, and few of them are told: no text is made ahead.
      const { definition, restart, shutdown, significant } = spec;
      const child = { id: undefined, definition, restart, shutdown, significant, args, ref };
      return reportChild(this.#self, context, { reason, child });
    }
    const facts = { supervisor: titleOf(this.#self), child: String(ref), reason };
    this.#self.log.info(facts, "a child refused to be restarted and was dropped");
  }

  progress({ spec, ref, restarts }: Member): void {
    if (!this.#tellsProgress) return;
    reportProgress(this.#self, { id: "", definition: spec.definition, ref }, { restarts });
  }

  end(): Promise<void> {
    this.apart = true;
    return new Promise((ended) => this.crew?.endAll(ended));
  }
}

/**
 * Gives the actor a crew, to be called by `init`.
 *
 * @param first arguments that every child is given before its own.
 */
export function makeCrew(
  self: AnySelf,
  limits: { intensity?: number | undefined; period?: number | undefined },
  first: readonly unknown[] = [],
): Crew {
  const world = new ActorWorld(self, first);
  const crew = new Crew(world, limits);
  world.crew = crew;
  self.local.crew = crew;
  self.local.world = world;
  return crew;
}

export function crewOf(self: AnySelf): Crew {
  return self.local.crew as Crew; // `makeCrew` has put it there.
}

/** For an async `init` that starts children: what it throws is thrown once they are down. */
export async function startCrew(self: AnySelf, start: () => Promise<void>): Promise<void> {
  const world = self.local.world as ActorWorld; // `makeCrew` has put it there.
  world.apart = true;
  try {
    await start();
    world.apart = false;
  } catch (error) {
    await world.end();
    throw error;
  }
}

/** Ends all children; settles when they are down. */
function endCrew(self: AnySelf): Promise<void> {
  return (self.local.world as ActorWorld).end();
}

/** Answers with an error; whoever has only cast finds it in the log. */
export function refuse(self: AnySelf, error: unknown): Deferred<never> {
  const answer = self.defer<never>();
  const thrown = asError(error);
  if (!answer.reject(thrown)) {
    self.log.warn({ supervisor: titleOf(self), error: thrown.message }, "a supervisor refused");
  }
  return answer;
}

/** What every definition of an actor with a crew has. */
export const CREW_CALLBACKS: {
  trapExit: true;
  shutdown: "infinity";
  exit: (self: AnySelf, exit: Exit) => void;
  down: (self: AnySelf, down: Down) => void;
  terminate: (self: AnySelf) => Promise<void>;
} = {
  trapExit: true,
  shutdown: "infinity",
  exit(self, { from, reason }) {
    if (from !== undefined) crewOf(self).exited(from, reason);
    // Who was spawned from outside of actors has its parent there.
    else if (self.parent === undefined && reason.type !== "normal") self.stop(reason);
  },
  down(self, { ref, reason }) {
    if (ref !== undefined) crewOf(self).down(ref, reason);
  },
  terminate: endCrew,
};
