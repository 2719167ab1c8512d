/**
 * Errors of barriers. Each has a `code` that never changes, the facts as fields, and a message that
 * says what happened, with which values, and what to do.
 */

import { type MemberId, SabeamError } from "../../actors/index.ts";
import { shown } from "../shown.ts";
import type { BreakCause, Broken, RefusalReason, Refused } from "./spec.ts";

/** A phase will not pass: for all that wait for it, and all that arrive at it later. */
export class BarrierBroken extends SabeamError {
  override readonly name = "BarrierBroken";
  readonly instance: string;
  readonly phase: number;
  /** Why. "home-lost": it kept nothing and has died, and the instance with it. */
  readonly breakCause: BreakCause;
  /** Some of those that had not arrived, at most 32. */
  readonly missing: readonly MemberId[];
  readonly missingCount: number;

  constructor(instance: string, { phase, cause, detail, missing, missingCount }: Broken) {
    const more = missingCount > missing.length ? ` and ${missingCount - missing.length} more` : "";
    const who = missing.length === 0 && more === "" ? "nobody" : missing.join(", ") + more;
    super(
      "ERR_BARRIER_BROKEN",
      `${instance}: phase ${phase} is broken (${cause}${detail === "" ? "" : `: ${detail}`}); ` +
        `not arrived: ${who}; ${ADVICE[cause]}`,
    );
    this.instance = instance;
    this.phase = phase;
    this.breakCause = cause;
    this.missing = missing;
    this.missingCount = missingCount;
  }
}

const RESET = "undo what belongs to this phase, and reset() to open the next";
const ADVICE: { readonly [cause in BreakCause]: string } = {
  timeout: `${RESET}, or give it a longer timeoutMs`,
  "member-down": `${RESET} once it is back, or create it with onDown: "deregister"`,
  reset: "somebody has called reset(): begin the next phase",
  "advance-failed": `mend onAdvance of home's participant; ${RESET}`,
  "home-lost": "create it again under another id, or give it a journal",
  exhausted: "no phase number is left: create it again under another id",
  ended: "all parties have left: create it again under another id",
};

/** A member asked for what cannot be. Nothing has happened. */
export class BarrierRefused extends SabeamError {
  override readonly name = "BarrierRefused";
  readonly instance: string;
  readonly reason: RefusalReason;
  readonly phase: number;

  constructor(instance: string, member: MemberId, { reason, phase, limit }: Refused) {
    super("ERR_BARRIER_REFUSED", `${instance}: ${TELL[reason](member, phase, limit)}`);
    this.instance = instance;
    this.reason = reason;
    this.phase = phase;
  }
}

type Tell = (member: MemberId, phase: number, limit: number) => string;

const TELL: { readonly [reason in RefusalReason]: Tell } = {
  "unknown-member": (member) =>
    `${member} is not among its members; create it with this id, or with membership: "changing"`,
  full: (_, __, limit) =>
    `all ${limit} places are taken; create it with a larger count, with membership: "changing", ` +
    "or with a smaller valueBytesMax, which leaves room for more members",
  "not-registered": (member) => `${member} is not registered; register() first, then arrive`,
  "too-large": (_, __, limit) =>
    `what was brought is no plain data of at most ${limit} bytes; bring less, or create it with ` +
    "a larger valueBytesMax",
  "not-open": (_, phase) => `that phase is not open yet; this member is at phase ${phase}`,
  "not-double": () => 'it is cyclic; use arriveAndAwait, or create it with kind: "double"',
  "not-cyclic": () => 'it is double; use enter and leave, or create it with kind: "cyclic"',
  "already-entered": (member) => `${member} has entered; leave() comes next`,
  "not-entered": (member) => `${member} has not entered; enter() comes first`,
  forgotten: (_, phase, limit) =>
    `phase ${phase} was over long ago; only the last ${limit} outcomes are kept`,
  over: () => "it is over for good: create it again under another id",
  "not-a-command": () => "that is nothing that a barrier can be asked for",
};

/** A config cannot be: nobody is to arrive, a time-out is no time, and the like. */
export class InvalidBarrier extends SabeamError {
  override readonly name = "InvalidBarrier";
  /** What is wrong, as one would write it: `count`, `members[2]`. */
  readonly part: string;

  constructor(part: string, allowed: string, got: unknown) {
    super("ERR_INVALID_BARRIER", `${part} must be ${allowed}; got ${shown(got)}`);
    this.part = part;
  }
}
