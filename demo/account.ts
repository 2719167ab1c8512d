/**
 * Account: what is under way, so that the work in flight has a bound and its end can be known.
 *
 *     sent files  ──►  done files = indexed + skipped
 *                        └─►  batches sent by tokenizers  ──►  batches stored by shards
 *
 * A file may be acknowledged again, when the turn that did so was cut off by the death of its
 * thread and ran once more: then the first word counts. A batch is acknowledged once, by its shard.
 *
 * Everything is counted, nothing is timed: the work is settled when every file is done and every
 * batch is stored. A batch may be stored before its file is acknowledged, since two actors say so;
 * then its number runs ahead, and only the final sums count.
 */
import type { ReadDocument } from "./plain.ts";
import { SKIP_REASONS, type SkipReason } from "./source.ts";

/** Bounds of the work in flight. Paths are cheap; what counts is the text that is held. */
export const FILES_IN_FLIGHT_MAX = 256;
export const BYTES_IN_FLIGHT_MAX = 24 * 2 ** 20;
export const BATCHES_IN_FLIGHT_MAX = 4096;

/** How many unreadable files are told by name; the rest is counted. */
export const UNREADABLE_TOLD_MAX = 5;

export interface IndexedFile {
  document: number;
  /** What the walk said it has: the same number that was counted when it was sent. */
  bytes: number;
  /** What was read. */
  textBytes: number;
  length: number;
  fingerprint: string;
  /** How many batches went to shards. */
  batches: number;
}

export interface SkippedFile {
  document: number;
  bytes: number;
  reason: SkipReason;
  detail: string;
}

export interface Sent {
  files: number;
  bytes: number;
}

export interface Totals {
  filesDone: number;
  bytesDone: number;
  filesIndexed: number;
  textBytes: number;
  batchesSent: number;
  batchesStored: number;
  skipped: Record<SkipReason, number>;
  unreadable: { document: number; detail: string }[];
}

export class Account {
  #sent: Sent = { files: 0, bytes: 0 };
  readonly #documents: Omit<ReadDocument, "path">[] = [];
  /** Of a document the batches stored less those sent, where they differ. */
  readonly #open = new Map<number, number>();
  readonly #done = new Set<number>();
  readonly #totals: Totals = {
    filesDone: 0,
    bytesDone: 0,
    filesIndexed: 0,
    textBytes: 0,
    batchesSent: 0,
    batchesStored: 0,
    skipped: { "too large": 0, binary: 0, "not UTF-8": 0, unreadable: 0 },
    unreadable: [],
  };

  /** What was sent so far, in all. */
  sent(sent: Sent): void {
    this.#sent = sent;
  }

  indexed(file: IndexedFile): void {
    const { document, length, fingerprint } = file;
    if (this.#done.has(document)) return;
    this.#store(document, -file.batches);
    this.#documents.push({ document, length, fingerprint });
    this.#totals.filesIndexed += 1;
    this.#totals.textBytes += file.textBytes;
    this.#totals.batchesSent += file.batches;
    this.#settle(file);
  }

  skipped(file: SkippedFile): void {
    if (this.#done.has(file.document)) return;
    const { skipped, unreadable } = this.#totals;
    skipped[file.reason] += 1;
    if (file.reason === "unreadable" && unreadable.length < UNREADABLE_TOLD_MAX) {
      unreadable.push({ document: file.document, detail: file.detail });
    }
    this.#settle(file);
  }

  /** One batch of that document. */
  stored(document: number): void {
    this.#store(document, 1);
    this.#totals.batchesStored += 1;
  }

  /** The documents that were sent and are not settled, at most `max`. */
  unsettled(max: number): number[] {
    const documents: number[] = [];
    for (let document = 0; document < this.#sent.files && documents.length < max; document += 1) {
      if (!this.#done.has(document) || this.#open.has(document)) documents.push(document);
    }
    return documents;
  }

  /** Whether more may be sent. */
  get hasRoom(): boolean {
    const { filesDone, bytesDone, batchesSent, batchesStored } = this.#totals;
    return (
      this.#sent.files - filesDone < FILES_IN_FLIGHT_MAX &&
      this.#sent.bytes - bytesDone < BYTES_IN_FLIGHT_MAX &&
      batchesSent - batchesStored < BATCHES_IN_FLIGHT_MAX
    );
  }

  /** Whether nothing is under way. */
  get isSettled(): boolean {
    const { filesDone, batchesSent, batchesStored } = this.#totals;
    return this.#sent.files === filesDone && batchesSent === batchesStored;
  }

  /** A copy: whoever gets it may keep it. */
  totals(): Totals {
    const { skipped, unreadable, ...numbers } = this.#totals;
    return { ...numbers, skipped: { ...skipped }, unreadable: [...unreadable] };
  }

  /** The indexed documents that come after the first `start`, at most `max`. */
  documents(start: number, max: number): Omit<ReadDocument, "path">[] {
    return this.#documents.slice(start, start + max);
  }

  #settle({ document, bytes }: { document: number; bytes: number }): void {
    this.#done.add(document);
    this.#totals.filesDone += 1;
    this.#totals.bytesDone += bytes;
  }

  #store(document: number, batches: number): void {
    const open = (this.#open.get(document) ?? 0) + batches;
    if (open === 0) this.#open.delete(document);
    else this.#open.set(document, open);
  }
}

/** One line about what is under way, for the error that says it got stuck. */
export function describeTotals(totals: Totals, sent: Sent): string {
  const { filesDone, batchesSent, batchesStored } = totals;
  const files = `${filesDone} of ${sent.files} files done`;
  return `${files}, ${batchesStored} of ${batchesSent} batches stored`;
}

/** How many files were skipped, for any reason. */
export function skippedFiles(totals: Totals): number {
  return SKIP_REASONS.reduce((sum, reason) => sum + totals.skipped[reason], 0);
}
