/**
 * Values to bytes and back, with exactly the same result as a copy on one thread.
 *
 *     encode   value ──direct──────────────────────────────────► scratch     most messages
 *              value ──check──► wire value ──packer──► scratch               all others
 *     decode   lane ──copy──► inbox ──unpacker, revive──► value
 *     copy     value ──check──► wire value ──thaw──► value
 *
 * Data path: send (actors/outgoing.ts) → **check, encode** → reserve, commit (producer.ts), and at
 * the other end: drain (consumer.ts) → **decode** → mailbox.
 *
 * Memory of a ring is never decoded in place: msgpackr would look past the end of a record, and
 * give out views of it. One codec belongs to one thread object; several may live in one JavaScript
 * thread, and one may be used while another, or itself, is at work.
 *
 * Shapes that all threads know travel as ids (shapes.ts); the ids a codec writes never change their
 * meaning, so records of different age can lie in one lane.
 *
 * Left out: values that need no codec, which the caller writes into the record itself (text.ts).
 */

import { assert } from "../assert.ts";
import { BadRecord, MessageTooLarge } from "../errors.ts";
import { Census } from "./census.ts";
import { Check } from "./check.ts";
import { Direct } from "./direct.ts";
import { freeze } from "./freeze.ts";
import { Packer, Unpacker } from "./packer.ts";
import { enter, type Reader, revive } from "./rare.ts";
import type { ReferencePort } from "./reference.ts";
import { SHAPES_MAX, type ShapeSource } from "./shapes.ts";
import { thaw } from "./thaw.ts";

/** What a codec has at first for encoding, and for decoding. */
const SCRATCH_BYTES = 64 * 1024;

/** What it keeps at most of each after a big message; a bigger one gets memory of its own. */
export const SCRATCH_KEPT_MAX: number = 1024 * 1024;

/** Up to this many bytes a loop copies faster than making a subarray and calling `set`. */
const LOOP_BYTES_MAX = 64;

export interface CodecOptions {
  readonly shapes: ShapeSource;
  readonly references: ReferencePort;
  /** The most that `encode` accepts, in bytes of the encoded value. */
  readonly maxBytes: number;
  /** The thread it belongs to, 0 if left out: errors name it. */
  readonly thread?: number;
}

export class Codec {
  /**
   * What `encode` wrote last: from `start`, as many bytes as it said. Valid until the next call.
   */
  scratch: Uint8Array;
  start = 0;

  readonly #shapes: ShapeSource;
  readonly #references: ReferencePort;
  readonly #reader: Reader;
  readonly #maxBytes: number;
  readonly #census: Census;
  readonly #direct = new Direct();
  readonly #packer: Packer;
  readonly #unpacker: Unpacker;
  /** Undefined while in use: code of the user, which the check may call, may encode too. */
  #check: Check | undefined;
  #shapesTaken = 0;
  #outbox: Buffer = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  #inbox: Buffer = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  #decoding = 0;

  constructor({ shapes, references, maxBytes, thread = 0 }: CodecOptions) {
    this.#shapes = shapes;
    this.#references = references;
    this.#reader = { references, thread, unread: undefined, revive };
    this.#maxBytes = maxBytes;
    this.#census = new Census(shapes);
    this.#packer = new Packer(shapes);
    this.#unpacker = new Unpacker(shapes);
    this.#check = new Check(references, maxBytes);
    this.scratch = this.#outbox;
  }

  /**
   * Encodes into `scratch`. Allocates nothing for plain data of known shapes. What a getter or a
   * proxy of the user throws comes through.
   *
   * @param path how the value is called in error messages, like `args`.
   * @returns the number of bytes.
   * @throws NotSendable (`ERR_NOT_SENDABLE`), MessageTooLarge (`ERR_MESSAGE_TOO_LARGE`).
   */
  encode(value: unknown, path: string): number {
    const count = this.#shapes.count();
    if (count !== this.#shapesTaken) this.#takeShapes(count);
    const bytes = this.#direct.write(value, this.#outbox);
    if (bytes === 0 || bytes > this.#maxBytes) return this.#encodeAny(value, path);
    this.scratch = this.#outbox;
    this.start = 0;
    return bytes;
  }

  /**
   * Decodes `length` bytes of `source`, which may be shared memory; copies them first.
   *
   * @throws BadRecord (`ERR_BAD_RECORD`) if they are not what a codec of this system encoded;
   *   ExtensionMissing (`ERR_EXTENSION_MISSING`), ExtensionFailed (`ERR_EXTENSION_FAILED`) if they
   *   are, but hold an instance that cannot be made here.
   */
  decode(source: Uint8Array, start: number, length: number): unknown {
    if (!(start >= 0 && length > 0 && start + length <= source.length)) {
      throw new BadRecord(length, `not within ${source.length} bytes`);
    }
    const bytes = this.#fetch(source, start, length);
    const before = enter(this.#reader);
    this.#decoding += 1;
    let value: unknown;
    try {
      value = this.#unpacker.unpack(bytes, length);
    } catch (cause) {
      this.#reader.unread = undefined;
      throw new BadRecord(length, cause);
    } finally {
      this.#decoding -= 1;
      enter(before);
      if (length > SCRATCH_KEPT_MAX && this.#decoding === 0) this.#unpacker.forget();
    }
    return this.#reader.unread === undefined ? value : this.#fail();
  }

  /** The value is sound, but an instance in it could not be made. */
  #fail(): never {
    const error = this.#reader.unread;
    this.#reader.unread = undefined;
    throw error;
  }

  /**
   * What `decode` would give for what `encode` writes, without the bytes.
   *
   * @throws NotSendable, MessageTooLarge as `encode` does, though the latter only for values that
   *   are certain to be too large; ExtensionFailed as `decode` does.
   */
  copy(value: unknown, path: string): unknown {
    const wire = this.#checked(value, path);
    return this.#check?.simple ? wire : this.#thawed(wire);
  }

  #thawed(wire: unknown): unknown {
    const before = enter(this.#reader);
    let copy: unknown;
    try {
      copy = thaw(wire);
    } catch (error) {
      this.#reader.unread = undefined;
      throw error;
    } finally {
      enter(before);
    }
    return this.#reader.unread === undefined ? copy : this.#fail();
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

  #encodeAny(value: unknown, path: string): number {
    const wire = this.#checked(value, path);
    const packed = this.#packer.pack(wire, this.#outbox);
    const bytes = packed.end - packed.start;
    if (bytes > this.#maxBytes) throw new MessageTooLarge(path, bytes, this.#maxBytes);
    if (packed.byteLength <= SCRATCH_KEPT_MAX) this.#outbox = packed;
    this.scratch = packed;
    this.start = packed.start;
    if (typeof wire === "object" && wire !== null) this.#census.notice(wire);
    return bytes;
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

  #takeShapes(count: number): void {
    assert(count <= SHAPES_MAX, "the table of shapes is longer than SHAPES_MAX");
    this.#direct.learn(this.#shapes, this.#shapesTaken, count);
    this.#packer.takeShapes(count);
    this.#shapesTaken = count;
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
}
