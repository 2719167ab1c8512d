/**
 * Values to bytes and back, with exactly the same result as a copy on one thread.
 *
 *     encode   value ──check──► wire value ──msgpackr──► scratch ──caller──► lane
 *     decode   lane ──copy──► inbox ──msgpackr, revive──► value
 *     copy     value ──check──► wire value ──thaw──► value
 *
 * msgpackr reads and writes only memory of this codec: it would look past the end of a record in a
 * ring, and give out views of it. One codec belongs to one thread object; several may live in one
 * JavaScript thread, and one may be used while another, or itself, is at work.
 *
 * Shapes that all threads know travel as ids (shapes.ts); the ids a codec writes never change their
 * meaning, so records of different age can lie in one lane.
 *
 * Left out: values that need no codec, which the caller writes into the record itself (text.ts).
 */

import { Packr, REUSE_BUFFER_MODE, Unpackr } from "msgpackr";
import { assert } from "../assert.ts";
import { BadRecord, MessageTooLarge } from "../errors.ts";
import { Census } from "./census.ts";
import { Check } from "./check.ts";
import { Direct } from "./direct.ts";
import { freeze } from "./freeze.ts";
import { enter } from "./rare.ts";
import type { ReferencePort } from "./reference.ts";
import { SHAPES_MAX, type ShapeSource } from "./shapes.ts";
import { thaw } from "./thaw.ts";

/** What a codec has at first for encoding, and for decoding. */
const SCRATCH_BYTES = 64 * 1024;

/** What it keeps at most of each after a big message; a bigger one gets memory of its own. */
export const SCRATCH_KEPT_MAX: number = 1024 * 1024;

/** Shapes that one message can define for itself; further ones replace the oldest. */
const OWN_SHAPES = 32;

/** Up to this many bytes a loop copies faster than making a subarray and calling `set`. */
const LOOP_BYTES_MAX = 64;

/**
 * `getStructures` and not `structures`, which has no two-byte ids and corrupts values beyond 32. No
 * `structuredClone`: its extensions are for cycles, which are refused, and follow hostile bytes.
 */
const COMMON = {
  useRecords: true,
  moreTypes: true,
  copyBuffers: true,
  useToJSON: false,
  structuredClone: false,
} as const;

export interface CodecOptions {
  readonly shapes: ShapeSource;
  readonly references: ReferencePort;
  /** The most that `encode` accepts, in bytes of the encoded value. */
  readonly maxBytes: number;
}

/** What msgpackr returns in REUSE_BUFFER_MODE: the whole buffer, and where the bytes are in it. */
type Packed = Buffer & { readonly start: number; readonly end: number };

/**
 * msgpackr writes to a buffer that all packers of a JavaScript thread share. After each encoding it
 * is given this full one, so that a program that uses msgpackr too gets new memory from it, and
 * never a part of our scratch.
 */
const SPENT = Buffer.allocUnsafeSlow(8192);

export class Codec {
  /** What `encode` wrote last: from `start`, as many bytes as it said. Valid until the next call. */
  scratch: Uint8Array;
  start = 0;

  readonly #shapes: ShapeSource;
  readonly #references: ReferencePort;
  readonly #maxBytes: number;
  readonly #census: Census;
  /** Undefined while in use: getters of an error, which the check calls, may encode too. */
  #check: Check | undefined;
  #outbox: Buffer = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  #inbox: Buffer = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  #decoding = 0;
  readonly #direct = new Direct();
  #packer: Packr;
  #packerShapes = 0;
  #unpacker: Unpackr;
  /** The key lists, with the readers that msgpackr has compiled for them. */
  readonly #unpackerShapes: string[][] = [];

  constructor({ shapes, references, maxBytes }: CodecOptions) {
    this.#shapes = shapes;
    this.#references = references;
    this.#maxBytes = maxBytes;
    this.#census = new Census(shapes);
    this.#check = new Check(references, maxBytes);
    this.scratch = this.#outbox;
    this.#packer = this.#newPacker();
    this.#unpacker = this.#newUnpacker();
  }

