/** What can be wrong with a supervisor's specification, and what it can be asked in vain. */

import { SabeamError, summarise } from "../runtime/errors.ts";
import type { AnyRef } from "./types.ts";

/** A specification that cannot be followed. Nothing was started. */
export class InvalidSpec extends SabeamError {
  override readonly name = "InvalidSpec";
  readonly supervisor: string;
  /** As one would write it: `children[2].restart`. */
  readonly path: string;
  constructor(supervisor: string, path: string, problem: string) {
    super("ERR_INVALID_SPEC", `${supervisor}: ${path} ${problem}`);
    this.supervisor = supervisor;
    this.path = path;
  }
}

/** A child did not start: `cause` is what its init threw. Those started before were stopped. */
export class ChildFailed extends SabeamError {
  override readonly name = "ChildFailed";
  readonly supervisor: string;
  readonly child: string;
  constructor(supervisor: string, child: string, cause: unknown) {
    super(
      "ERR_CHILD_FAILED",
      `${supervisor}: its child ${quoted(child)} did not start (${summarise(cause)}); the cause ` +
        "tells where",
      { cause },
    );
    this.supervisor = supervisor;
    this.child = child;
  }
}

export class ChildNotFound extends SabeamError {
  override readonly name = "ChildNotFound";
  readonly supervisor: string;
  readonly child: string;
  constructor(supervisor: string, child: string) {
    super(
      "ERR_CHILD_NOT_FOUND",
      `${supervisor} has no child ${quoted(child)}: it never had, or the child was deleted, or ` +
        "was temporary and has ended; whichChildren() tells whom it has",
    );
    this.supervisor = supervisor;
    this.child = child;
  }
}

/** A child of this id runs: `ref` is its address. */
export class ChildStarted extends SabeamError {
  override readonly name = "ChildStarted";
  readonly supervisor: string;
  readonly child: string;
  readonly ref: AnyRef;
  constructor(supervisor: string, child: string, ref: AnyRef) {
    super(
      "ERR_CHILD_STARTED",
      `${supervisor} has started ${quoted(child)} already (${ref}); use it, or another id`,
    );
    this.supervisor = supervisor;
    this.child = child;
    this.ref = ref;
  }
}

/** A child of this id is known and does not run. */
export class ChildPresent extends SabeamError {
  override readonly name = "ChildPresent";
  readonly supervisor: string;
  readonly child: string;
  constructor(supervisor: string, child: string) {
    super(
      "ERR_CHILD_PRESENT",
      `${supervisor} knows ${quoted(child)} already, which does not run: start it again with ` +
        "restartChild, or deleteChild before you give its id to another",
    );
    this.supervisor = supervisor;
    this.child = child;
  }
}

/** What was asked is for children that do not run. */
export class ChildRunning extends SabeamError {
  override readonly name = "ChildRunning";
  readonly supervisor: string;
  readonly child: string;
  constructor(supervisor: string, child: string) {
    super(
      "ERR_CHILD_RUNNING",
      `the child ${quoted(child)} of ${supervisor} runs: call terminateChild first`,
    );
    this.supervisor = supervisor;
    this.child = child;
  }
}

/** What was asked is for children that do not run, and this one is about to be tried again. */
export class ChildRestarting extends SabeamError {
  override readonly name = "ChildRestarting";
  readonly supervisor: string;
  readonly child: string;
  constructor(supervisor: string, child: string) {
    super(
      "ERR_CHILD_RESTARTING",
      `the child ${quoted(child)} of ${supervisor} is being restarted, again and again while it ` +
        "fails to start: wait, or call terminateChild to end that",
    );
    this.supervisor = supervisor;
    this.child = child;
  }
}

/** So many were asked of the supervisor at once that it cannot remember more. */
export class SupervisorBusy extends SabeamError {
  override readonly name = "SupervisorBusy";
  readonly supervisor: string;
  readonly waiting: number;
  constructor(supervisor: string, waiting: number) {
    super(
      "ERR_SUPERVISOR_BUSY",
      `${supervisor} has ${waiting} requests waiting and takes no more; it carries out one after ` +
        "the other, so wait for answers before you ask for more",
    );
    this.supervisor = supervisor;
    this.waiting = waiting;
  }
}

/**
 * No rung of the ladder may answer, or none that gives what was asked for. The call was not
 * handled.
 */
export class ServiceUnavailable extends SabeamError {
  override readonly name = "ServiceUnavailable";
  readonly service: string;
  /** Id of the rung in charge, or in charge last. */
  readonly rung: string;
  /** A ChangeReason; or `guarantee`: the rung in charge promises less than was asked for. */
  readonly reason: string;
  /** Milliseconds until the next rung is tried; undefined: nobody knows. */
  readonly retryAfterMs: number | undefined;
  constructor(
    service: string,
    why: { rung: string; reason: string; cause: string; retryAfterMs: number | undefined },
  ) {
    const { rung, reason, cause, retryAfterMs } = why;
    const ms = retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs);
    const when = ms === undefined ? "when a rung is ready" : `in ${ms} ms`;
    super(
      "ERR_SERVICE_UNAVAILABLE",
      `${service} is unavailable, ${reason}: rung ${quoted(rung)}, ${cause}; it was not handled, ` +
        `so send it again: the next rung is tried ${when}`,
    );
    this.service = service;
    this.rung = rung;
    this.reason = reason;
    this.retryAfterMs = ms;
  }
}

function quoted(child: string): string {
  return JSON.stringify(child);
}
