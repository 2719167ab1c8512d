/**
 * Ladders: one service with several implementations, of which the best that works is in charge.
 *
 *     client ──▶ address ──▶ adaptive         in charge, until it crashes too often, is too late,
 *                            performance      too silent or too wrong, or says that it is not ready
 *                            round-robin      the last resort, if its promise is enough
 *
 * A graduated supervisor: it starts its rungs, and replaces what fails by what is simpler, not only
 * by itself. Nobody sends through it, so it costs messages nothing; it sees rungs by their
 * exits and by probes, which wait in their mailboxes like any request.
 */

import { summarise } from "../../runtime/errors.ts";
import type { Down, Exit } from "../bonds.ts";
import { defineActor } from "../define.ts";
import { InvalidOptions } from "../errors.ts";
import type { AnyRef, Deferred, Definition, Ref, Self } from "../types.ts";
import type { ChildInfo } from "./child.ts";
import type { LadderChange, LadderTimer } from "./ladder-events.ts";
import type { LadderListener } from "./ladder-news.ts";
import { DUE, LadderShell } from "./ladder-shell.ts";
import { checkLadder, checkNeed, type LadderSpec } from "./ladder-spec.ts";
import { infosOf, type LadderStatus, statusOf } from "./ladder-status.ts";
import type { ChildCounts, SupervisorOptions } from "./supervisor.ts";

/** What a ladder can be asked. All is answered at once, whatever goes on. */
export interface LadderProtocol<P = unknown> {
  /**
   * The address of the service, which stays the same whatever rung is in charge: see `ladderRef`.
   * Fails with InvalidOptions.
   */
  service(need?: string): Deferred<Ref<P>>;
  status(): LadderStatus;
  /** The last 256 changes, oldest first. */
  history(): LadderChange[];
  /**
   * From now on each change is cast to this actor, until it ends; at most 1024 actors. Answers with
   * the last change. Fails with InvalidOptions.
   */
  subscribe(listener: Ref<LadderListener>): Deferred<LadderChange | undefined>;
  /** False: it was no subscriber. */
  unsubscribe(listener: AnyRef): boolean;
  /** The rung that acts for this epoch cannot go on: see `notReady`. */
  notReady(epoch: number, cause?: string): void;
  /** Rungs that run. */
  whichChildren(): ChildInfo[];
  countChildren(): ChildCounts;
}

/** Plain data, for inspection. */
interface State {
  service: string;
  history: readonly LadderChange[];
}

type Ladder = Self<State>;

/**
 * Defines a ladder, and registers it under (url, name) as `defineActor` does.
 *
 * The ladder has started once a rung is in charge. If none can be, the spawn fails with
 * ServiceUnavailable (ERR_SERVICE_UNAVAILABLE); once it has been, the ladder lives on and tries.
 *
 * @param url `import.meta.url` of the module that calls this.
 * @param build makes the specification from the arguments of `spawn`, anew at each start. If it is
 *   wrong, the spawn fails with InvalidSpec (ERR_INVALID_SPEC) and no rung has been started.
 * @throws InvalidDefinition (ERR_INVALID_DEFINITION), InvalidOptions (ERR_INVALID_OPTIONS)
 */
export function defineLadder<Args extends unknown[], P>(
  url: string,
  name: string,
  build: (...args: Args) => LadderSpec<P> | Promise<LadderSpec<P>>,
  options: SupervisorOptions = {},
): Definition<Args, LadderProtocol<P>> {
  const init = async (self: Self<undefined>, ...args: Args): Promise<State> => {
    const title = self.name === undefined ? name : `${name} ${JSON.stringify(self.name)}`;
    const shell = new LadderShell(self, title, checkLadder(title, await build(...args)));
    self.local.shell = shell;
    await shell.start(name);
    return { service: title, history: shell.news.history };
  };
  // What tells two versions of a ladder apart is what its user wrote.
  Object.defineProperty(init, "toString", { value: () => String(build) });
  const definition = defineActor(url, name, {
    init,
    handlers,
    trapExit: true,
    exit: (self, { from, reason }: Exit) => {
      if (from !== undefined) shellOf(self).ended(from, reason);
      // Who was spawned from outside of actors has its parent there.
      else if (self.parent === undefined && reason.type !== "normal") self.stop(reason);
    },
    down: (self, { ref }: Down) => {
      if (ref !== undefined) shellOf(self).news.ended(ref);
    },
    terminate: (self) => shellOf(self).end(),
    shutdown: "infinity",
    ...options,
  });
  // The protocol of the rungs is known to the type of `build` only.
  return definition as unknown as Definition<Args, LadderProtocol<P>>;
}

