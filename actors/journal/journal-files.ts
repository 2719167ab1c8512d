/**
 * A journal in a folder of files, over any `Disk`.
 *
 *     commit ──plan──► entries ──► body of a batch ──tail──► one write, one sync ──► durable
 *                                     ▲                                               │
 *       what lives in the oldest ─────┘                    content ◄── read back ─────┘
 *       segment, a little each time
 *
 * Segments that nobody needs are removed from the oldest on. Once more than half of all bytes is
 * dead, each commit also writes a little of what lives in the oldest segment again, so that it can
 * go: about twice what the commit itself writes, so that it keeps up and no commit is late by more.
 *
 * Bytes: on disk at most twice what lives and three segments; in memory no more than on disk.
 */

import { type Disk, DiskError } from "../../runtime/disk.ts";
import {
  JournalClosed,
  JournalCorrupt,
  JournalFolder,
  JournalForeign,
  JournalFull,
  JournalVersion,
} from "../errors-journal.ts";
import type { Content } from "./content.ts";
import {
  ENTRY_EXTRA_BYTES,
  type Entry,
  entryBytes,
  NAME_BYTES_MAX,
  writeEntry,
} from "./entries.ts";
import { JOURNAL_ID_BYTES, journalTag, pathIn, segmentPath, viewOf } from "./format.ts";
import type { Journal, KeptLog, Write } from "./journal.ts";
import { checked, type FileJournalOptions, type Sizes } from "./journal-options.ts";
import { type LockOptions, lock, unlock } from "./lock.ts";
import { type Bounds, Lives, type Planned, plan } from "./plan.ts";
import { type Recovered, recover, type Segment } from "./recovery.ts";
import { BODY_AT, Tail } from "./tail.ts";

/** More than these, small ones of many short lives, and the oldest is written again. */
const SEGMENTS_MAX = 256;
/** A commit writes at least so much of the oldest segment again, if it has to. */
const MOVE_BYTES_MIN = 65_536;

/**
 * Opens the journal in a folder, or makes one.
 *
 * @throws JournalFolder, JournalLocked, JournalVersion, JournalForeign, JournalCorrupt; JournalFull
 *   and StoreFailed if what was written last must be written again and cannot; InvalidOptions.
 */
export async function openFileJournal(options: FileJournalOptions): Promise<FileJournal> {
  const { disk, folder, name = folder, node, owner, random } = options;
  const bounds = checked(options);
  const id = Uint8Array.from({ length: JOURNAL_ID_BYTES }, () => Math.floor(random() * 256));
  const token = Buffer.from(id).toString("hex");
  const lockOptions = { disk, folder, name, owner, token };
  try {
    await makeFolder(disk, folder);
    await lock(lockOptions);
  } catch (error) {
    throw asRefusal(error, name);
  }
  try {
    const recovered = await recover(disk, folder, node);
    const journal = new FileJournal(recovered, { ...bounds, lockOptions, node, name, id });
    await journal.start(recovered);
    return journal;
  } catch (error) {
    await unlock(lockOptions);
    throw asRefusal(error, name);
  }
}

/** By the name that whoever opens it knows. */
export function asRefusal(error: unknown, name: string): unknown {
  if (error instanceof JournalCorrupt) {
    return new JournalCorrupt(fileIn(name, error), error.offset, error.what);
  }
  if (error instanceof JournalVersion) {
    return new JournalVersion(fileIn(name, error), error.found, error.known);
  }
  if (error instanceof JournalForeign) {
    return new JournalForeign(fileIn(name, error), error.owner, error.node);
  }
  // What has no name of ours, like a path that is too long, is told as the system tells it.
  if (error instanceof Error && "syscall" in error) return new JournalFolder(name, error);
  if (!(error instanceof DiskError)) return error;
  if (error.reason !== "ENOSPC") return new JournalFolder(name, error);
  return new JournalFull(name, "the disk is full", { cause: error });
}

function fileIn(name: string, { file }: { readonly file: string }): string {
  return pathIn(name, file.slice(file.lastIndexOf("/") + 1));
}

interface Settings extends Sizes {
  readonly lockOptions: LockOptions;
  readonly node: string;
  readonly name: string;
  /** Of the journal, if it is new. */
  readonly id: Uint8Array;
}

interface Opening {
  readonly log: string;
  resolve(kept: KeptLog): void;
  reject(error: unknown): void;
}

export class FileJournal implements Journal {
  readonly tag: number;
  readonly bounds: Bounds;
  readonly #segmentBytes: number;
  readonly #lock: LockOptions;
  /** For errors. */
  readonly #name: string;
  readonly #content: Content;
  readonly #segments: Segment[];
  readonly #tail: Tail;
  /** Paths of files to remove. */
  #leftovers: string[];
  /** In the order in which they came; whoever has them open bounds them. */
  readonly #openings: Opening[] = [];
  #isClosed = false;
  /** The last of what waits for its turn. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    recovered: Recovered,
    { lockOptions, segmentBytes, node, name, id, ...bounds }: Settings,
  ) {
    this.bounds = bounds;
    this.#segmentBytes = segmentBytes;
    this.#lock = lockOptions;
    this.#name = name;
    this.#content = recovered.content;
    this.#segments = [...recovered.segments];
    this.#leftovers = [...recovered.leftovers];
    const { journal = id, segment, durable, batch, nextSegment } = recovered;
    this.tag = journalTag(journal);
    const end = { journal, node, segment, durable, batch, nextSegment };
    this.#tail = new Tail({ ...lockOptions, name, segmentBytes }, end);
  }

  /** Writes again what may not be durable; of a new journal, whose it is. */
  async start({ journal, unproven }: Recovered): Promise<void> {
    for (const body of journal === undefined ? [new Uint8Array(0)] : unproven) {
      const buffer = new Uint8Array(BODY_AT + body.length);
      buffer.set(body, BODY_AT);
      await this.#append(buffer);
    }
  }

