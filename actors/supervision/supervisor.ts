/**
 * Supervisors: actors that start other actors, and start them again when they end.
 *
 * A supervisor is an actor like any other, written on what every actor can use: it traps exits, is
 * linked with its children from before their `init` on, and stops them in its `terminate`.
 *
 *     init ──▶ specification ──▶ checked ──▶ children, in order      one fails: all that were
 *                                                                   started are stopped, so is it
 *     exit of a child, or a call ──▶ Shell ──▶ Family's rules
 *     terminate ──▶ children, in reverse order, each within its `shutdown`
 */

import { asError } from "../../runtime/errors.ts";
import type { Exit } from "../bonds.ts";
import { defineActor } from "../define.ts";
import { InvalidOptions } from "../errors.ts";
import type {
  AnyRef,
  Deferred,
  Definition,
  MailboxOptions,
  Ref,
  RestartType,
  Self,
  ShutdownTime,
} from "../types.ts";
import type { ChildInfo } from "./child.ts";
import { type ChildSpec, checkChild } from "./child-spec.ts";
import { RETRY, Shell } from "./shell.ts";
import {
  type AutoShutdown,
  checkSupervisor,
  type Strategy,
  type SupervisorSpec,
} from "./supervisor-spec.ts";
import { titleOf } from "./title.ts";

/** What a supervisor can be asked. For an id that is no text it fails with InvalidOptions. */
export interface SupervisorProtocol {
  /**
   * Starts one more child, behind the others. Fails with InvalidSpec, ChildFailed, ChildStarted,
   * ChildPresent, or SupervisorBusy; then there is no such child.
   */
  startChild(spec: ChildSpec): Deferred<AnyRef>;
  /**
   * Stops a child within its `shutdown`; it is not started again by itself. A temporary one is
   * forgotten. Fails with ChildNotFound.
   */
  terminateChild(id: string): Deferred<void>;
  /**
   * Starts a child that does not run. Fails with ChildNotFound, ChildRunning, ChildRestarting or
   * ChildFailed.
   */
  restartChild(id: string): Deferred<AnyRef>;
  /** Forgets a child that does not run. Fails with ChildNotFound, ChildRunning, ChildRestarting. */
  deleteChild(id: string): Deferred<void>;
  /** All children in the order in which they start. Answered at once, whatever goes on. */
  whichChildren(): ChildInfo[];
  /** Answered at once, whatever goes on. */
  countChildren(): ChildCounts;
  /**
   * A ref that leads to the child of this id, whichever incarnation of it runs; nowhere while none
   * does, and for ever once the child is forgotten. See `childRef`. Fails with ChildNotFound, or
   * NoSuchActor if it is of another definition than the one named.
   */
  child(id: string, definition?: string): Deferred<AnyRef>;
}

export interface ChildCounts {
  /** Children that the supervisor knows, running or not. */
  readonly specs: number;
  /** Those that run. */
  readonly active: number;
  /** Those of `specs` that are supervisors themselves. */
  readonly supervisors: number;
  readonly workers: number;
}

/** What the specifications of others that have it as a child need not say. */
export interface SupervisorOptions {
  restart?: RestartType;
  /** Default "infinity": its children have the time that they need. */
  shutdown?: ShutdownTime;
  mailbox?: MailboxOptions;
}

/** Plain data, for inspection. */
interface SupervisorState {
  strategy: Strategy;
  intensity: number;
  period: number;
  autoShutdown: AutoShutdown;
  children: Map<string, ChildInfo>;
}

/**
 * Defines a supervisor, and registers it under (url, name) as `defineActor` does.
 *
 * @param url `import.meta.url` of the module that calls this.
 * @param build makes the specification from the arguments of `spawn`, anew at each start. If it is
 *   wrong, the spawn fails with InvalidSpec (ERR_INVALID_SPEC) and no child has been started; if a
 *   child does not start, with ChildFailed (ERR_CHILD_FAILED), and those before it were stopped.
 * @throws InvalidDefinition (ERR_INVALID_DEFINITION), InvalidOptions (ERR_INVALID_OPTIONS)
 */
