/** Why something is not, or is no longer, kept in a journal; and why one cannot be opened. */

import { SabeamError } from "../runtime/errors.ts";

/** There is no room now. Nothing of what was to be written is there. */
export class JournalFull extends SabeamError {
  override readonly name = "JournalFull";
  readonly journal: string;
  readonly why: string;
  constructor(journal: string, why: string, options?: ErrorOptions) {
    super(
      "ERR_JOURNAL_FULL",
      `${journal} has no room: ${why}; free some space, or have its logs take snapshots or be ` +
        "removed, and try again",
      options,
    );
    this.journal = journal;
    this.why = why;
  }
}

/** The journal cannot go on; `cause` says why, if it was an error. */
export class StoreFailed extends SabeamError {
  override readonly name = "StoreFailed";
  readonly journal: string;
  constructor(journal: string, why: string, options?: ErrorOptions) {
    super(
      "ERR_STORE_FAILED",
      `${journal} cannot go on: ${why}; what was not said to be durable may be lost, so start ` +
        "again from what is there when the log is opened again",
      options,
    );
    this.journal = journal;
  }
}

/** Somebody else has opened the log since: its former owner writes no more. */
export class LogTaken extends SabeamError {
  override readonly name = "LogTaken";
  readonly log: string;
  constructor(log: string, by: string) {
    super(
      "ERR_LOG_TAKEN",
      `the log ${JSON.stringify(log)} belongs to ${by} now, which has opened it since; a log has ` +
        "one owner, so whoever had it before must end",
    );
    this.log = log;
  }
}

/** A write has not reached the store; what its owner wrote after it is refused. */
export class WriteLost extends SabeamError {
  override readonly name = "WriteLost";
  readonly log: string;
  /** Of the first write that is missing. */
  readonly seq: number;
  constructor(log: string, seq: number, why: string) {
    super(
      "ERR_WRITE_LOST",
      `write ${seq} of the log ${JSON.stringify(log)} was not taken: ${why}; open the log again, ` +
        "and write less at a time: append returns false while too much is on its way",
    );
    this.log = log;
    this.seq = seq;
  }
}

/** The journal was closed. Nothing was written. */
export class JournalClosed extends SabeamError {
  override readonly name = "JournalClosed";
  readonly journal: string;

  constructor(journal: string) {
    super("ERR_JOURNAL_CLOSED", `the journal ${journal} was closed; open it again to go on`);
    this.journal = journal;
  }
}

/** What was durable is damaged. Nothing is given out, since what is missing might be a promise. */
export class JournalCorrupt extends SabeamError {
  override readonly name = "JournalCorrupt";
  readonly file: string;
  /** The first byte of what is damaged. */
  readonly offset: number;
  readonly what: string;

  constructor(file: string, offset: number, what: string) {
    super(
      "ERR_JOURNAL_CORRUPT",
      `${file} is damaged at byte ${offset}: ${what}. It was durable before, so this is no write ` +
        "that was cut short: restore the folder from a copy, or let the member join anew under " +
        "another id",
    );
    this.file = file;
    this.offset = offset;
    this.what = what;
  }
}

/** The journal was written in another format. Nothing was changed. */
export class JournalVersion extends SabeamError {
  override readonly name = "JournalVersion";
  readonly file: string;
  readonly found: number;
  readonly known: number;

  constructor(file: string, found: number, known: number) {
    super(
      "ERR_JOURNAL_VERSION",
      `${file} has format version ${found}, and this sabeam knows version ${known}; open it with ` +
        "the sabeam that wrote it",
    );
    this.file = file;
    this.found = found;
    this.known = known;
  }
}

/** The journal belongs to another node. Nothing was changed. */
export class JournalForeign extends SabeamError {
  override readonly name = "JournalForeign";
  readonly file: string;
  readonly owner: string;
  readonly node: string;

  constructor(file: string, owner: string, node: string) {
    super(
      "ERR_JOURNAL_FOREIGN",
      `${file} was written by node ${JSON.stringify(owner)}, and this is node ` +
        `${JSON.stringify(node)}; a node that took over another one's promises would break them: ` +
        "give each node a folder of its own",
    );
    this.file = file;
    this.owner = owner;
    this.node = node;
  }
}

/** Somebody who lives has the journal open. Nothing was changed. */
export class JournalLocked extends SabeamError {
  override readonly name = "JournalLocked";
  readonly journal: string;
  /** Who has it, as the lock names them. */
  readonly owner: string;

  constructor(journal: string, owner: string) {
    super(
      "ERR_JOURNAL_LOCKED",
      `the journal ${journal} is open already, by ${owner}; one at a time can write it: close ` +
        "that one first, or give each a folder of its own",
    );
    this.journal = journal;
    this.owner = owner;
  }
}

/** There is no folder in which the journal can be. */
export class JournalFolder extends SabeamError {
  override readonly name = "JournalFolder";
  readonly folder: string;

  constructor(folder: string, cause: Error) {
    super(
      "ERR_JOURNAL_FOLDER",
      `the journal cannot be kept in ${JSON.stringify(folder)}: ${cause.message}. The folder, or ` +
        "the one above, must be there, and this process must be allowed to write in it",
      { cause },
    );
    this.folder = folder;
  }
}

/** A write that no state of the journal could take. Nothing of its batch was kept. */
export class InvalidWrite extends SabeamError {
  override readonly name = "InvalidWrite";
  readonly log: string;

  constructor(log: string, problem: string) {
    super("ERR_INVALID_WRITE", `a write to the log ${JSON.stringify(log)} is wrong: ${problem}`);
    this.log = log;
  }
}

/** This Node has no `node:sqlite`. */
export class SqliteMissing extends SabeamError {
  override readonly name = "SqliteMissing";
  readonly file: string;
  constructor(file: string) {
    super(
      "ERR_SQLITE_MISSING",
      `${JSON.stringify(file)} cannot be opened: Node ${process.version} has no node:sqlite; use ` +
        "Node 22.13 or later, or keep the journal in a folder",
    );
    this.file = file;
  }
}
