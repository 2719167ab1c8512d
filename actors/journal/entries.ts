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

import { getU53, setU53, viewOf } from "./format.ts";

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

/** What a body says, in its order. Bytes are places in it. */
export interface EntryReader {
  define(log: number, life: number, name: string): void;
  record(log: number, index: number, from: number, to: number): void;
  truncate(log: number, from: number): void;
  snapshot(log: number, upTo: number, from: number, to: number): void;
  metadata(log: number, from: number, to: number): void;
  remove(log: number): void;
}

/**
 * Takes a body apart. Makes no object for a record, since there may be millions.
 *
 * Trusts nothing: false says that the body stops making sense somewhere.
 */
export function readEntries(body: Uint8Array, reader: EntryReader): boolean {
  const view = viewOf(body);
  let at = 0;
  // Each turn takes 9 bytes at least.
  while (at >= 0 && at < body.length) {
    if (at + LOG_BYTES > body.length) return false;
    at = readEntry(body, view, at, reader);
  }
  return at >= 0;
}

/** Type and log. */
const LOG_BYTES = 9;
/** What stands before the bytes, by the code of the type. */
const HEAD_BYTES: readonly number[] = [0, 15, 21, 17, 21, 13, LOG_BYTES];

/** Where the next one begins; -1 if this one makes no sense. */
function readEntry(body: Uint8Array, view: DataView, at: number, reader: EntryReader): number {
  const code = view.getUint8(at);
  const start = at + (HEAD_BYTES[code] ?? 0);
  const log = getU53(view, at + 1);
  if (start <= at || start > body.length || !Number.isSafeInteger(log)) return -1;
  if (code === CODES.remove) {
    reader.remove(log);
    return start;
  }
  if (code === CODES.metadata) {
    const end = start + view.getUint32(at + 9, true);
    if (end <= body.length) reader.metadata(log, start, end);
    return end <= body.length ? end : -1;
  }
  if (code === CODES.define) {
    const end = start + view.getUint16(at + 13, true);
    if (end > body.length) return -1;
    const name = new TextDecoder().decode(body.subarray(start, end));
    reader.define(log, view.getUint32(at + 9, true), name);
    return end;
  }
  const index = getU53(view, at + 9);
  if (!Number.isSafeInteger(index)) return -1;
  if (code === CODES.append) return readRecords(body, view, at, reader);
  if (code === CODES.truncate) {
    reader.truncate(log, index);
    return start;
  }
  const end = start + view.getUint32(at + 17, true);
  if (end <= body.length) reader.snapshot(log, index, start, end);
  return end <= body.length ? end : -1;
}

function readRecords(body: Uint8Array, view: DataView, at: number, reader: EntryReader): number {
  const log = getU53(view, at + 1);
  const first = getU53(view, at + 9);
  const count = view.getUint32(at + 17, true);
  let from = at + 21;
  for (let index = first; index < first + count; index += 1) {
    if (from + RECORD_EXTRA_BYTES > body.length) return -1;
    const end = from + RECORD_EXTRA_BYTES + view.getUint32(from, true);
    if (end > body.length) return -1;
    reader.record(log, index, from + RECORD_EXTRA_BYTES, end);
    from = end;
  }
  return from;
}
