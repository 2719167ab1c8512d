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

/** Tells the accounts that a segment holds so many live bytes more, or less. */
export type Account = (segment: number, bytes: number) => void;

interface Piece {
  readonly bytes: Uint8Array;
  readonly segment: number;
}

interface Definition {
  readonly name: string;
  readonly life: number;
  readonly segment: number;
}

/** What it counts for as long as it lives. */
export function livingBytes(bytes: Uint8Array): number {
  return bytes.length + RECORD_EXTRA_BYTES;
}

/** What a name, a snapshot or metadata count for beside their bytes. */
const EXTRA_BYTES: number = ENTRY_EXTRA_BYTES;

export class Kept {
  readonly id: number;
  readonly #account: Account;
  #definition: Definition | undefined;
  #metadata: Piece | undefined;
  #snapshot: (Piece & { readonly upTo: number }) | undefined;
  /** Index of `records[0]`. */
  #first = 1;
  #records: Uint8Array[] = [];
  #segments: number[] = [];
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

  get metadata(): Uint8Array | undefined {
    return this.#metadata?.bytes;
  }

  get snapshot(): KeptLog["snapshot"] {
    return this.#snapshot && { upTo: this.#snapshot.upTo, bytes: this.#snapshot.bytes };
  }

  /** Up to where a snapshot stands for the records; 0 without one. */
  get upTo(): number {
    return this.#snapshot?.upTo ?? 0;
  }

