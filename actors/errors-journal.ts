/** Why something is not, or is no longer, kept in a journal. */

import { SabeamError } from "../runtime/errors.ts";

/** There is no room now. Nothing of what was to be written is there. */
export class JournalFull extends SabeamError {
  override readonly name = "JournalFull";
  readonly journal: string;
  constructor(journal: string, why: string, options?: ErrorOptions) {
    super(
      "ERR_JOURNAL_FULL",
      `${journal} has no room: ${why}; free some space, or have its logs take snapshots or be ` +
        "removed, and try again",
      options,
    );
    this.journal = journal;
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
