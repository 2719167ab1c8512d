/**
 * One log in memory: what of it lives, and in which segment each piece lies.
 *
 *     metadata   snapshot ─ up to 7      records  8  9  10  11        early  15
 *        in 3        in 5                     in  5  5   6   6            in  6
 *
 * A recovery may see records before those that come before them, since what still lives of the
 * oldest segment is written again at the end; so what does not join on waits in `early` until
 * `settle` has it all.
 */

import { ENTRY_EXTRA_BYTES, type Entry, RECORD_EXTRA_BYTES } from "./entries.ts";
import type { KeptLog } from "./journal.ts";
import { Spans } from "./spans.ts";

/** Tells the accounts that a segment holds so many live bytes more, or less. */
export type Account = (segment: number, bytes: number) => void;

/** Some bytes of the body of a batch. */
export interface Piece {
  readonly body: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly segment: number;
}

interface Definition {
  readonly name: string;
  readonly life: number;
  readonly segment: number;
}

/** What a record counts for as long as it lives. */
export function livingBytes(bytes: number): number {
  return bytes + RECORD_EXTRA_BYTES;
}

/** What a name, a snapshot or metadata count for beside their bytes. */
const EXTRA_BYTES: number = ENTRY_EXTRA_BYTES;

export class Kept {
  readonly id: number;
  readonly #account: Account;
  #definition: Definition | undefined;
  #metadata: Piece | undefined;
  #snapshot: { readonly upTo: number; readonly piece: Piece } | undefined;
  /** Index of the first of `#records`. */
  #first = 1;
  readonly #records = new Spans();
  #early: Map<number, Piece> | undefined;
  /** Before this index no record lies in this segment. */
  #searched: { readonly segment: number; readonly index: number } = { segment: 0, index: 0 };

  constructor(id: number, account: Account) {
    this.id = id;
    this.#account = account;
  }

  get name(): string | undefined {
    return this.#definition?.name;
  }

  get life(): number {
    return this.#definition?.life ?? 0;
  }

  /** Undefined without any. */
  get metadataBytes(): number | undefined {
    return this.#metadata && sizeOf(this.#metadata);
  }

  get snapshotBytes(): number | undefined {
    return this.#snapshot && sizeOf(this.#snapshot.piece);
  }

  /** Up to where a snapshot stands for the records; 0 without one. */
  get upTo(): number {
    return this.#snapshot?.upTo ?? 0;
  }

