/**
 * Bytes and what looks at them: ArrayBuffer, typed arrays, DataView, Buffer.
 *
 * They travel as (number in the table below, their bytes) and arrive over a buffer of their own
 * that holds just these bytes: a small window on a large buffer travels as small. A resizable
 * buffer arrives with a fixed length.
 */

/** Makes a view over exactly these bytes. */
type FromBuffer = (buffer: ArrayBuffer) => object;

interface Kind {
  readonly prototype: object;
  readonly make: FromBuffer;
}

interface TypedArrayClass {
  readonly prototype: object;
  new (buffer: ArrayBuffer): object;
}

function typed(...classes: readonly TypedArrayClass[]): Kind[] {
  return classes.map((Class) => ({
    prototype: Class.prototype,
    make: (buffer) => new Class(buffer),
  }));
}

/** Float16Array came with Node 24; all threads of a system run the same Node. */
const Float16 = (globalThis as { Float16Array?: TypedArrayClass }).Float16Array;

/** The places in this list are in the bytes. */
const KINDS: readonly Kind[] = [
  { prototype: ArrayBuffer.prototype, make: (buffer) => buffer },
  { prototype: Buffer.prototype, make: (buffer) => Buffer.from(buffer) },
  ...typed(DataView, Int8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array),
  ...typed(Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array),
  ...(Float16 === undefined ? [] : typed(Float16)),
];

const numbers = new Map(KINDS.map(({ prototype }, number) => [prototype, number]));

/** The number of a kind; undefined if instances of `prototype` are none of them. */
export function viewNumber(prototype: object): number | undefined {
  return numbers.get(prototype);
}

/** @param bytes all of a buffer that nobody else has; the view takes it over. */
export function viewFrom(number: number, bytes: Uint8Array): object {
  const kind = KINDS[number];
  if (kind === undefined) throw new TypeError("known view expected");
  return kind.make(bytes.buffer as ArrayBuffer);
}
