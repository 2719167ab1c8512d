/** Why a message was not handled, or its call not answered. */

import { SabeamError } from "../runtime/errors.ts";
import { type ExitReason, formatExit } from "./exit.ts";

/**
 * Thrown by a handler on purpose: the caller gets it, the actor lives on. For a cast it is logged.
 */
export class Refusal extends SabeamError {
  override readonly name = "Refusal";
  readonly details: unknown;
  constructor(message: string, details?: unknown) {
    super("ERR_REFUSED", message);
    this.details = details;
  }
}

export class CallTimeout extends SabeamError {
  override readonly name = "CallTimeout";
  readonly target: string;
  readonly handler: string;
  readonly timeoutMs: number;
  constructor(target: string, handler: string, timeoutMs: number) {
    super(
      "ERR_CALL_TIMEOUT",
      `no answer from ${target} to ${handler} within ${timeoutMs} ms; it may be busy, waiting ` +
        "for " +
        "somebody, or still at it: the call may take effect yet, so make it idempotent before " +
        "you " +
        "repeat it, or give it more time with ref.with({ timeout })",
    );
    this.target = target;
    this.handler = handler;
    this.timeoutMs = timeoutMs;
  }
}

export class ActorDown extends SabeamError {
  override readonly name = "ActorDown";
  readonly target: string;
  readonly reason: ExitReason;
  /** "no": the handler never began. "maybe": it had begun, and may have taken effect. */
  readonly handled: "no" | "maybe";
  constructor(target: string, reason: ExitReason, handled: "no" | "maybe") {
    const hint =
      handled === "no"
        ? "the call was not handled: send it to the actor's successor"
        : "the call may have been handled: repeat it only if that does no harm";
    super("ERR_ACTOR_DOWN", `${target} is down: ${formatExit(reason)}; ${hint}`);
    this.target = target;
    this.reason = reason;
    this.handled = handled;
  }
}

export class MailboxFull extends SabeamError {
  override readonly name = "MailboxFull";
  readonly target: string;
  readonly queued: number;
  /** @param problem it would not have had room in the empty mailbox either, and why */
  constructor(target: string, queued: number, problem?: string) {
    super(
      "ERR_MAILBOX_FULL",
      problem !== undefined
        ? `the message is too large for ${target}; it was not handled: ${problem}`
        : `the way to ${target} is full (${queued} waiting); it was not handled. Wait for ` +
            "ref.ready() " +
            "after a cast that returned false, or choose another mailbox policy or a higher bound",
    );
    this.target = target;
    this.queued = queued;
  }
}

export class CallCycle extends SabeamError {
  override readonly name = "CallCycle";
  readonly path: readonly string[];
  constructor(path: readonly string[]) {
    super(
      "ERR_CALL_CYCLE",
      `these actors would wait for each other for ever: ${path.join(" → ")}; cast instead of ` +
        "call on " +
        "one of the ways, answer later with self.defer(), or declare the handler concurrent",
    );
    this.path = path;
  }
}

export class Aborted extends SabeamError {
  override readonly name = "Aborted";
  readonly target: string;
  readonly handler: string;
  constructor(target: string, handler: string, cause: unknown) {
    super("ERR_ABORTED", `the call of ${handler} to ${target} was given up by its AbortSignal`);
    this.target = target;
    this.handler = handler;
    this.cause = cause;
  }
}

export class UnknownHandler extends SabeamError {
  override readonly name = "UnknownHandler";
  readonly handler: string;
  constructor(definition: string, handler: string, known: readonly string[]) {
    super(
      "ERR_UNKNOWN_HANDLER",
      `${definition} has no handler ${JSON.stringify(handler)}; it has ` +
        `${known.join(", ") || "none"}`,
    );
    this.handler = handler;
  }
}

/** What a schema says about one place in a message. */
export interface MessageIssue {
  /** As one would write it: `args[0].lines[2].price`. */
  readonly path: string;
  readonly message: string;
}

/** A message is not what the handler's schema allows. It was not handled; the actor lives on. */
export class InvalidMessage extends SabeamError {
  override readonly name = "InvalidMessage";
  readonly target: string;
  readonly handler: string;
  /** At most 16. None if the schema itself failed: see `message` and `cause`. */
  readonly issues: readonly MessageIssue[];
  /** Issues beyond those. */
  readonly omitted: number;
  constructor(
    target: string,
    handler: string,
    what: { issues?: MessageIssue[]; omitted?: number; problem?: string; cause?: unknown },
  ) {
    const { issues = [], omitted = 0, problem } = what;
    const [first] = issues;
    const more = issues.length + omitted - 1;
    const others = more > 0 ? ` (and ${more} more issues)` : "";
    const told = first === undefined ? "" : `${first.path}: ${first.message}${others}`;
    super(
      "ERR_INVALID_MESSAGE",
      `${handler} of ${target} was not run: ${problem ?? told}; send what its schema allows`,
    );
    this.target = target;
    this.handler = handler;
    this.issues = issues;
    this.omitted = omitted;
    if (what.cause !== undefined) this.cause = what.cause;
  }
}
