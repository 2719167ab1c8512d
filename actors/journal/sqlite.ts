/**
 * A journal in a database of `node:sqlite`: a commit is a transaction.
 *
 *     journal   tag                                             one row
 *     logs      name, id, life, metadata, snapshot, upTo        one row for each log
 *     records   log, place, bytes                               by log and index
 *
 * WAL and `synchronous = FULL`: a transaction is durable when it has been committed. The database
 * is locked for others as long as it is open. Its calls block the thread, so it belongs on a thread
 * of its own.
 *
 * Left out: Nodes without `node:sqlite` (before 22.13), where `openSqliteJournal` says so.
 */

import { SabeamError, summarise } from "../../runtime/errors.ts";
import {
  InvalidWrite,
  JournalClosed,
  JournalFull,
  JournalLocked,
  JournalVersion,
  SqliteMissing,
  StoreFailed,
} from "../errors.ts";
import type { Journal, KeptLog, Write } from "./journal.ts";
import { checkName, LIFE_MAX, UP_TO_MAX } from "./plan.ts";

/** What of node:sqlite is used here; the types of our oldest Node do not have it. */
interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}
interface Statement {
  run(...values: Value[]): unknown;
  get(...values: Value[]): Record<string, Value> | undefined;
  all(...values: Value[]): Record<string, Value>[];
}
type Value = string | number | bigint | Uint8Array | null;

/** In the head of the file: "SBJS". */
const APPLICATION = 0x53424a53;
const VERSION = 1;
const BUSY = 5;
const FULL = 13;

const TABLES = `
  CREATE TABLE journal (tag INTEGER NOT NULL) STRICT;
  INSERT INTO journal VALUES (abs(random() % 4294967296));
  CREATE TABLE logs (
    id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, life INTEGER NOT NULL,
    metadata BLOB, snapshot BLOB, upTo INTEGER NOT NULL, last INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE records (
    log INTEGER NOT NULL, place INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (log, place)
  ) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${VERSION};
`;

/** Where a log has got to. */
interface Head {
  readonly id: number;
  upTo: number;
  last: number;
}

/**
 * @throws SqliteMissing (ERR_SQLITE_MISSING), JournalLocked (ERR_JOURNAL_LOCKED), JournalVersion
 *   (ERR_JOURNAL_VERSION), JournalFull (ERR_JOURNAL_FULL); StoreFailed (ERR_STORE_FAILED) for what
 *   is no such journal, or cannot be opened
 */
export function openSqliteJournal(file: string): Journal {
  const database = open(file);
  try {
    prepare(database, file);
    return new SqliteJournal(database, file);
  } catch (error) {
    database.close();
    throw error instanceof SabeamError ? error : failed(file, error);
  }
}

function open(file: string): Database {
  const sqlite = process.getBuiltinModule?.("node:sqlite") as
    | { DatabaseSync: new (file: string) => Database }
    | undefined;
  if (sqlite === undefined) throw new SqliteMissing(file);
  try {
    return new sqlite.DatabaseSync(file);
  } catch (error) {
    throw failed(file, error);
  }
}

function failed(file: string, error: unknown): SabeamError {
  const { errcode } = error as { errcode?: unknown };
  if (errcode === BUSY) return new JournalLocked(file, "another connection");
  if (errcode === FULL) return new JournalFull(file, "the disk is full", { cause: error });
  return new StoreFailed(file, summarise(error), { cause: error });
}

function prepare(database: Database, file: string): void {
  const number = (pragma: string): unknown =>
    Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  // Takes the lock, for as long as the database is open.
  database.exec("BEGIN EXCLUSIVE");
  const [application, version] = [number("application_id"), number("user_version")];
  const isEmpty = database.prepare("SELECT 1 FROM sqlite_master").get() === undefined;
  if (isEmpty && application === 0) database.exec(TABLES);
  else if (application !== APPLICATION) throw new StoreFailed(file, "it is no journal of sabeam");
  else if (version !== VERSION) {
    throw new JournalVersion(file, Number(version), VERSION);
  }
  database.exec("COMMIT");
}

class SqliteJournal implements Journal {
  readonly tag: number;
  readonly #database: Database;
  readonly #file: string;
  readonly #run: ReturnType<typeof statements>;
  /** Logs as they are kept. */
  readonly #heads: Map<string, Head>;
  #isClosed = false;

  constructor(database: Database, file: string) {
    this.#database = database;
    this.#file = file;
    this.#run = statements(database);
    this.tag = Number(database.prepare("SELECT tag FROM journal").get()?.tag);
    const rows = database.prepare("SELECT id, name, upTo, last FROM logs").all();
    this.#heads = new Map(rows.map(({ name, ...head }) => [text(name), head as unknown as Head]));
  }

