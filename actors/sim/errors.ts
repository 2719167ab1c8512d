/** What goes wrong in simulations. Each with a `code` that never changes. */

import { SabeamError } from "../../runtime/errors.ts";
import type { Plan } from "./plan.ts";
import type { Shrinking } from "./shrinking.ts";

/** Everything that is known of a failed run. */
export interface FailureFacts {
  readonly seed: string;
  /** Steps that had been taken. */
  readonly step: number;
  /** Virtual milliseconds since the beginning. */
  readonly atMs: number;
  /** Of the trail until then. */
  readonly hash: string;
  /** The plan, as small as it was made; without what the body has scripted. */
  readonly plan: Plan;
  /** What became of the plan that was given or drawn; undefined: nothing was tried. */
  readonly shrinking: Shrinking | undefined;
  /** For people: what went wrong and happened last, who waits, how to run it again. */
  readonly report: string;
  /** The last messages, as a sequence diagram for Mermaid. */
  readonly mermaid: string;
  /** Runs it again. */
  readonly command: string;
}

/** A property does not hold, something threw, or nothing goes on. `cause` has the error, if any. */
export class SimulationFailed extends SabeamError implements FailureFacts {
  override readonly name = "SimulationFailed";
  readonly seed: string;
  readonly step: number;
  readonly atMs: number;
  readonly hash: string;
  readonly plan: Plan;
  readonly shrinking: Shrinking | undefined;
  readonly report: string;
  readonly mermaid: string;
  readonly command: string;

  constructor(what: string, facts: FailureFacts, cause?: unknown) {
    const where = `seed ${facts.seed}, step ${facts.step}, ${facts.atMs.toFixed(3)} ms`;
    super("ERR_SIMULATION_FAILED", `${what} (${where})\n\n${facts.report}`);
    this.seed = facts.seed;
    this.step = facts.step;
    this.atMs = facts.atMs;
    this.hash = facts.hash;
    this.plan = facts.plan;
    this.shrinking = facts.shrinking;
    this.report = facts.report;
    this.mermaid = facts.mermaid;
    this.command = facts.command;
    if (cause !== undefined) this.cause = cause;
  }
}

/** What an actor crashes with when the simulation wants it to. */
export class SimulatedCrash extends SabeamError {
  override readonly name = "SimulatedCrash";
  constructor(what: string) {
    super("ERR_SIMULATED_CRASH", `${what} crashes, because the fault plan says so`);
  }
}

/** The node that was asked has crashed. */
export class NodeDown extends SabeamError {
  override readonly name = "NodeDown";
  constructor(node: string) {
    super("ERR_NODE_DOWN", `node ${node} does not run: it has crashed; start it again first`);
  }
}

/** The node that was to start runs. */
export class NodeRuns extends SabeamError {
  override readonly name = "NodeRuns";
  constructor(node: string) {
    super("ERR_NODE_RUNS", `node ${node} runs already: crash it before it starts again`);
  }
}

/** An invariant, or something that was to come true, and did not. */
export class PropertyViolated extends SabeamError {
  override readonly name = "PropertyViolated";
  readonly property: string;
  constructor(property: string, problem: string) {
    super("ERR_PROPERTY_VIOLATED", `${property}: ${problem}`);
    this.property = property;
  }
}

/** The body did not come to its end. */
export class SimulationHangs extends SabeamError {
  override readonly name = "SimulationHangs";
  constructor(problem: string) {
    super("ERR_SIMULATION_HANGS", problem);
  }
}

/** An actor called `process.exit`, which would have ended the process of the simulation. */
export class ExitCalled extends SabeamError {
  override readonly name = "ExitCalled";
  constructor(actor: string) {
    super(
      "ERR_EXIT_CALLED",
      `${actor} called process.exit: on a thread of its own that ends the thread, on main the ` +
        "process; a simulation has neither (end the actor with self.exit, the thread by a kill)",
    );
  }
}

/** What a handler waits for, as far as it is known. */
export interface ForeignPlace {
  /** `a file operation`. */
  readonly what: string;
  /** Of the user's code, innermost first: `file:line:column`. */
  readonly frames: readonly string[];
}

/** A handler waits for something that a simulation has not: see `SimulateOptions.foreign`. */
export class ForeignOperation extends SabeamError {
  override readonly name = "ForeignOperation";
  readonly actor: string;
  readonly handler: string;
  /** The definition, for whoever looks for the place. */
  readonly owner: unknown;
  readonly place: ForeignPlace | undefined;

  constructor(actor: string, handler: string, owner: unknown, place?: ForeignPlace) {
    const where =
      place === undefined ? "" : `: ${place.what}\n  at ${place.frames.join("\n  at ")}\n`;
    const turn = handler === "" ? "" : ` in ${handler}`;
    super(
      "ERR_FOREIGN_OPERATION",
      `${actor} waits${turn} for something outside of the simulation${where || " "}(only ` +
        "calls, spawns, timers and virtual globals have virtual time: hand it a stand-in for I/O)",
    );
    this.actor = actor;
    this.handler = handler;
    this.owner = owner;
    this.place = place;
    Object.defineProperty(this, "owner", { enumerable: false });
  }
}
