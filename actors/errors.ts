/**
 * Errors that a correct program must expect. Each has a `code` that never changes, the facts as
 * fields, and a message that says what happened, with which values, and what to do.
 *
 * They cross threads as themselves (`reviveError`), so `instanceof` works for them; errors of the
 * user's own classes arrive as Error with their name, message, stack, code, cause and fields, so
 * tell those apart by `name` or `code`.
 */

import { MessageTooLarge, NotSendable, SabeamError } from "../runtime/errors.ts";
import { type ExitReason, formatExit } from "./exit.ts";

export { MessageTooLarge, NotSendable, SabeamError };

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
  constructor(target: string, queued: number) {
    super(
      "ERR_MAILBOX_FULL",
      `the way to ${target} is full (${queued} waiting); it was not handled. Wait for ` +
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

export class NestedSystem extends SabeamError {
  override readonly name = "NestedSystem";
  readonly thread: number;
  constructor(thread: number) {
    super(
      "ERR_NESTED_SYSTEM",
      `startSystem was called on thread ${thread} of a running system; a module with actors is ` +
        "loaded there too, so keep startSystem out of it: put the actors into a file of their own",
    );
    this.thread = thread;
  }
}

export class NoSuchActor extends SabeamError {
  override readonly name = "NoSuchActor";
  readonly actor: string;
  constructor(actor: string, why: string) {
    super("ERR_NO_SUCH_ACTOR", `there is no ${actor}: ${why}`);
    this.actor = actor;
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

export class NameTaken extends SabeamError {
  override readonly name = "NameTaken";
  readonly taken: string;
  constructor(taken: string, holder: string) {
    super(
      "ERR_NAME_TAKEN",
      `the name ${JSON.stringify(taken)} belongs to ${holder}; names are unique in a system ` +
        "while " +
        "their actor lives: use system.whereis to find it, or another name",
    );
    this.taken = taken;
  }
}

export class InvalidOptions extends SabeamError {
  override readonly name = "InvalidOptions";
  readonly option: string;
  constructor(option: string, allowed: string, got: unknown) {
    super("ERR_INVALID_OPTIONS", `${option} must be ${allowed}; got ${describe(got)}`);
    this.option = option;
  }
}

export class InvalidDefinition extends SabeamError {
  override readonly name = "InvalidDefinition";
  constructor(definition: string, problem: string) {
    super("ERR_INVALID_DEFINITION", `the definition ${definition} cannot be used: ${problem}`);
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

export class ModuleNotLoaded extends SabeamError {
  override readonly name = "ModuleNotLoaded";
  readonly url: string;
  readonly thread: number;
  constructor(url: string, thread: number, problem: string, cause?: unknown) {
    super(
      "ERR_MODULE_NOT_LOADED",
      `thread ${thread} could not get an actor from ${url}: ${problem}. Each thread imports the ` +
        "module that calls defineActor by this URL: it must be JavaScript that this Node can " +
        "import " +
        "there (loader flags in force: " +
        `${process.execArgv.join(" ") || "none"}), and must pass import.meta.url`,
    );
    this.url = url;
    this.thread = thread;
    if (cause !== undefined) this.cause = cause;
  }
}

export class SystemStopped extends SabeamError {
  override readonly name = "SystemStopped";
  constructor(what: string) {
    super("ERR_SYSTEM_STOPPED", `${what}: the system has been stopped; start another one`);
  }
}

export class SystemFailed extends SabeamError {
  override readonly name = "SystemFailed";
  constructor(what: string, cause?: unknown) {
    super("ERR_SYSTEM_FAILED", `the system cannot go on: ${what}`);
    if (cause !== undefined) this.cause = cause;
  }
}

export class ThreadUnavailable extends SabeamError {
  override readonly name = "ThreadUnavailable";
  readonly thread: number;
  constructor(thread: number) {
    super(
      "ERR_THREAD_UNAVAILABLE",
      `thread ${thread} does not run at the moment (it is being replaced or the system stops); ` +
        'try again in some milliseconds, or spawn with thread: "spread"',
    );
    this.thread = thread;
  }
}

export class TooManyActors extends SabeamError {
  override readonly name = "TooManyActors";
  readonly maxActors: number;
  constructor(maxActors: number) {
    super(
      "ERR_TOO_MANY_ACTORS",
      `all ${maxActors} actor slots that this thread can get are taken; end some actors, or ` +
        "start " +
        "the system with a higher maxActors (up to 1 048 576)",
    );
    this.maxActors = maxActors;
  }
}

export class DefinitionsFull extends SabeamError {
  override readonly name = "DefinitionsFull";
  constructor() {
    super(
      "ERR_DEFINITIONS_FULL",
      "the table of definitions is full (4096); define actors once per module, not once per use",
    );
  }
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null)
    return `an object ${Object.keys(value).join(", ")}`;
  return String(value);
}

/** The classes that cross threads as themselves. */
const BY_CODE: ReadonlyMap<string, object> = new Map(
  Object.entries({
    ERR_REFUSED: Refusal,
    ERR_CALL_TIMEOUT: CallTimeout,
    ERR_ACTOR_DOWN: ActorDown,
    ERR_MAILBOX_FULL: MailboxFull,
    ERR_CALL_CYCLE: CallCycle,
    ERR_ABORTED: Aborted,
    ERR_NESTED_SYSTEM: NestedSystem,
    ERR_NO_SUCH_ACTOR: NoSuchActor,
    ERR_UNKNOWN_HANDLER: UnknownHandler,
    ERR_ACTOR_ENDED: ActorEnded,
    ERR_STASH_FULL: StashFull,
    ERR_NOTHING_TO_STASH: NothingToStash,
    ERR_CONTINUE_PENDING: ContinuePending,
    ERR_NAME_TAKEN: NameTaken,
    ERR_INVALID_OPTIONS: InvalidOptions,
    ERR_INVALID_DEFINITION: InvalidDefinition,
    ERR_INVALID_MESSAGE: InvalidMessage,
    ERR_MODULE_NOT_LOADED: ModuleNotLoaded,
    ERR_SYSTEM_STOPPED: SystemStopped,
    ERR_SYSTEM_FAILED: SystemFailed,
    ERR_THREAD_UNAVAILABLE: ThreadUnavailable,
    ERR_TOO_MANY_ACTORS: TooManyActors,
    ERR_DEFINITIONS_FULL: DefinitionsFull,
    ERR_NOT_SENDABLE: NotSendable,
    ERR_MESSAGE_TOO_LARGE: MessageTooLarge,
  }).map(([code, { prototype }]) => [code, prototype]),
);

/** Gives an error of ours that came from another thread its class back. */
export function reviveError(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  const prototype = BY_CODE.get(String(error.code));
  return prototype === undefined ? error : Object.setPrototypeOf(error, prototype);
}
