/**
 * The writes of one batch, checked against what is kept and against each other, as entries.
 *
 *     Write (log by name, no indexes) ──► Entry (log by number, every index said)
 *
 * Nothing is changed: if one write of a batch is wrong, none has happened.
 */

import { InvalidWrite, JournalFull } from "../errors-journal.ts";
import type { Content } from "./content.ts";
import { type Entry, entryBytes, NAME_BYTES_MAX } from "./entries.ts";
import type { Write } from "./journal.ts";
import { livingBytes } from "./kept.ts";

export interface Bounds {
  /** Of a record, a snapshot, or metadata. */
  readonly recordBytesMax: number;
  /** Of all entries of a batch. */
  readonly batchBytesMax: number;
  /** Of all that lives. */
  readonly liveBytesMax: number;
  readonly logsMax: number;
}

/** Where a log will be, once what is planned has happened. */
interface Ahead {
  readonly id: number;
  upTo: number;
  last: number;
  /** Of those that are kept already, the last that will be left. */
  kept: number;
}

/** What a batch comes to. */
export interface Planned {
  readonly entries: readonly Entry[];
  readonly bytes: number;
}

/** Times that a log can be opened. */
export const LIFE_MAX = 0xffff_ffff;
/** So that every index behind it is exact, too. */
export const UP_TO_MAX = 281_474_976_710_656;

/** @throws InvalidWrite (ERR_INVALID_WRITE), JournalFull (ERR_JOURNAL_FULL). */
export function plan(
  batch: readonly Write[],
  content: Content,
  bounds: Bounds,
  journal: string,
): Planned {
  const planner = new Planner(content, bounds);
  const entries = batch.flatMap((write) => planner.entry(write) ?? []);
  const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  if (bytes > bounds.batchBytesMax) {
    const problem = `its batch has ${bytes} bytes, and one has at most ${bounds.batchBytesMax}`;
    throw new InvalidWrite(batch[0]?.log ?? "", problem);
  }
  const live = content.liveBytes + planner.growth;
  if (planner.growth > 0 && live > bounds.liveBytesMax) {
    const why = `${live} bytes would live in it, and liveBytesMax is ${bounds.liveBytesMax}`;
    throw new JournalFull(journal, why);
  }
  return { entries, bytes };
}

/** The next life of a log, which may be its first. @throws as `plan` */
export function planLife(name: string, content: Content, bounds: Bounds, journal: string): Planned {
  const entry = new Lives(content, bounds, journal).next(name);
  return { entries: [entry], bytes: entryBytes(entry) };
}

/** Lives that begin in one batch, one after the other. */
export class Lives {
  readonly #content: Content;
  readonly #bounds: Bounds;
  readonly #journal: string;
  readonly #begun = new Map<string, { readonly log: number; readonly life: number }>();
  #made = 0;

  constructor(content: Content, bounds: Bounds, journal: string) {
    this.#content = content;
    this.#bounds = bounds;
    this.#journal = journal;
  }

  /** @throws as `plan`; the others are what they were. */
  next(name: string): Entry & { readonly type: "define" } {
    checkName(name);
    const kept = this.#content.log(name);
    const { log, life } = this.#begun.get(name) ?? {
      log: kept?.id ?? this.#make(),
      life: kept?.life ?? 0,
    };
    if (life >= LIFE_MAX) throw new InvalidWrite(name, `it was opened ${LIFE_MAX} times`);
    this.#begun.set(name, { log, life: life + 1 });
    return { type: "define", log, life: life + 1, name };
  }

  #make(): number {
    const { logsMax } = this.#bounds;
    if (this.#content.size + this.#made >= logsMax) {
      throw new JournalFull(this.#journal, `it has ${logsMax} logs, as many as logsMax allows`);
    }
    this.#made += 1;
    return this.#content.nextLog + this.#made - 1;
  }
}

class Planner {
  /** Live bytes more. What a batch adds and takes away again counts as added. */
  growth = 0;
  readonly #content: Content;
  readonly #bounds: Bounds;
  readonly #ahead = new Map<string, Ahead | "removed">();

