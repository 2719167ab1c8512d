/**
 * The bytes of one file on a simulated disk: what programs see, what survives a power cut, and the
 * changes between the two.
 *
 *     write ──► seen  ═══ reads
 *        └────► changes ──sync──► saved
 *                  └──failed sync──► nowhere: still seen, never saved
 *
 * After a failed sync Linux takes the pages for clean: reads return what was written, a later sync
 * has nothing to do and succeeds, and a restart shows the old bytes. A page that is written to
 * again is saved as a whole the next time.
 *
 * @source Rebello, Patel, Alagappan, A. and R. Arpaci-Dusseau, "Can Applications Recover from fsync
 *   Failures?", USENIX ATC 2020, section 3.
 */

import type { Random } from "../random.ts";

/** What becomes of bytes that were written and not synced when a node crashes. */
export type Unsynced =
  /** They are lost, as if the power had failed before any of them reached the disk. */
  | "lost"
  /** A beginning of what was written survives, by sectors of 512 bytes. */
  | "prefix"
  /** Each sector survives or not. */
  | "torn"
  /** All survive: the process died and the machine did not. */
  | "kept";

/** A disk writes these as a whole or not at all. */
export const SECTOR_BYTES = 512;
/** What an operating system takes for clean or not. */
const PAGE_BYTES = 4096;
/** Changes that wait for a sync; before there are more, the oldest is saved, as a kernel would. */
const CHANGES_MAX = 10_000;

/** Bytes at a place, or a new length. */
type Change =
  | { readonly number: number; readonly at: number; readonly bytes: Uint8Array }
  | { readonly number: number; readonly size: number };

export class Stored {
  /** In the order in which files were made. */
  readonly number: number;
  #seen = new Content();
  #saved = new Content();
  #changes: Change[] = [];
  #last = 0;
  /** Pages whose bytes a failed sync has lost. */
  readonly #lostPages = new Set<number>();

  constructor(number: number) {
    this.number = number;
  }

  get size(): number {
    return this.#seen.size;
  }

  get savedSize(): number {
    return this.#saved.size;
  }

  /** Everything that was written so far. */
  get lastChange(): number {
    return this.#last;
  }

  read(at: number, length: number): Uint8Array {
    return this.#seen.read(at, length);
  }

  /** @param bytes are kept, and must not change any more. */
  write(at: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#seen.write(at, bytes);
    this.#changed({ number: this.#next(), ...this.#dirtied(at, bytes) });
  }

  truncate(size: number): void {
    this.#seen.resize(size);
    this.#changed({ number: this.#next(), size });
  }

  /** Saves the changes up to that one. */
  sync(last: number): void {
    this.#changes = this.#changes.filter((change) => {
      const covered = change.number <= last;
      if (covered) apply(change, this.#saved);
      return !covered;
    });
  }

  /** Loses the changes up to that one, and lets nobody see it. */
  failSync(last: number): void {
    for (const change of this.#changes) {
      if (change.number > last || !("at" in change)) continue;
      for (const page of pagesOf(change.at, change.bytes.length)) this.#lostPages.add(page);
    }
    this.#changes = this.#changes.filter(({ number }) => number > last);
  }

  /** A power cut. How many changes have gone only in part. */
  crash(random: Random, unsynced: Exclude<Unsynced, "kept">): { lost: number; torn: number } {
    const survives = survivors(random, unsynced, this.#changes);
    let lost = 0;
    let torn = 0;
    for (const change of this.#changes) {
      const pieces = piecesOf(change);
      const kept = pieces.filter(() => survives());
      for (const piece of kept) apply(piece, this.#saved);
      if (kept.length === 0) lost += 1;
      else if (kept.length < pieces.length) torn += 1;
    }
    this.#changes = [];
    this.#lostPages.clear();
    this.#seen = this.#saved.copy();
    return { lost, torn };
  }

  /** Inverts a bit of what is saved, for those who read it, too. */
  flip(offset: number, bit: number): void {
    this.#saved.flip(offset, bit);
    this.#seen.flip(offset, bit);
  }

  #next(): number {
    this.#last += 1;
    return this.#last;
  }

  #changed(change: Change): void {
    this.#changes.push(change);
    if (this.#changes.length > CHANGES_MAX) this.sync((this.#changes[0] as Change).number);
  }

  /** The bytes, with the rest of the pages that were lost. */
  #dirtied(at: number, bytes: Uint8Array): { at: number; bytes: Uint8Array } {
    const again = pagesOf(at, bytes.length).filter((page) => this.#lostPages.delete(page));
    if (again.length === 0) return { at, bytes };
    const from = Math.min(at, ...again.map((page) => page * PAGE_BYTES));
    const to = Math.max(at + bytes.length, ...again.map((page) => (page + 1) * PAGE_BYTES));
    return { at: from, bytes: this.#seen.read(from, to - from) };
  }
}

function pagesOf(at: number, length: number): number[] {
  const first = Math.floor(at / PAGE_BYTES);
  const last = Math.floor((at + length - 1) / PAGE_BYTES);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Asked for one piece after another, in the order in which they were written. */
function survivors(
  random: Random,
  unsynced: Exclude<Unsynced, "kept">,
  changes: readonly Change[],
): () => boolean {
  if (unsynced === "lost") return () => false;
  if (unsynced === "torn") return () => random.chance(50);
  const pieces = changes.reduce((sum, change) => sum + piecesOf(change).length, 0);
  let left = random.int(pieces + 1);
  return () => {
    left -= 1;
    return left >= 0;
  };
}

/** By sectors of the file; a change of length is one piece. */
function piecesOf(change: Change): Change[] {
  if (!("at" in change)) return [change];
  const { number, at, bytes } = change;
  const pieces: Change[] = [];
  for (let from = at; from < at + bytes.length; ) {
    const to = Math.min(at + bytes.length, from - (from % SECTOR_BYTES) + SECTOR_BYTES);
    pieces.push({ number, at: from, bytes: bytes.subarray(from - at, to - at) });
    from = to;
  }
  return pieces;
}

function apply(change: Change, content: Content): void {
  if ("at" in change) content.write(change.at, change.bytes);
  else content.resize(change.size);
}

/** Bytes that grow. */
class Content {
  #bytes = new Uint8Array(0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  read(at: number, length: number): Uint8Array {
    return this.#bytes.slice(Math.min(at, this.#size), Math.min(at + length, this.#size));
  }

  write(at: number, bytes: Uint8Array): void {
    if (at + bytes.length > this.#size) this.resize(at + bytes.length);
    this.#bytes.set(bytes, at);
  }

  resize(size: number): void {
    if (size > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(size, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = grown;
    }
    if (size < this.#size) this.#bytes.fill(0, size, this.#size);
    this.#size = size;
  }

  flip(offset: number, bit: number): void {
    if (offset < this.#size) this.#bytes[offset] = (this.#bytes[offset] ?? 0) ^ (1 << bit);
  }

  copy(): Content {
    const copy = new Content();
    copy.write(0, this.read(0, this.#size));
    return copy;
  }
}
