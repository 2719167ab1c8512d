/**
 * Writes of one log on their way to the store: as many as an owner makes in one burst of its
 * thread, as one message.
 *
 *     0  u8  type
 *     append    1   1  u32 how many    5  records: u32 length, bytes
 *     truncate  2   1  f64 from
 *     snapshot  3   1  f64 up to       9  u32 length, bytes
 *     metadata  4   1  u32 length      5  bytes
 *     remove    5
 *
 * Both ends are in one process, so what is read is what was written here.
 */

import { assert } from "../../runtime/assert.ts";
import type { Write } from "./journal.ts";

const APPEND = 1;
const TRUNCATE = 2;
const SNAPSHOT = 3;
const METADATA = 4;
const REMOVE = 5;
const LENGTH_BYTES = 4;

const BYTES_MIN = 1024;
/** What is kept of the memory for a large block. */
const BYTES_KEPT_MAX = 131_072;

/** Gives bytes that are valid until it is called again. */
export type Encode = (value: unknown, path: string) => Uint8Array;

export class BlockWriter {
  #bytes: Uint8Array = new Uint8Array(BYTES_MIN);
  #view: DataView = new DataView(this.#bytes.buffer);
  #end = 0;
  /** Where the last write begins. */
  #last = 0;
  #count = 0;

  /** Writes in it. */
  get count(): number {
    return this.#count;
  }

  get length(): number {
    return this.#end;
  }

  get lastLength(): number {
    return this.#end - this.#last;
  }

  /** @throws what `encode` throws, and then it is as it was before */
  append(records: readonly unknown[], encode: Encode): void {
    this.#begin(APPEND, 4);
    this.#u32(records.length);
    try {
      for (const [at, record] of records.entries()) this.#some(encode(record, `records[${at}]`));
    } catch (error) {
      this.undo();
      throw error;
    }
  }

  truncate(from: number): void {
    this.#begin(TRUNCATE, 8);
    this.#f64(from);
  }

  snapshot(upTo: number, bytes: Uint8Array): void {
    this.#begin(SNAPSHOT, 8);
    this.#f64(upTo);
    this.#some(bytes);
  }

  metadata(bytes: Uint8Array): void {
    this.#begin(METADATA, 0);
    this.#some(bytes);
  }

  remove(): void {
    this.#begin(REMOVE, 0);
  }

  /** Takes the last write back; once. */
  undo(): void {
    this.#end = this.#last;
    this.#count -= 1;
  }

  /** A copy of all writes, or of all but the last one; they are gone here. */
  take(what: "all" | "all but the last"): Uint8Array {
    const end = what === "all" ? this.#end : this.#last;
    const block = this.#bytes.slice(0, end);
    this.#bytes.copyWithin(0, end, this.#end);
    this.#end -= end;
    this.#last = 0;
    this.#count = what === "all" ? 0 : 1;
    if (this.#end === 0 && this.#bytes.length > BYTES_KEPT_MAX) this.#resize(BYTES_MIN);
    return block;
  }

  #begin(type: number, bytes: number): void {
    this.#grow(1 + bytes);
    this.#last = this.#end;
    this.#count += 1;
    this.#view.setUint8(this.#end, type);
    this.#end += 1;
  }

  #grow(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return;
    this.#resize(Math.max(2 * this.#bytes.length, this.#end + bytes));
  }

  #resize(length: number): void {
    const resized = new Uint8Array(length);
    resized.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = resized;
    this.#view = new DataView(resized.buffer);
  }

  #u32(value: number): void {
    this.#view.setUint32(this.#end, value, true);
    this.#end += 4;
  }

  #f64(value: number): void {
    this.#view.setFloat64(this.#end, value, true);
    this.#end += 8;
  }

  #some(bytes: Uint8Array): void {
    this.#grow(LENGTH_BYTES + bytes.length);
    this.#u32(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }
}

/**
 * The writes of a block; records that follow each other are one write. They point into the block:
 * nothing is copied.
 */
export function readBlock(block: Uint8Array, log: string): { writes: Write[]; count: number } {
  const reader = new Reader(block);
  const writes: Write[] = [];
  let records: Uint8Array[] | undefined;
  let count = 0;
  for (; reader.hasMore; count += 1) {
    const type = reader.u8();
    if (type !== APPEND) {
      records = undefined;
      writes.push(readWrite(reader, type, log));
      continue;
    }
    if (records === undefined) {
      records = [];
      writes.push({ log, type: "append", records });
    }
    for (let left = reader.u32(); left > 0; left -= 1) records.push(reader.some());
  }
  return { writes, count };
}

function readWrite(reader: Reader, type: number, log: string): Write {
  switch (type) {
    case TRUNCATE:
      return { log, type: "truncate", from: reader.f64() };
    case SNAPSHOT:
      return { log, type: "snapshot", upTo: reader.f64(), bytes: reader.some() };
    case METADATA:
      return { log, type: "metadata", bytes: reader.some() };
    default:
      assert(type === REMOVE, "a block of another version");
      return { log, type: "remove" };
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get hasMore(): boolean {
    return this.#at < this.#bytes.length;
  }

  u8(): number {
    this.#at += 1;
    return this.#view.getUint8(this.#at - 1);
  }

  u32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  f64(): number {
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, true);
  }

  some(): Uint8Array {
    const length = this.u32();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