  get logs(): readonly string[] {
    return this.#content.names;
  }

  logsOf(prefix: string): readonly string[] {
    return this.#content.namesOf(prefix);
  }

  /** Costs a commit, which all share that come while another one is under way. */
  open(log: string): Promise<KeptLog> {
    if (this.#isClosed) return Promise.reject(new JournalClosed(this.#name));
    return new Promise((resolve, reject) => {
      this.#openings.push({ log, resolve, reject });
      if (this.#openings.length === 1) void this.#inTurn(() => this.#openAll());
    });
  }

  commit(batch: readonly Write[]): Promise<void> {
    return this.#inTurn(async () => {
      const planned = plan(batch, this.#content, this.bounds, this.#name);
      if (planned.entries.length > 0) await this.#commit(planned);
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    const turn = this.#turn;
    this.#isClosed = true;
    await turn;
    await this.#tail.close(this.#oldest());
    await unlock(this.#lock);
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    if (this.#isClosed) return Promise.reject(new JournalClosed(this.#name));
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Settles what waits to be opened; never rejects. */
  async #openAll(): Promise<void> {
    while (this.#openings.length > 0) await this.#openSome();
  }

  async #openSome(): Promise<void> {
    const lives = new Lives(this.#content, this.bounds, this.#name);
    const openings = this.#openings.splice(0, this.#openingsMax);
    const begun = openings.flatMap((opening) => {
      try {
        return { opening, entry: lives.next(opening.log) };
      } catch (error) {
        opening.reject(error);
        return [];
      }
    });
    const entries = begun.map(({ entry }) => entry);
    try {
      const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
      if (entries.length > 0) await this.#commit({ entries, bytes });
    } catch (error) {
      for (const { opening } of begun) opening.reject(error);
      return;
    }
    for (const { opening, entry } of begun) {
      const kept = this.#content.log(entry.name)?.kept();
      // Of two that have opened it at once each has a life.
      if (kept !== undefined) opening.resolve({ ...kept, life: entry.life });
    }
  }

  /** Of the longest names. */
  get #openingsMax(): number {
    return Math.floor(this.bounds.batchBytesMax / (NAME_BYTES_MAX + ENTRY_EXTRA_BYTES));
  }

  async #commit({ entries, bytes }: Planned): Promise<void> {
    // What is moved is as it was before the batch, so it comes before it.
    const all = [...this.#moved(bytes), ...entries];
    const bodyBytes = all.reduce((sum, entry) => sum + entryBytes(entry), 0);
    const buffer = new Uint8Array(BODY_AT + bodyBytes);
    const view = viewOf(buffer);
    let at = BODY_AT;
    for (const entry of all) at = writeEntry(buffer, view, at, entry);
    await this.#append(buffer);
  }

  /** Makes a batch durable, takes it in, and removes what nobody needs. */
  async #append(buffer: Uint8Array): Promise<void> {
    this.#release();
    const { segment, bytes } = await this.#tail.append(buffer, this.#oldest());
    const last = this.#segments.at(-1);
    if (last?.number === segment) last.bytes += bytes;
    else this.#segments.push({ number: segment, bytes });
    this.#content.take(buffer.subarray(BODY_AT), segment);
    await this.#removeLeftovers();
  }

  /** Lets the oldest segments go as long as nothing in them lives; the last one is written to. */
  #release(): void {
    const { folder } = this.#lock;
    for (;;) {
      const [first, second] = this.#segments;
      if (first === undefined || second === undefined) return;
      if (this.#content.liveIn(first.number) > 0) return;
      this.#segments.shift();
      this.#leftovers.push(segmentPath(folder, first.number));
    }
  }

  /** The oldest segment that is needed; undefined if there is none yet. */
  #oldest(): number | undefined {
    return this.#segments[0]?.number;
  }

  /** What of the oldest segment goes into a batch of so many bytes besides. */
  #moved(bytes: number): Entry[] {
    const [first, second] = this.#segments;
    if (first === undefined || second === undefined) return [];
    const total = this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
    const isSparse = total > 2 * this.#content.liveBytes + 2 * this.#segmentBytes;
    if (!isSparse && this.#segments.length <= SEGMENTS_MAX) return [];
    const room = this.#segmentBytes - BODY_AT - bytes;
    return this.#content.movable(first.number, Math.min(Math.max(2 * bytes, MOVE_BYTES_MIN), room));
  }

  /** A batch that does not need them is durable. What cannot be removed now is so later. */
  async #removeLeftovers(): Promise<void> {
    const { disk } = this.#lock;
    const left: string[] = [];
    for (const path of this.#leftovers) {
      try {
        await disk.remove(path);
      } catch (error) {
        if (!(error instanceof DiskError)) throw error;
        if (error.reason !== "ENOENT") left.push(path);
      }
    }
    this.#leftovers = left;
  }
}

/** And makes its name durable, even if it is there: whoever made it may not have got so far. */
async function makeFolder(disk: Disk, folder: string): Promise<void> {
  if (folder === "") return;
  try {
    await disk.makeFolder(folder);
  } catch (error) {
    if (!(error instanceof DiskError && error.reason === "EEXIST")) throw error;
  }
  await disk.syncFolder(folder.slice(0, Math.max(folder.lastIndexOf("/"), 0)));
}