  get logs(): string[] {
    return [...this.#heads.keys()].sort();
  }

  logsOf(prefix: string): readonly string[] {
    return [...this.#heads.keys()].filter((name) => name.startsWith(prefix));
  }

  async open(log: string): Promise<KeptLog> {
    this.#mustBeOpen();
    const { life } = this.#run;
    const name = Buffer.from(log);
    const lived = Number(life.get(name)?.life ?? 0);
    if (lived >= LIFE_MAX) throw new InvalidWrite(log, `it was opened ${LIFE_MAX} times`);
    checkName(log);
    this.#transaction(() => this.#run.born.run(name));
    const { id, upTo, ...row } = this.#run.log.get(name) ?? {};
    const head = { id: Number(id), upTo: Number(upTo), last: Number(row.last) };
    this.#heads.set(log, head);
    const records = this.#run.records.all(head.id).map((record) => record.bytes as Uint8Array);
    return {
      life: Number(row.life),
      metadata: (row.metadata as Uint8Array | null) ?? undefined,
      snapshot:
        row.snapshot === null ? undefined : { upTo: head.upTo, bytes: row.snapshot as Uint8Array },
      records,
    };
  }

  async commit(batch: readonly Write[]): Promise<void> {
    this.#mustBeOpen();
    const ahead = new Map<string, Head | undefined>();
    this.#transaction(() => {
      for (const write of batch) this.#write(write, ahead);
      for (const head of ahead.values()) {
        if (head !== undefined) this.#run.move.run(head.upTo, head.last, head.id);
      }
    });
    for (const [log, head] of ahead) {
      if (head === undefined) this.#heads.delete(log);
      else this.#heads.set(log, head);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#database.close();
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new JournalClosed(this.#file);
  }

  #transaction(act: () => void): void {
    try {
      this.#run.begin.run();
      act();
      this.#run.commit.run();
    } catch (error) {
      this.#undo();
      throw error instanceof InvalidWrite ? error : failed(this.#file, error);
    }
  }

  #undo(): void {
    try {
      this.#run.rollback.run();
    } catch {
      // SQLite has done it by itself, as it does after some errors.
    }
  }

  #write(write: Write, ahead: Map<string, Head | undefined>): void {
    const { log } = write;
    const head = ahead.has(log) ? ahead.get(log) : copied(this.#heads.get(log));
    if (write.type === "remove") {
      if (head !== undefined) this.#remove(head.id);
      ahead.set(log, undefined);
      return;
    }
    if (head === undefined) throw new InvalidWrite(log, "there is no such log; open it first");
    ahead.set(log, head);
    switch (write.type) {
      case "append":
        for (const record of write.records) this.#run.append.run(head.id, (head.last += 1), record);
        return;
      case "truncate":
        return this.#truncate(log, head, write.from);
      case "snapshot":
        return this.#snapshot(log, head, write.upTo, write.bytes);
      case "metadata":
        this.#run.metadata.run(write.bytes, head.id);
    }
  }

  #truncate(log: string, head: Head, from: number): void {
    const [first, last] = [head.upTo + 1, head.last];
    if (!Number.isSafeInteger(from) || from < first || from > last + 1) {
      const problem = `it cannot be cut at ${from}; its records are ${first} to ${last}`;
      throw new InvalidWrite(log, problem);
    }
    this.#run.cut.run(head.id, from);
    head.last = from - 1;
  }

  #snapshot(log: string, head: Head, upTo: number, bytes: Uint8Array): void {
    if (!Number.isSafeInteger(upTo) || upTo < head.upTo || upTo > UP_TO_MAX) {
      throw new InvalidWrite(log, `a snapshot goes up to ${head.upTo} or further, not ${upTo}`);
    }
    this.#run.snapshot.run(bytes, head.id);
    this.#run.forget.run(head.id, upTo);
    head.upTo = upTo;
    head.last = Math.max(head.last, upTo);
  }

  #remove(id: number): void {
    this.#run.cut.run(id, 0);
    this.#run.remove.run(id);
  }
}

/** Names are bytes there: some versions of Node read text no further than to a zero. */
function text(name: Value | undefined): string {
  return new TextDecoder().decode(name as Uint8Array);
}

function copied(head: Head | undefined): Head | undefined {
  return head && { ...head };
}

function statements(database: Database): Record<StatementName, Statement> {
  const entries = Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)]);
  return Object.fromEntries(entries) as Record<StatementName, Statement>;
}

type StatementName = keyof typeof STATEMENTS;

/** Some versions of Node write bytes as NULL if there are none. */
const BYTES = "coalesce(?, x'')";

const STATEMENTS = {
  begin: "BEGIN IMMEDIATE",
  commit: "COMMIT",
  rollback: "ROLLBACK",
  life: "SELECT life FROM logs WHERE name = ?",
  log: "SELECT * FROM logs WHERE name = ?",
  born:
    "INSERT INTO logs (name, life, upTo, last) VALUES (?, 1, 0, 0) " +
    "ON CONFLICT (name) DO UPDATE SET life = life + 1",
  move: "UPDATE logs SET upTo = ?, last = ? WHERE id = ?",
  metadata: `UPDATE logs SET metadata = ${BYTES} WHERE id = ?`,
  snapshot: `UPDATE logs SET snapshot = ${BYTES} WHERE id = ?`,
  remove: "DELETE FROM logs WHERE id = ?",
  records: "SELECT bytes FROM records WHERE log = ? ORDER BY place",
  append: `INSERT INTO records (log, place, bytes) VALUES (?, ?, ${BYTES})`,
  cut: "DELETE FROM records WHERE log = ? AND place >= ?",
  forget: "DELETE FROM records WHERE log = ? AND place <= ?",
} as const;
