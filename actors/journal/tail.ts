/**
 * Where the next batch goes: the end of the last segment, or a new one.
 *
 *     write ──► sync ──► durable                                    one of each per batch
 *       │         └─ fails ─► this file is never synced again: once more, in a new segment ─┐
 *       ├─ fails ───────────────────────────────────────────────────────────────────────────┤
 *       ├─ disk full ─► cut back: nothing is left of it               and that fails ─► StoreFailed
 *       └─ the file was removed, and what was durable with it ────────────────────────► StoreFailed
 *
 * A sync that failed says nothing about what is on the disk, and the next one that succeeds says
 * nothing about what was written before: so what such a file holds beyond the last durable batch is
 * worth nothing. The head of the next segment says where that is, and a recovery reads no further.
 *
 * Once that head may be on the disk, nothing more is written to the segment before it, even if the
 * new one has failed.
 *
 * @source Rebello, Patel, Alagappan, A. and R. Arpaci-Dusseau, "Can Applications Recover from fsync
 *   Failures?", USENIX ATC 2020; the PostgreSQL project's reaction of 2018 to the same.
 */

import { type Disk, DiskError, type DiskFile } from "../../runtime/disk.ts";
import { summarise } from "../../runtime/errors.ts";
import { JournalFull, StoreFailed } from "../errors-journal.ts";
import {
  FORMAT_VERSION,
  FRAME_BYTES,
  HEAD_BYTES,
  journalTag,
  segmentPath,
  writeFrame,
  writeHead,
} from "./format.ts";

/** Bytes before a body in a buffer of a batch: room for the head of a segment, and a frame. */
export const BODY_AT: number = HEAD_BYTES + FRAME_BYTES;

export interface TailOptions {
  readonly disk: Disk;
  readonly folder: string;
  /** For errors. */
  readonly name: string;
  readonly segmentBytes: number;
}

/** Where a journal goes on. */
export interface End {
  readonly journal: Uint8Array;
  readonly node: string;
  /** The last segment with a durable batch, 0 if there is none. */
  readonly segment: number;
  /** Offset up to which it is durable. */
  readonly durable: number;
  /** Of the next batch. */
  readonly batch: number;
  /** For a new segment: a number that was never used. */
  readonly nextSegment: number;
}

/** Where a batch has got to. */
export interface Written {
  readonly segment: number;
  /** What the segment has grown by. */
  readonly bytes: number;
}

interface OpenSegment {
  readonly file: DiskFile;
  readonly number: number;
  size: number;
}

/** Attempts to write one batch. */
const ATTEMPTS_MAX = 2;

export class Tail {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #segmentBytes: number;
  /** For errors. */
  readonly #name: string;
  #end: End;
  #open: OpenSegment | undefined;
  #failed: StoreFailed | undefined;

  constructor({ disk, folder, name, segmentBytes }: TailOptions, end: End) {
    this.#disk = disk;
    this.#folder = folder;
    this.#segmentBytes = segmentBytes;
    this.#name = name;
    this.#end = end;
  }

