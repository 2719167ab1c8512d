/** What goes wrong in simulations. Each with a `code` that never changes. */

import { SabeamError } from "../../runtime/errors.ts";

/** Everything that is known of a failed run. */
export interface FailureFacts {
  readonly seed: string;
  /** Steps that had been taken. */
  readonly step: number;
  /** Virtual milliseconds since the beginning. */
  readonly atMs: number;
  /** Of the trail until then. */
  readonly hash: string;
  /** For people: what happened last, who waits, how to run it again. */
  readonly report: string;
}

/** A property does not hold, something threw, or nothing goes on. `cause` has the error, if any. */
export class SimulationFailed extends SabeamError implements FailureFacts {
  override readonly name = "SimulationFailed";
  readonly seed: string;
  readonly step: number;
  readonly atMs: number;
  readonly hash: string;
  readonly report: string;

  constructor(what: string, facts: FailureFacts, cause?: unknown) {
    const where = `seed ${facts.seed}, step ${facts.step}, ${facts.atMs.toFixed(3)} ms`;
    super("ERR_SIMULATION_FAILED", `${what} (${where})\n\n${facts.report}`);
    this.seed = facts.seed;
    this.step = facts.step;
    this.atMs = facts.atMs;
    this.hash = facts.hash;
    this.report = facts.report;
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
