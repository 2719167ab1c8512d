/**
 * msgpackr, set up so that frozen tables of shapes, shared programs and broken bytes do no harm.
 *
 * Its packers and unpackers keep much of their state in variables of the module, and learn shapes
 * in a way that fits one writer and one reader. What follows from that is dealt with here, and
 * nowhere else: a packer is made anew when the table has grown, an unpacker also after bytes that
 * it could not read; neither keeps hold of memory that is not its own.
 */

import { Packr, REUSE_BUFFER_MODE, Unpackr } from "msgpackr/pack";
import type { ShapeSource } from "./shapes.ts";

/** Shapes that one message can define for itself; further ones replace the oldest. */
const OWN_SHAPES = 32;

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

/**
 * msgpackr writes to a buffer that all packers of a JavaScript thread share. After each packing it
 * is given this full one, so that a program that uses msgpackr too gets new memory from it, and
 * never a part of ours.
 */
const SPENT = Buffer.allocUnsafeSlow(8192);

/** Null, encoded. Reading it makes msgpackr forget what it read before. */
const NOTHING = Buffer.from([0xc0]);

/** A buffer, and where in it the bytes are. */
export type Packed = Buffer & { readonly start: number; readonly end: number };

export class Packer {
  readonly #shapes: ShapeSource;
  #packr: Packr;

  constructor(shapes: ShapeSource) {
    this.#shapes = shapes;
    this.#packr = this.#make(0);
  }

  /** Uses the shapes with ids below `count` from now on. */
  takeShapes(count: number): void {
    this.#packr = this.#make(count);
  }

  /** @returns `outbox`, or a larger buffer if it was too small. */
  pack(wire: unknown, outbox: Buffer): Packed {
    const packr = this.#packr;
    packr.useBuffer(outbox);
    try {
      return packr.pack(wire, REUSE_BUFFER_MODE) as Packed;
    } finally {
      packr.useBuffer(SPENT);
      packr.position = SPENT.length;
    }
  }

  #make(count: number): Packr {
    const shapes = Array.from({ length: count }, (_, id) => [...this.#shapes.get(id)]);
    return new Packr({
      ...COMMON,
      getStructures: () => shapes,
      // Exactly those known: msgpackr would give the ids beyond to shapes that only we know.
      maxSharedStructures: count,
      maxOwnStructures: OWN_SHAPES,
    });
  }
}

export class Unpacker {
  readonly #shapes: ShapeSource;
  /** The lists of keys, with the readers that msgpackr has compiled for them. */
  readonly #known: string[][] = [];
  #unpackr: Unpackr;

  constructor(shapes: ShapeSource) {
    this.#shapes = shapes;
    this.#unpackr = this.#make();
  }

  /** Reads from the start of `bytes`. Throws whatever msgpackr throws, and is sound afterwards. */
  unpack(bytes: Buffer, length: number): unknown {
    // Looked up after the bytes have been seen, so no id in them can be unknown.
    if (this.#shapes.count() !== this.#known.length) this.#unpackr = this.#make();
    return this.#unpackr.unpack(bytes, length);
  }

  /** Lets go of the bytes that were read last. Not to be called while something is being read. */
  forget(): void {
    this.#unpackr.unpack(NOTHING, NOTHING.length);
  }

  #make(): Unpackr {
    const count = this.#shapes.count();
    for (let id = this.#known.length; id < count; id += 1) {
      this.#known.push([...this.#shapes.get(id)]);
    }
    return new Unpackr({ ...COMMON, getStructures: () => [...this.#known] });
  }
}