  /** Index of the last record, or what the snapshot stands for. */
  get last(): number {
    return Math.max(this.upTo, this.#first + this.#records.length - 1);
  }

  get records(): readonly Uint8Array[] {
    return this.#records;
  }

  /** Live bytes of the records from one index to another, both included. */
  recordBytes(from: number, to: number): number {
    let sum = 0;
    const end = Math.min(to, this.last) - this.#first;
    for (let place = Math.max(from - this.#first, 0); place <= end; place += 1) {
      sum += livingBytes(this.#records[place] as Uint8Array);
    }
    return sum;
  }

  define(name: string, life: number, segment: number): void {
    this.#define({ name, life, segment });
  }

  setMetadata(bytes: Uint8Array, segment: number): void {
    this.#count(this.#metadata, -1);
    this.#metadata = { bytes, segment };
    this.#count(this.#metadata, 1);
  }

  setSnapshot(upTo: number, bytes: Uint8Array, segment: number): void {
    this.#count(this.#snapshot, -1);
    this.#snapshot = { upTo, bytes, segment };
    this.#count(this.#snapshot, 1);
    this.#drop(0, Math.min(Math.max(upTo + 1 - this.#first, 0), this.#records.length));
    this.#first = Math.max(this.#first, upTo + 1);
    for (const index of this.#early?.keys() ?? []) if (index <= upTo) this.#forget(index);
  }

  append(first: number, records: readonly Uint8Array[], segment: number): void {
    records.forEach((bytes, offset) => {
      const index = first + offset;
      const place = index - this.#first;
      if (this.#records.length === 0 && this.#early === undefined) this.#first = index;
      else if (place < 0 || place > this.#records.length) {
        this.#wait(index, { bytes, segment });
        return;
      }
      this.#forget(index);
      this.#put(index - this.#first, bytes, segment);
    });
  }

  truncate(from: number): void {
    const place = Math.max(from - this.#first, 0);
    this.#drop(place, Math.max(this.#records.length - place, 0));
    for (const index of this.#early?.keys() ?? []) if (index >= from) this.#forget(index);
  }

  /** Nothing of it lives any more. */
  remove(): void {
    this.truncate(0);
    this.#count(this.#metadata, -1);
    this.#count(this.#snapshot, -1);
    this.#define(undefined);
    this.#metadata = undefined;
    this.#snapshot = undefined;
  }

  /** Puts in order what came early. False if records are missing, or nobody said whose they are. */
  settle(): boolean {
    if (this.#early !== undefined && this.#early.size > 0) {
      const late = this.#records.map((bytes, place): [number, Piece] => [
        this.#first + place,
        { bytes, segment: this.#segments[place] as number },
      ]);
      const all = [...this.#early, ...late].sort(([one], [other]) => one - other);
      this.#records = all.map(([, { bytes }]) => bytes);
      this.#segments = all.map(([, { segment }]) => segment);
      this.#first = all[0]?.[0] ?? 1;
      if (all.some(([index], place) => index !== this.#first + place)) return false;
    }
    this.#early = undefined;
    if (this.#records.length === 0) this.#first = this.upTo + 1;
    return this.#definition !== undefined && this.#first === this.upTo + 1;
  }

  /** As whoever opens it gets it. */
  kept(): KeptLog {
    return {
      life: this.life,
      metadata: this.metadata,
      snapshot: this.snapshot,
      records: [...this.#records],
    };
  }

  /** Whether anything that lives lies in that segment. */
  liesIn(segment: number): boolean {
    const pieces = [this.#definition, this.#metadata, this.#snapshot];
    return pieces.some((piece) => piece?.segment === segment) || this.#search(segment) >= 0;
  }

  /** Says again what lies in that segment, records by runs of about so many bytes. */
  *pieces(segment: number, runBytes: number): Generator<Entry> {
    const { id: log } = this;
    const [definition, metadata, snapshot] = [this.#definition, this.#metadata, this.#snapshot];
    if (definition?.segment === segment) {
      yield { type: "define", log, name: definition.name, life: definition.life };
    }
    if (metadata?.segment === segment) yield { type: "metadata", log, bytes: metadata.bytes };
    if (snapshot?.segment === segment) {
      yield { type: "snapshot", log, upTo: snapshot.upTo, bytes: snapshot.bytes };
    }
    for (let at = this.#search(segment); at >= 0; at = this.#segments.indexOf(segment, at)) {
      const records = this.#run(at, segment, runBytes);
      yield { type: "append", log, first: this.#first + at, records };
      at += records.length;
    }
  }

  /** Place of the first record in that segment, or -1. Goes on where it found the last one. */
  #search(segment: number): number {
    const from = this.#searched.segment === segment ? this.#searched.index - this.#first : 0;
    const place = this.#segments.indexOf(segment, Math.max(from, 0));
    // Nothing is added to a segment that is written again.
    const index = this.#first + (place < 0 ? this.#records.length : place);
    this.#searched = { segment, index };
    return place;
  }

  #run(start: number, segment: number, bytesMax: number): Uint8Array[] {
    const records: Uint8Array[] = [];
    let bytes = 0;
    for (let place = start; this.#segments[place] === segment; place += 1) {
      const record = this.#records[place] as Uint8Array;
      bytes += livingBytes(record);
      if (records.length > 0 && bytes > bytesMax) break;
      records.push(record);
    }
    return records;
  }

  #put(place: number, bytes: Uint8Array, segment: number): void {
    const before = this.#records[place];
    if (before !== undefined) this.#account(this.#segments[place] as number, -livingBytes(before));
    this.#account(segment, livingBytes(bytes));
    this.#records[place] = bytes;
    this.#segments[place] = segment;
  }

  #drop(place: number, count: number): void {
    for (let gone = place; gone < place + count; gone += 1) {
      const bytes = livingBytes(this.#records[gone] as Uint8Array);
      this.#account(this.#segments[gone] as number, -bytes);
    }
    this.#records.splice(place, count);
    this.#segments.splice(place, count);
  }

  #wait(index: number, piece: Piece): void {
    this.#early ??= new Map();
    this.#forget(index);
    this.#early.set(index, piece);
    this.#account(piece.segment, livingBytes(piece.bytes));
  }

  #forget(index: number): void {
    const piece = this.#early?.get(index);
    if (piece === undefined) return;
    this.#account(piece.segment, -livingBytes(piece.bytes));
    this.#early?.delete(index);
  }

  #define(definition: Definition | undefined): void {
    for (const [each, sign] of [
      [this.#definition, -1],
      [definition, 1],
    ] as const) {
      if (each === undefined) continue;
      this.#account(each.segment, sign * (EXTRA_BYTES + Buffer.byteLength(each.name)));
    }
    this.#definition = definition;
  }

  #count(piece: Piece | undefined, sign: 1 | -1): void {
    if (piece !== undefined)
      this.#account(piece.segment, sign * (EXTRA_BYTES + piece.bytes.length));
  }
}