  /**
   * Makes one batch durable.
   *
   * @param buffer the body stands at `BODY_AT`; what is before it is filled in.
   * @param oldest the oldest segment that is needed then; undefined if only the one it goes to is.
   * @throws JournalFull, StoreFailed
   */
  async append(buffer: Uint8Array, oldest: number | undefined): Promise<Written> {
    if (this.#failed !== undefined) throw this.#failed;
    let bytes = buffer;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const written = await this.#attempt(bytes, oldest);
        this.#end = { ...this.#end, batch: this.#end.batch + 1 };
        return written;
      } catch (error) {
        // After a failed attempt the batch may be on the disk: that it is not cannot be promised.
        if (error instanceof JournalFull && attempt === 1) throw error;
        if (attempt === ATTEMPTS_MAX || isOver(error) || error instanceof JournalFull) {
          this.#failed = new StoreFailed(this.#name, summarise(error), { cause: error });
          throw this.#failed;
        }
        // The disk may still have hands on the first one.
        bytes = buffer.slice();
      }
    }
  }

  /** Says that all is durable, for the next recovery. Needs no sync: it is true anyway. */
  async close(oldest: number | undefined): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    try {
      if (this.#failed === undefined) {
        const bytes = new Uint8Array(BODY_AT);
        this.#fill(bytes, open, open.size, oldest ?? open.number);
        await open.file.write(open.size, bytes.subarray(HEAD_BYTES));
      }
    } catch (error) {
      // Without it the next recovery writes the last batch once more, and that is all.
      if (!(error instanceof DiskError)) throw error;
    } finally {
      await closed(open.file);
    }
  }

  async #attempt(buffer: Uint8Array, oldest: number | undefined): Promise<Written> {
    const bytes = buffer.length - HEAD_BYTES;
    if (this.#open !== undefined && this.#open.size + bytes > this.#segmentBytes) {
      await this.#leave();
    }
    if (this.#open === undefined) return await this.#begin(buffer, oldest);
    const open = this.#open;
    this.#fill(buffer, open, open.size, oldest ?? open.number);
    await this.#write(open, open.size, buffer.subarray(HEAD_BYTES));
    this.#settle(open, bytes);
    return { segment: open.number, bytes };
  }

  /** Writes the head of a new segment and its first batch at once, and makes its name durable. */
  async #begin(buffer: Uint8Array, oldest: number | undefined): Promise<Written> {
    const { journal, node, segment: previous, durable: previousEnd, batch: firstBatch } = this.#end;
    const number = this.#end.nextSegment;
    // Never used again, whatever becomes of it.
    this.#end = { ...this.#end, nextSegment: number + 1 };
    const open: OpenSegment = { file: await this.#create(number), number, size: 0 };
    this.#open = open;
    const needed = oldest ?? number;
    writeHead(buffer, {
      ...{ version: FORMAT_VERSION, journal, number, previous, previousEnd },
      ...{ oldest: needed, firstBatch, node },
    });
    this.#fill(buffer, open, HEAD_BYTES, needed);
    await this.#write(open, 0, buffer);
    try {
      await this.#disk.syncFolder(this.#folder);
    } catch (error) {
      await this.#leave();
      throw error;
    }
    this.#settle(open, buffer.length);
    return { segment: number, bytes: buffer.length };
  }

  async #create(number: number): Promise<DiskFile> {
    try {
      return await this.#disk.open(segmentPath(this.#folder, number), {
        create: true,
        exclusive: true,
      });
    } catch (error) {
      throw isFull(error) ? this.#full(error) : error;
    }
  }

  /** Writes and syncs. What fails leaves a segment that is never touched again. */
  async #write(open: OpenSegment, at: number, bytes: Uint8Array): Promise<void> {
    try {
      await open.file.write(at, bytes);
    } catch (error) {
      // What fell short is no batch, so nothing is left of it even where it cannot be cut.
      const isCut = isFull(error) && at > 0 && (await cut(open.file, at));
      if (!isCut) await this.#leave();
      if (at === 0) await this.#remove(open.number);
      throw isFull(error) ? this.#full(error) : error;
    }
    try {
      await open.file.sync();
    } catch (error) {
      await this.#leave();
      throw error;
    }
  }

  /** Gives back what a full disk has taken. What cannot be removed is so at the next recovery. */
  async #remove(number: number): Promise<void> {
    try {
      await this.#disk.remove(segmentPath(this.#folder, number));
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
    }
  }

  #fill(buffer: Uint8Array, open: OpenSegment, at: number, oldest: number): void {
    const { journal, batch } = this.#end;
    writeFrame(buffer, HEAD_BYTES, {
      ...{ journal: journalTag(journal), segment: open.number, offset: at, durable: open.size },
      ...{ oldest, bodyBytes: buffer.length - BODY_AT, batch },
    });
  }

  #settle(open: OpenSegment, bytes: number): void {
    open.size += bytes;
    this.#end = { ...this.#end, segment: open.number, durable: open.size };
  }

  async #leave(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open !== undefined) await closed(open.file);
  }

  #full(cause: unknown): JournalFull {
    return new JournalFull(this.#name, "the disk is full", { cause });
  }
}

/**
 * A file of the next segment's name can only be another one's who writes here, too. And where a
 * segment was removed, or its folder, what it held is lost, so nothing must come after it.
 */
function isOver(error: unknown): boolean {
  return error instanceof DiskError && (error.reason === "EEXIST" || error.reason === "ENOENT");
}

function isFull(error: unknown): boolean {
  return error instanceof DiskError && error.reason === "ENOSPC";
}

async function cut(file: DiskFile, size: number): Promise<boolean> {
  try {
    await file.truncate(size);
    return true;
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return false;
  }
}

/** A file that cannot be closed is as good as closed: nothing of it is used any more. */
async function closed(file: DiskFile): Promise<void> {
  try {
    await file.close();
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
  }
}
