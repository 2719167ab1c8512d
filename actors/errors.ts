/**
 * Errors that a correct program must expect. Each has a `code` that never changes, the facts as
 * fields, and a message that says what happened, with which values, and what to do.
 *
 * They cross threads as themselves (`reviveError`), so `instanceof` works for them; errors of the
 * user's own classes arrive as Error with their name, message, stack, code, cause and fields, so
 * tell those apart by `name` or `code`.
 */

import {
  DuplicateExtension,
  ExtensionFailed,
  ExtensionMissing,
  MessageTooLarge,
  NotSendable,
  SabeamError,
} from "../runtime/errors.ts";
import {
  ActorEnded,
  ContinuePending,
  MonitorsFull,
  NothingToStash,
  RequestsFull,
  StashFull,
  StateChanged,
} from "./errors-actor.ts";
import { ChildrenFull, NoPartitions, NotAChild } from "./errors-crew.ts";
import {
  InvalidWrite,
  JournalClosed,
  JournalCorrupt,
  JournalFolder,
  JournalForeign,
  JournalFull,
  JournalLocked,
  JournalVersion,
  LogTaken,
  SqliteMissing,
  StoreFailed,
  WriteLost,
} from "./errors-journal.ts";
import {
  Aborted,
  ActorDown,
  CallCycle,
  CallTimeout,
  InvalidMessage,
  MailboxFull,
  Refusal,
  UnknownHandler,
} from "./errors-message.ts";
import {
  InstanceBroken,
  InstanceOver,
  NoSuchInstance,
  OutcomeUnknown,
  Overloaded,
  ProtocolFailed,
  StoreLost,
} from "./errors-protocol.ts";
import {
  ChildFailed,
  ChildNotFound,
  ChildPresent,
  ChildRestarting,
  ChildRunning,
  ChildStarted,
  InvalidSpec,
  ServiceUnavailable,
  SupervisorBusy,
} from "./errors-supervision.ts";
import {
  DefinitionsFull,
  InvalidDefinition,
  InvalidOptions,
  ModuleNotLoaded,
  NamesFull,
  NameTaken,
  NestedSystem,
  NoSuchActor,
  NoThreadApart,
  OwnThreadFailed,
  OwnThreadsTaken,
  SystemFailed,
  SystemStopped,
  ThreadUnavailable,
  TooManyActors,
} from "./errors-system.ts";

export * from "./errors-actor.ts";
export * from "./errors-crew.ts";
export * from "./errors-journal.ts";
export * from "./errors-message.ts";
export * from "./errors-protocol.ts";
export * from "./errors-supervision.ts";
export * from "./errors-system.ts";
export {
  DuplicateExtension,
  ExtensionFailed,
  ExtensionMissing,
  MessageTooLarge,
  NotSendable,
  SabeamError,
};

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
    ERR_MONITORS_FULL: MonitorsFull,
    ERR_NOTHING_TO_STASH: NothingToStash,
    ERR_CONTINUE_PENDING: ContinuePending,
    ERR_STATE_CHANGED: StateChanged,
    ERR_REQUESTS_FULL: RequestsFull,
    ERR_NAME_TAKEN: NameTaken,
    ERR_INVALID_OPTIONS: InvalidOptions,
    ERR_INVALID_DEFINITION: InvalidDefinition,
    ERR_INVALID_MESSAGE: InvalidMessage,
    ERR_MODULE_NOT_LOADED: ModuleNotLoaded,
    ERR_SYSTEM_STOPPED: SystemStopped,
    ERR_SYSTEM_FAILED: SystemFailed,
    ERR_THREAD_UNAVAILABLE: ThreadUnavailable,
    ERR_OWN_THREADS_TAKEN: OwnThreadsTaken,
    ERR_OWN_THREAD_FAILED: OwnThreadFailed,
    ERR_NO_THREAD_APART: NoThreadApart,
    ERR_NAMES_FULL: NamesFull,
    ERR_TOO_MANY_ACTORS: TooManyActors,
    ERR_DEFINITIONS_FULL: DefinitionsFull,
    ERR_INVALID_SPEC: InvalidSpec,
    ERR_CHILD_FAILED: ChildFailed,
    ERR_CHILD_NOT_FOUND: ChildNotFound,
    ERR_CHILD_STARTED: ChildStarted,
    ERR_CHILD_PRESENT: ChildPresent,
    ERR_CHILD_RUNNING: ChildRunning,
    ERR_CHILD_RESTARTING: ChildRestarting,
    ERR_CHILDREN_FULL: ChildrenFull,
    ERR_NOT_A_CHILD: NotAChild,
    ERR_NO_PARTITIONS: NoPartitions,
    ERR_SUPERVISOR_BUSY: SupervisorBusy,
    ERR_SERVICE_UNAVAILABLE: ServiceUnavailable,
    ERR_JOURNAL_FULL: JournalFull,
    ERR_SQLITE_MISSING: SqliteMissing,
    ERR_STORE_FAILED: StoreFailed,
    ERR_INVALID_WRITE: InvalidWrite,
    ERR_JOURNAL_CLOSED: JournalClosed,
    ERR_JOURNAL_CORRUPT: JournalCorrupt,
    ERR_JOURNAL_FOLDER: JournalFolder,
    ERR_JOURNAL_FOREIGN: JournalForeign,
    ERR_JOURNAL_LOCKED: JournalLocked,
    ERR_JOURNAL_VERSION: JournalVersion,
    ERR_LOG_TAKEN: LogTaken,
    ERR_WRITE_LOST: WriteLost,
    ERR_OUTCOME_UNKNOWN: OutcomeUnknown,
    ERR_INSTANCE_BROKEN: InstanceBroken,
    ERR_INSTANCE_OVER: InstanceOver,
    ERR_NO_SUCH_INSTANCE: NoSuchInstance,
    ERR_OVERLOADED: Overloaded,
    ERR_PROTOCOL_FAILED: ProtocolFailed,
    ERR_STORE_LOST: StoreLost,
    ERR_DUPLICATE_EXTENSION: DuplicateExtension,
    ERR_EXTENSION_FAILED: ExtensionFailed,
    ERR_EXTENSION_MISSING: ExtensionMissing,
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
