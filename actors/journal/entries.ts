/**
 * What a batch consists of, and how it lies in the batch's body, byte by byte.
 *
 *     0  u8   type       1  u53  log, a number that is never used for another name
 *
 *     define    1   9  u32 life     13  u16 length    15  name in UTF-8
 *     append    2   9  u53 index of the first record   17  u32 how many   21  records
 *     truncate  3   9  u53 from
 *     snapshot  4   9  u53 up to    17  u32 length    21  bytes
 *     metadata  5   9  u32 length   13  bytes
 *     remove    6
 *
 *     a record  0  u32  length       4  bytes
 *
 * An entry says what holds from then on, and needs no entry before it: what still lives of the
 * oldest segment is appended again, under its indexes, wherever the journal has got to.
 */

import { getU53, setU53 } from "./format.ts";

export type Entry = { readonly log: number } & (
  | { readonly type: "define"; readonly life: number; readonly name: string }
  | { readonly type: "append"; readonly first: number; readonly records: readonly Uint8Array[] }
  | { readonly type: "truncate"; readonly from: number }
  | { readonly type: "snapshot"; readonly upTo: number; readonly bytes: Uint8Array }
  | { readonly type: "metadata"; readonly bytes: Uint8Array }
  | { readonly type: "remove" }
);

/** What a record takes beside its bytes. */
export const RECORD_EXTRA_BYTES = 4;
/** No entry takes more beside names, records and bytes. */
export const ENTRY_EXTRA_BYTES = 21;
/** Name of a log, in UTF-8. */
export const NAME_BYTES_MAX = 512;

const CODES: { readonly [Type in Entry["type"]]: number } = {
  define: 1,
  append: 2,
  truncate: 3,
  snapshot: 4,
  metadata: 5,
  remove: 6,
};

export function entryBytes(entry: Entry): number {
  switch (entry.type) {
    case "define":
      return 15 + Buffer.byteLength(entry.name);
    case "append":
      return entry.records.reduce((sum, { length }) => sum + RECORD_EXTRA_BYTES + length, 21);
    case "snapshot":
      return 21 + entry.bytes.length;
    case "metadata":
      return 13 + entry.bytes.length;
    case "truncate":
      return 17;
    case "remove":
      return 9;
  }
}

/** Writes it there, and returns where the next one goes. */
export function writeEntry(bytes: Uint8Array, view: DataView, at: number, entry: Entry): number {
  view.setUint8(at, CODES[entry.type]);
  setU53(view, at + 1, entry.log);
  switch (entry.type) {
    case "define": {
      const { written } = new TextEncoder().encodeInto(entry.name, bytes.subarray(at + 15));
      view.setUint32(at + 9, entry.life, true);
      view.setUint16(at + 13, written, true);
      return at + 15 + written;
    }
    case "append":
      setU53(view, at + 9, entry.first);
      view.setUint32(at + 17, entry.records.length, true);
      return entry.records.reduce((to, record) => writeBytes(bytes, view, to, record), at + 21);
    case "truncate":
      setU53(view, at + 9, entry.from);
      return at + 17;
    case "snapshot":
      setU53(view, at + 9, entry.upTo);
      return writeBytes(bytes, view, at + 17, entry.bytes);
    case "metadata":
      return writeBytes(bytes, view, at + 9, entry.bytes);
    case "remove":
      return at + 9;
  }
}

function writeBytes(bytes: Uint8Array, view: DataView, at: number, some: Uint8Array): number {
  view.setUint32(at, some.length, true);
  bytes.set(some, at + RECORD_EXTRA_BYTES);
  return at + RECORD_EXTRA_BYTES + some.length;
}

/**
 * Takes a body apart. What it gives points into the body: nothing is copied.
 *
 * Trusts nothing: `undefined` is where the body stops making sense, and the last that it gives.
 */
export function* readEntries(body: Uint8Array): Generator<Entry | undefined> {
  const reader = new Reader(body);
  while (reader.left > 0) {
    const entry = readEntry(reader);
    if (reader.isBroken) yield undefined;
    if (reader.isBroken || entry === undefined) return;
    yield entry;
  }
}

function readEntry(reader: Reader): Entry | undefined {
  const code = reader.number(1);
  const log = reader.number(8);
  switch (code) {
    case CODES.define: {
      const life = reader.number(4);
      return { type: "define", log, life, name: reader.text(reader.number(2)) };
    }
    case CODES.append:
      return { type: "append", log, first: reader.number(8), records: reader.records() };
    case CODES.truncate:
      return { type: "truncate", log, from: reader.number(8) };
    case CODES.snapshot:
      return { type: "snapshot", log, upTo: reader.number(8), bytes: reader.bytes() };
    case CODES.metadata:
      return { type: "metadata", log, bytes: reader.bytes() };
    case CODES.remove:
      return { type: "remove", log };
    default:
      reader.isBroken = true;
      return undefined;
  }
}

/** A place in a body. Once it is broken, what it gives has no meaning. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  isBroken = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  number(size: 1 | 2 | 4 | 8): number {
    const at = this.#at;
    if (!this.#skip(size)) return 0;
    if (size === 1) return this.#view.getUint8(at);
    if (size === 2) return this.#view.getUint16(at, true);
    if (size === 4) return this.#view.getUint32(at, true);
    const number = getU53(this.#view, at);
    if (!Number.isSafeInteger(number)) this.isBroken = true;
    return number;
  }

  bytes(): Uint8Array {
    return this.#take(this.number(4));
  }

  records(): Uint8Array[] {
    const count = this.number(4);
    // Each has a length at least: what cannot be there gets no memory.
    if (count * RECORD_EXTRA_BYTES > this.left) this.isBroken = true;
    const records: Uint8Array[] = [];
    while (!this.isBroken && records.length < count) records.push(this.bytes());
    return records;
  }

  text(length: number): string {
    return new TextDecoder().decode(this.#take(length));
  }

  #take(length: number): Uint8Array {
    const at = this.#at;
    return this.#skip(length) ? this.#bytes.subarray(at, at + length) : this.#bytes.subarray(0, 0);
  }

  #skip(length: number): boolean {
    if (this.isBroken || length > this.left) {
      this.isBroken = true;
      return false;
    }
    this.#at += length;
    return true;
  }
}