  /**
   * Encodes into `scratch`. Allocates nothing itself for plain data that needs no replacing.
   *
   * @param path how the value is called in error messages, like `args`.
   * @returns the number of bytes.
   * @throws NotSendable (`ERR_NOT_SENDABLE`), MessageTooLarge (`ERR_MESSAGE_TOO_LARGE`).
   */
  encode(value: unknown, path: string): number {
    const count = this.#shapes.count();
    if (count !== this.#packerShapes) this.#takeShapes(count);
    const bytes = this.#direct.write(value, this.#outbox);
    if (bytes === 0 || bytes > this.#maxBytes) return this.#encodeAny(value, path);
    this.scratch = this.#outbox;
    this.start = 0;
    return bytes;
  }

  #encodeAny(value: unknown, path: string): number {
    const wire = this.#checked(value, path);
    const packed = this.#pack(wire);
    const bytes = packed.end - packed.start;
    if (bytes > this.#maxBytes) throw new MessageTooLarge(path, bytes, this.#maxBytes);
    if (packed.byteLength <= SCRATCH_KEPT_MAX) this.#outbox = packed;
    this.scratch = packed;
    this.start = packed.start;
    if (typeof wire === "object" && wire !== null) this.#census.notice(wire);
    return bytes;
  }

  /**
   * Decodes `length` bytes of `source`, which may be shared memory; copies them first.
   *
   * @throws BadRecord (`ERR_BAD_RECORD`) if they are not what a codec of this system encoded.
   */
  decode(source: Uint8Array, start: number, length: number): unknown {
    // Counted after the bytes have been seen, so no id in them can be unknown.
    if (this.#shapes.count() !== this.#unpackerShapes.length) this.#unpacker = this.#newUnpacker();
    if (!(start >= 0 && length > 0 && start + length <= source.length)) {
      throw new BadRecord(length, `not within ${source.length} bytes`);
    }
    const bytes = this.#fetch(source, start, length);
    const before = enter(this.#references);
    this.#decoding += 1;
    try {
      return this.#unpacker.unpack(bytes, length);
    } catch (cause) {
      // It may be half way through definitions of shapes.
      this.#unpacker = this.#newUnpacker();
      throw new BadRecord(length, cause);
    } finally {
      this.#decoding -= 1;
      enter(before);
    }
  }

  /**
   * What `decode` would give for what `encode` writes, without the bytes.
   *
   * @throws NotSendable, MessageTooLarge as `encode` does, though the latter only for values that are
   *   certain to be too large.
   */
  copy(value: unknown, path: string): unknown {
    const wire = this.#checked(value, path);
    // Set by the run that has just ended, unless the value's own code used this codec meanwhile.
    if (this.#check?.simple) return wire;
    const before = enter(this.#references);
    try {
      return thaw(wire);
    } finally {
      enter(before);
    }
  }

  /** Freezes a value that was sent, and all in it (freeze.ts). */
  freeze(value: unknown): void {
    freeze(value, this.#references);
  }

  /** Gives back what a big message took. Call it when the bytes of such a message have left. */
  trim(): void {
    this.scratch = this.#outbox;
    this.start = 0;
  }

  /** True for values that cannot change, so that a copy is the value itself. */
  isScalar(value: unknown): value is string | number | bigint | boolean | null | undefined {
    if (value === null) return true;
    const type = typeof value;
    return type !== "object" && type !== "function" && type !== "symbol";
  }

  #checked(value: unknown, path: string): unknown {
    const check = this.#check ?? new Check(this.#references, this.#maxBytes);
    this.#check = undefined;
    try {
      return check.run(value, path);
    } finally {
      this.#check = check;
    }
  }

  #pack(wire: unknown): Packed {
    const packer = this.#packer;
    packer.useBuffer(this.#outbox);
    try {
      return packer.pack(wire, REUSE_BUFFER_MODE) as Packed;
    } finally {
      packer.useBuffer(SPENT);
      packer.position = SPENT.length;
    }
  }

  /** Copies to private memory, at offset 0, where msgpackr is fastest. */
  #fetch(source: Uint8Array, start: number, length: number): Buffer {
    let bytes = this.#inbox;
    if (length > bytes.length || this.#decoding > 0) {
      bytes = Buffer.allocUnsafeSlow(length);
      if (length <= SCRATCH_KEPT_MAX && this.#decoding === 0) this.#inbox = bytes;
    }
    if (length > LOOP_BYTES_MAX) bytes.set(source.subarray(start, start + length), 0);
    else for (let at = 0; at < length; at += 1) bytes[at] = source[start + at] as number;
    return bytes;
  }

  /** The packer gets a new table as a whole; `Direct` learns what is new. */
  #takeShapes(count: number): void {
    assert(count <= SHAPES_MAX, "the table of shapes is longer than SHAPES_MAX");
    this.#direct.learn(this.#shapes, this.#packerShapes, count);
    this.#packerShapes = count;
    this.#packer = this.#newPacker();
  }

  #newPacker(): Packr {
    const count = this.#packerShapes;
    const shapes = Array.from({ length: count }, (_, id) => [...this.#shapes.get(id)]);
    return new Packr({
      ...COMMON,
      getStructures: () => shapes,
      // Exactly those known: msgpackr would give the ids beyond to shapes that only we know.
      maxSharedStructures: count,
      maxOwnStructures: OWN_SHAPES,
    });
  }

  #newUnpacker(): Unpackr {
    const count = this.#shapes.count();
    for (let id = this.#unpackerShapes.length; id < count; id += 1) {
      this.#unpackerShapes.push([...this.#shapes.get(id)]);
    }
    return new Unpackr({ ...COMMON, getStructures: () => [...this.#unpackerShapes] });
  }
}
