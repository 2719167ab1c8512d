/** What clients of protocols must expect, and why a member of one may end. */

import { SabeamError } from "../runtime/errors.ts";

/** The time was over before it was known what became of a command. It may have been applied. */
export class OutcomeUnknown extends SabeamError {
  override readonly name = "OutcomeUnknown";
  readonly instance: string;
  readonly command: string;
  /** The same command under this id is applied at most once: ask again with it, within 60 s. */
  readonly requestId: string;
  readonly withinMs: number;
  constructor(
    instance: string,
    command: string,
    requestId: string,
    withinMs: number,
    options?: ErrorOptions,
  ) {
    super(
      "ERR_OUTCOME_UNKNOWN",
      `${instance} has not said within ${withinMs} ms what became of ${command} (request ` +
        `${requestId}): it may have been applied, or may be yet; ask again under the same ` +
        "request id within a minute, which is applied at most once, or give it more time with " +
        "deadlineMs",
      options,
    );
    this.instance = instance;
    this.command = command;
    this.requestId = requestId;
    this.withinMs = withinMs;
  }
}

/** A member that keeps nothing has died, and the instance with it for whoever asked there. */
export class InstanceBroken extends SabeamError {
  override readonly name = "InstanceBroken";
  readonly instance: string;
  readonly reason: string;
  constructor(instance: string, reason: string) {
    super(
      "ERR_INSTANCE_BROKEN",
      `${instance} has ended before it answered: ${reason}; it kept nothing, so nobody goes on ` +
        "with it. If it had finished, ask within its lingerMs; else start another instance " +
        "under another id, or give it a journal",
    );
    this.instance = instance;
    this.reason = reason;
  }
}

/** A member that keeps what it knows has ended, as it does when its instance has finished. */
export class InstanceOver extends SabeamError {
  override readonly name = "InstanceOver";
  readonly instance: string;
  constructor(instance: string) {
    super(
      "ERR_INSTANCE_OVER",
      `${instance} has ended, as members do once their instance has finished and lingerMs are ` +
        "over; nothing has happened. Keep what it came to when it says so, or give it a longer " +
        "lingerMs; started again with its journal, it still knows",
    );
    this.instance = instance;
  }
}

/** Nobody is there under this name, and nobody came within the time. Nothing was applied. */
export class NoSuchInstance extends SabeamError {
  override readonly name = "NoSuchInstance";
  readonly instance: string;
  constructor(instance: string, withinMs: number) {
    super(
      "ERR_NO_SUCH_INSTANCE",
      `nobody serves ${instance}, and nobody came within ${withinMs} ms; nothing has happened. ` +
        "It may never have been started, or have finished: then it answers for lingerMs, and " +
        "with a journal again once it is started again",
    );
    this.instance = instance;
  }
}

/** A member has as many commands as it may have. Nothing was applied. */
export class Overloaded extends SabeamError {
  override readonly name = "Overloaded";
  readonly instance: string;
  readonly retryAfterMs: number;
  constructor(instance: string, retryAfterMs: number) {
    super(
      "ERR_OVERLOADED",
      `${instance} has too many commands that wait, and had until the deadline; nothing has ` +
        `happened: try again after ${retryAfterMs} ms, and ask for less at a time`,
    );
    this.instance = instance;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A core says that what must not be is. Its supervisor decides. */
export class ProtocolFailed extends SabeamError {
  override readonly name = "ProtocolFailed";
  readonly instance: string;
  readonly reason: string;
  constructor(instance: string, reason: string) {
    super(
      "ERR_PROTOCOL_FAILED",
      `${instance}: ${reason}; this is a fault of the protocol: report it with its journal`,
    );
    this.instance = instance;
    this.reason = reason;
  }
}

/** The store of a member has died, or has failed. The member ends, to replay what is durable. */
export class StoreLost extends SabeamError {
  override readonly name = "StoreLost";
  readonly instance: string;
  readonly reason: string;
  constructor(instance: string, reason: string) {
    super(
      "ERR_STORE_LOST",
      `${instance} has lost its store: ${reason}; it ends and replays what is durable, once ` +
        "the store is there again",
    );
    this.instance = instance;
    this.reason = reason;
  }
}