  constructor(content: Content, bounds: Bounds) {
    this.#content = content;
    this.#bounds = bounds;
  }

  /** Undefined for what changes nothing. */
  entry(write: Write): Entry | undefined {
    const log = this.#log(write.log);
    if (write.type === "remove") return this.#remove(write.log, log);
    if (log === undefined) {
      throw new InvalidWrite(write.log, "there is no such log; open it first");
    }
    switch (write.type) {
      case "append":
        return this.#append(write.log, log, write.records);
      case "truncate":
        return this.#truncate(write.log, log, write.from);
      case "snapshot":
        return this.#snapshot(write.log, log, write.upTo, write.bytes);
      case "metadata": {
        this.#checkBytes(write.log, "metadata", write.bytes);
        this.growth += write.bytes.length - (this.#content.log(write.log)?.metadataBytes ?? 0);
        return { type: "metadata", log: log.id, bytes: write.bytes };
      }
    }
  }

  #append(name: string, log: Ahead, records: readonly Uint8Array[]): Entry | undefined {
    if (records.length === 0) return undefined;
    for (const record of records) {
      this.#checkBytes(name, "a record", record);
      this.growth += livingBytes(record.length);
    }
    const first = log.last + 1;
    log.last += records.length;
    return { type: "append", log: log.id, first, records };
  }

  #truncate(name: string, log: Ahead, from: number): Entry | undefined {
    const [low, high] = [log.upTo + 1, log.last + 1];
    if (!Number.isSafeInteger(from) || from < low || from > high) {
      const problem = `it cannot be truncated from ${from}; its records are ${low} to ${log.last}`;
      throw new InvalidWrite(name, problem);
    }
    if (from === high) return undefined;
    this.#free(name, from, log.kept);
    log.last = from - 1;
    log.kept = Math.min(log.kept, log.last);
    return { type: "truncate", log: log.id, from };
  }

  #snapshot(name: string, log: Ahead, upTo: number, bytes: Uint8Array): Entry {
    this.#checkBytes(name, "a snapshot", bytes);
    if (!Number.isSafeInteger(upTo) || upTo < log.upTo || upTo > UP_TO_MAX) {
      const problem = `it has a snapshot up to ${log.upTo}, and none can go up to ${upTo} now`;
      throw new InvalidWrite(name, problem);
    }
    this.growth += bytes.length - (this.#content.log(name)?.snapshotBytes ?? 0);
    this.#free(name, log.upTo + 1, Math.min(upTo, log.kept));
    log.upTo = upTo;
    log.last = Math.max(log.last, upTo);
    return { type: "snapshot", log: log.id, upTo, bytes };
  }

  #remove(name: string, log: Ahead | undefined): Entry | undefined {
    this.#ahead.set(name, "removed");
    if (log === undefined) return undefined;
    this.#free(name, log.upTo + 1, log.kept);
    return { type: "remove", log: log.id };
  }

  #free(name: string, from: number, to: number): void {
    this.growth -= this.#content.log(name)?.recordBytes(from, to) ?? 0;
  }

  #log(name: string): Ahead | undefined {
    const ahead = this.#ahead.get(name);
    if (ahead !== undefined) return ahead === "removed" ? undefined : ahead;
    const kept = this.#content.log(name);
    if (kept === undefined) return undefined;
    const made = { id: kept.id, upTo: kept.upTo, last: kept.last, kept: kept.last };
    this.#ahead.set(name, made);
    return made;
  }

  #checkBytes(log: string, what: string, { length }: Uint8Array): void {
    const { recordBytesMax } = this.#bounds;
    if (length <= recordBytesMax) return;
    throw new InvalidWrite(log, `${what} has ${length} bytes, and may have ${recordBytesMax}`);
  }
}

/** @throws InvalidWrite (ERR_INVALID_WRITE) */
export function checkName(name: string): void {
  const bytes = Buffer.byteLength(name);
  if (bytes === 0 || bytes > NAME_BYTES_MAX || !name.isWellFormed()) {
    throw new InvalidWrite(name, `its name is no Unicode text of 1 to ${NAME_BYTES_MAX} bytes`);
  }
}
