/**
 * Short texts, one byte per character, written into a record and read from it without the codec.
 *
 * Most texts that actors send are short and latin-1: names, ids, keys. Both functions work on
 * shared memory and never keep or return a view of it. Which way is taken for which length is
 * measured: a loop has no start-up cost, a native call no cost per character.
 */

/** Longer texts are left to the codec. */
export const SHORT_TEXT_MAX = 255;

/** Up to this many characters a loop is faster. */
const WRITE_LOOP_MAX = 32;

const NOT_LATIN1 = /[^\0-\xff]/;
const { fromCharCode } = String;

/** Methods of Buffer that work on any Uint8Array, and so need no Buffer over the shared memory. */
const { latin1Slice, latin1Write } = Buffer.prototype as unknown as {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  latin1Write(this: Uint8Array, text: string, offset: number, length: number): number;
};

/**
 * Writes `text.length` bytes at `offset`, which the caller has made sure of.
 *
 * @returns false if the text is too long or not latin-1; bytes may have been written even so.
 */
export function writeLatin1(bytes: Uint8Array, offset: number, text: string): boolean {
  const { length } = text;
  if (length > WRITE_LOOP_MAX) {
    if (length > SHORT_TEXT_MAX || NOT_LATIN1.test(text)) return false;
    latin1Write.call(bytes, text, offset, length);
    return true;
  }
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0xff) return false;
    bytes[offset + index] = code;
  }
  return true;
}

/** Reads `length` characters, each one byte. */
export function readLatin1(bytes: Uint8Array, offset: number, length: number): string {
  const at = (index: number): number => bytes[offset + index] as number;
  switch (length) {
    case 0:
      return "";
    case 1:
      return fromCharCode(at(0));
    case 2:
      return fromCharCode(at(0), at(1));
    case 3:
      return fromCharCode(at(0), at(1), at(2));
    case 4:
      return fromCharCode(at(0), at(1), at(2), at(3));
    case 5:
      return fromCharCode(at(0), at(1), at(2), at(3), at(4));
    case 6:
      return fromCharCode(at(0), at(1), at(2), at(3), at(4), at(5));
    case 7:
      return fromCharCode(at(0), at(1), at(2), at(3), at(4), at(5), at(6));
    case 8:
      return fromCharCode(at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7));
    default:
      return latin1Slice.call(bytes, offset, offset + length);
  }
}
