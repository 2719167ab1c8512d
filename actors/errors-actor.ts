/** What an actor, or whoever asks after it, can do wrong with it. */

import { SabeamError } from "../runtime/errors.ts";

export class ActorEnded extends SabeamError {
  override readonly name = "ActorEnded";
  readonly actor: string;
  constructor(actor: string, what: string) {
    super(
      "ERR_ACTOR_ENDED",
      `${what} of ${actor} was used after its end; whatever goes on after an await must stop ` +
        "when " +
        "self.signal is aborted",
    );
    this.actor = actor;
  }
}

export class StashFull extends SabeamError {
  override readonly name = "StashFull";
  readonly actor: string;
  readonly max: number;
  constructor(actor: string, max: number) {
    super(
      "ERR_STASH_FULL",
      `${actor} has set ${max} messages aside and cannot keep more; unstash earlier, refuse what ` +
        "cannot be kept, or raise stashMax in its definition",
    );
    this.actor = actor;
    this.max = max;
  }
}

export class NothingToStash extends SabeamError {
  override readonly name = "NothingToStash";
  readonly actor: string;
  constructor(actor: string) {
    super(
      "ERR_NOTHING_TO_STASH",
      `${actor} handles no message that could be set aside: self.stash() works once per message, ` +
        "in its handler or in unknown(), before it is answered",
    );
    this.actor = actor;
  }
}

export class ContinuePending extends SabeamError {
  override readonly name = "ContinuePending";
  readonly actor: string;
  constructor(actor: string) {
    super(
      "ERR_CONTINUE_PENDING",
      `${actor} has a continuation that has not run yet; there is one at a time, so say all that ` +
        "is to be done in one self.continue()",
    );
    this.actor = actor;
  }
}

/** The actor has handled something since its state was read: nothing was replaced. */
export class StateChanged extends SabeamError {
  override readonly name = "StateChanged";
  readonly actor: string;
  readonly expected: number;
  readonly version: number;
  constructor(actor: string, expected: number, version: number) {
    super(
      "ERR_STATE_CHANGED",
      `${actor} is at version ${version} of its state and not at ${expected}, so it was left as ` +
        "it is; read it again with getState, or suspend the actor before you read",
    );
    this.actor = actor;
    this.expected = expected;
    this.version = version;
  }
}

export class MonitorsFull extends SabeamError {
  override readonly name = "MonitorsFull";
  readonly max: number;
  constructor(max: number) {
    super(
      "ERR_MONITORS_FULL",
      `the actors of this thread watch ${max} others already; demonitor what need not be watched`,
    );
    this.max = max;
  }
}

export class RequestsFull extends SabeamError {
  override readonly name = "RequestsFull";
  readonly max: number;
  constructor(max: number) {
    super(
      "ERR_REQUESTS_FULL",
      `${max} calls of this collection are not received yet; receive some before you add more`,
    );
    this.max = max;
  }
}