/**
 * The address of a ladder's service: a ref that leads to the rung in charge, and to a stand-in
 * (calls fail with ServiceUnavailable, casts are dead letters) while there is none. It ends with
 * the ladder.
 *
 * @param need the guarantee without which the answer is of no use: the address leads to no rung
 *   that promises less. Default: the ladder's `minimum`.
 */
export function ladderRef<P>(ladder: Ref<LadderProtocol<P>>, need?: string): Promise<Ref<P>> {
  return ladder.call.service(need) as Promise<Ref<P>>;
}

/**
 * For a rung: tells the ladder that the next one should take over, in between two probes.
 *
 * @param epoch as `activate` was given it. A ladder counts what comes from an earlier one.
 * @returns false: no ladder has spawned this actor.
 */
export function notReady(self: Pick<Self<unknown>, "parent">, epoch: number, cause = ""): boolean {
  const parent = self.parent as Ref<Pick<LadderProtocol, "notReady">> | undefined;
  const { notReady: tell } = (parent?.cast ?? {}) as Partial<Ref<LadderProtocol>["cast"]>;
  tell?.(epoch, cause);
  return tell !== undefined;
}

function shellOf(self: Pick<Self<unknown>, "local">): LadderShell {
  return self.local.shell as LadderShell; // `init` has put it there.
}

/** Answers, or fails the call with what was wrong in it. */
function answerOf<Value>(self: Ladder, value: () => Value): Deferred<Value> {
  const answer = self.defer<Value>();
  try {
    answer.resolve(value());
  } catch (error) {
    if (!(error instanceof InvalidOptions)) throw error;
    if (!answer.reject(error)) self.log.warn({ ladder: self.state.service, error }, "refused");
  }
  return answer;
}

const handlers = {
  service(self: Ladder, need?: string): Deferred<AnyRef> {
    const { ladder, doors } = shellOf(self);
    return answerOf(self, () => {
      const rank = checkNeed(ladder, need);
      if (typeof rank === "string") throw new InvalidOptions("service", rank, need);
      return doors.at(rank) as AnyRef; // All have been made before the ladder had started.
    });
  },

  status(self: Ladder): LadderStatus {
    return statusOf(shellOf(self));
  },

  history(self: Ladder): LadderChange[] {
    return [...self.state.history];
  },

  subscribe(self: Ladder, listener: AnyRef): Deferred<LadderChange | undefined> {
    const { news } = shellOf(self);
    return answerOf(self, () => {
      news.subscribe(listener);
      return news.history.at(-1);
    });
  },

  unsubscribe(self: Ladder, listener: AnyRef): boolean {
    return shellOf(self).news.unsubscribe(listener);
  },

  notReady(self: Ladder, epoch: number, cause?: string): void {
    shellOf(self).tell({ type: "not-ready", epoch, cause: summarise(cause || "it says so") });
  },

  whichChildren(self: Ladder): ChildInfo[] {
    return infosOf(shellOf(self));
  },

  countChildren(self: Ladder): ChildCounts {
    const infos = infosOf(shellOf(self));
    const active = infos.filter(({ ref }) => ref !== undefined).length;
    const supervisors = infos.filter(({ type }) => type === "supervisor").length;
    return { specs: infos.length, active, supervisors, workers: infos.length - supervisors };
  },

  /** The ladder's timers. From anybody else it does no harm. */
  [DUE](self: Ladder, timer: LadderTimer): void {
    shellOf(self).tell({ type: "due", timer });
  },
};