export function defineSupervisor<Args extends unknown[]>(
  url: string,
  name: string,
  build: (...args: Args) => SupervisorSpec | Promise<SupervisorSpec>,
  options: SupervisorOptions = {},
): Definition<Args, SupervisorProtocol> {
  const init = (self: Self<undefined>, ...args: Args): Promise<SupervisorState> =>
    begin(self, build, args);
  // What tells two versions of a supervisor apart is what its user wrote.
  Object.defineProperty(init, "toString", { value: () => String(build) });
  return defineActor(url, name, {
    init,
    handlers,
    trapExit: true,
    exit: (self, { from, reason }: Exit) => {
      if (from !== undefined) shellOf(self).ended(from, reason);
      // Who was spawned from outside of actors has its parent there.
      else if (self.parent === undefined && reason.type !== "normal") self.stop(reason);
    },
    terminate: (self) => shellOf(self).end(),
    shutdown: "infinity",
    ...options,
  });
}

/**
 * The ref of a supervisor's child that survives the restarts of that child, with its protocol.
 * Rejects as `child` of SupervisorProtocol does.
 */
export function childRef<P>(
  supervisor: Ref<SupervisorProtocol>,
  definition: Definition<never, P>,
  id: string,
): Promise<Ref<P>> {
  // The supervisor has compared the names.
  return supervisor.call.child(id, definition.name) as Promise<Ref<P>>;
}

async function begin<Args extends unknown[]>(
  self: Self<undefined>,
  build: (...args: Args) => SupervisorSpec | Promise<SupervisorSpec>,
  args: Args,
): Promise<SupervisorState> {
  const title = titleOf(self);
  const shell = new Shell(self, title, checkSupervisor(title, await build(...args)));
  self.local.shell = shell;
  const failed = await shell.start();
  if (failed !== undefined) throw failed;
  const { spec, infos, window } = shell.family;
  const { strategy, autoShutdown } = spec;
  const { intensity, periodMs: period } = window;
  return { strategy, intensity, period, autoShutdown, children: infos };
}

function shellOf(self: Pick<Self<unknown>, "local">): Shell {
  return self.local.shell as Shell; // `begin` has put it there.
}

type Supervisor = Self<SupervisorState>;

/** Answers about the child of this id, if it is one at all. */
function about<Result>(
  self: Supervisor,
  id: unknown,
  answer: (shell: Shell) => Deferred<Result>,
): Deferred<Result> {
  const shell = shellOf(self);
  if (typeof id === "string") return answer(shell);
  return shell.refused(new InvalidOptions("id", "the id of a child, a text", id));
}

const handlers = {
  startChild(self: Supervisor, spec: ChildSpec): Deferred<AnyRef> {
    const shell = shellOf(self);
    try {
      const checked = checkChild(spec, { supervisor: shell.name, path: "child" });
      return shell.request(shell.family.startChild(checked));
    } catch (error) {
      // InvalidSpec; whatever else reading it may throw is not worth a tree either.
      return shell.refused(asError(error));
    }
  },

  terminateChild(self: Supervisor, id: string): Deferred<void> {
    return about(self, id, (shell) => shell.request(shell.family.terminateChild(id)));
  },

  restartChild(self: Supervisor, id: string): Deferred<AnyRef> {
    return about(self, id, (shell) => shell.request(shell.family.restartChild(id)));
  },

  deleteChild(self: Supervisor, id: string): Deferred<void> {
    return about(self, id, (shell) => shell.request(shell.family.deleteChild(id)));
  },

  whichChildren(self: Supervisor): ChildInfo[] {
    return [...self.state.children.values()].map((info) => ({ ...info }));
  },

  countChildren(self: Supervisor): ChildCounts {
    const all = [...self.state.children.values()];
    const supervisors = all.filter(({ type }) => type === "supervisor").length;
    const active = all.filter(({ ref }) => ref !== undefined).length;
    return { specs: all.length, active, supervisors, workers: all.length - supervisors };
  },

  child(self: Supervisor, id: string, definition?: string): Deferred<AnyRef> {
    return about(self, id, (shell) =>
      definition === undefined || typeof definition === "string"
        ? shell.child(id, definition)
        : shell.refused(new InvalidOptions("definition", "a definition's name", definition)),
    );
  },

  /** The agenda's timer. From anybody else it does no harm. */
  [RETRY](self: Supervisor): void {
    shellOf(self).retry();
  },
};