  /** Index of the last record, or what the snapshot stands for. */
  get last(): number {
    return Math.max(this.upTo, this.#first + this.#records.length - 1);
  }

  /** As whoever opens it gets it: views of what lies here. */
  kept(): KeptLog {
    const snapshot = this.#snapshot;
    return {
      life: this.life,
      metadata: this.#metadata && bytesOf(this.#metadata),
      snapshot: snapshot && { upTo: snapshot.upTo, bytes: bytesOf(snapshot.piece) },
      records: this.#records.all(),
    };
  }

  /** Live bytes of the records from one index to another, both included. */
  recordBytes(from: number, to: number): number {
    let sum = 0;
    const end = Math.min(to, this.last) - this.#first;
    for (let place = Math.max(from - this.#first, 0); place <= end; place += 1) {
      sum += livingBytes(this.#records.bytes(place));
    }
    return sum;
  }

  define(definition: Definition | undefined): void {
    this.#countName(-1);
    this.#definition = definition;
    this.#countName(1);
  }

  setMetadata(piece: Piece | undefined): void {
    this.#count(this.#metadata, -1);
    this.#metadata = piece;
    this.#count(piece, 1);
  }

  setSnapshot(upTo: number, piece: Piece): void {
    this.#count(this.#snapshot?.piece, -1);
    this.#snapshot = { upTo, piece };
    this.#count(piece, 1);
    this.#drop(0, Math.min(Math.max(upTo + 1 - this.#first, 0), this.#records.length));
    this.#first = Math.max(this.#first, upTo + 1);
    for (const index of this.#early?.keys() ?? []) if (index <= upTo) this.#forget(index);
  }

  /** A record; the usual one joins on to the last. Allocates nothing then. */
  append(index: number, body: Uint8Array, from: number, to: number, segment: number): void {
    const records = this.#records;
    if (records.length === 0 && this.#early === undefined) this.#first = index;
    const place = index - this.#first;
    if (place < 0 || place > records.length) {
      this.#wait(index, { body, from, to, segment });
      return;
    }
    if (this.#early !== undefined) this.#forget(index);
    if (place < records.length) {
      this.#account(records.segment(place) ?? 0, -livingBytes(records.bytes(place)));
    }
    this.#account(segment, livingBytes(to - from));
    records.put(place, body, from, to, segment);
  }

  truncate(from: number): void {
    const place = Math.max(from - this.#first, 0);
    this.#drop(place, Math.max(this.#records.length - place, 0));
    for (const index of this.#early?.keys() ?? []) if (index >= from) this.#forget(index);
  }

  /** Nothing of it lives any more. */
  remove(): void {
    this.truncate(0);
    this.setMetadata(undefined);
    this.#count(this.#snapshot?.piece, -1);
    this.#snapshot = undefined;
    this.define(undefined);
  }

  /** Puts in order what came early. False if records are missing, or nobody said whose they are. */
  settle(): boolean {
    const early = [...(this.#early ?? [])];
    this.#early = undefined;
    if (early.length > 0 && !this.#merge(early)) return false;
    if (this.#records.length === 0) this.#first = this.upTo + 1;
    return this.#definition !== undefined && this.#first === this.upTo + 1;
  }

  #merge(early: [index: number, piece: Piece][]): boolean {
    const records = this.#records;
    const all = early;
    for (let place = 0; place < records.length; place += 1) {
      const segment = records.segment(place) ?? 0;
      const body = records.at(place);
      all.push([this.#first + place, { body, from: 0, to: body.length, segment }]);
    }
    all.sort(([one], [other]) => one - other);
    this.#first = all[0]?.[0] ?? 1;
    for (const [place, [, { body, from, to, segment }]] of all.entries()) {
      records.put(place, body, from, to, segment);
    }
    return all.every(([index], place) => index === this.#first + place);
  }

  /** Whether anything that lives lies in that segment. */
  liesIn(segment: number): boolean {
    const pieces = [this.#definition, this.#metadata, this.#snapshot?.piece];
    return pieces.some((piece) => piece?.segment === segment) || this.#search(segment) >= 0;
  }

  /** Says again what lies in that segment, records by runs of about so many bytes. */
  *pieces(segment: number, runBytes: number): Generator<Entry> {
    const { id: log } = this;
    const [definition, metadata, snapshot] = [this.#definition, this.#metadata, this.#snapshot];
    if (definition?.segment === segment) {
      yield { type: "define", log, name: definition.name, life: definition.life };
    }
    if (metadata?.segment === segment) yield { type: "metadata", log, bytes: bytesOf(metadata) };
    if (snapshot?.piece.segment === segment) {
      yield { type: "snapshot", log, upTo: snapshot.upTo, bytes: bytesOf(snapshot.piece) };
    }
    for (let at = this.#search(segment); at >= 0; at = this.#records.find(segment, at)) {
      const records = this.#run(at, segment, runBytes);
      yield { type: "append", log, first: this.#first + at, records };
      at += records.length;
    }
  }

  /** Place of the first record in that segment, or -1. Goes on where it found the last one. */
  #search(segment: number): number {
    const from = this.#searched.segment === segment ? this.#searched.index - this.#first : 0;
    const place = this.#records.find(segment, Math.max(from, 0));
    // Nothing is added to a segment that is written again.
    const index = this.#first + (place < 0 ? this.#records.length : place);
    this.#searched = { segment, index };
    return place;
  }

  #run(start: number, segment: number, bytesMax: number): Uint8Array[] {
    const records: Uint8Array[] = [];
    let bytes = 0;
    for (let place = start; this.#records.segment(place) === segment; place += 1) {
      bytes += livingBytes(this.#records.bytes(place));
      if (records.length > 0 && bytes > bytesMax) break;
      records.push(this.#records.at(place));
    }
    return records;
  }

  #drop(place: number, count: number): void {
    if (count === 0) return;
    for (let gone = place; gone < place + count; gone += 1) {
      const bytes = livingBytes(this.#records.bytes(gone));
      this.#account(this.#records.segment(gone) ?? 0, -bytes);
    }
    this.#records.remove(place, count);
  }

  #wait(index: number, piece: Piece): void {
    this.#early ??= new Map();
    this.#forget(index);
    this.#early.set(index, piece);
    this.#account(piece.segment, livingBytes(sizeOf(piece)));
  }

  #forget(index: number): void {
    const piece = this.#early?.get(index);
    if (piece === undefined) return;
    this.#account(piece.segment, -livingBytes(sizeOf(piece)));
    this.#early?.delete(index);
  }

  #count(piece: Piece | undefined, sign: 1 | -1): void {
    if (piece !== undefined) this.#account(piece.segment, sign * (EXTRA_BYTES + sizeOf(piece)));
  }

  #countName(sign: 1 | -1): void {
    if (this.#definition === undefined) return;
    const { name, segment } = this.#definition;
    this.#account(segment, sign * (EXTRA_BYTES + Buffer.byteLength(name)));
  }
}

function sizeOf({ from, to }: Piece): number {
  return to - from;
}

function bytesOf({ body, from, to }: Piece): Uint8Array {
  return body.subarray(from, to);
}
