/**
 * Numbers from texts that are the same on every machine and in every Node version.
 *
 * Left out: secrets. Whoever chooses the texts can choose the numbers.
 *
 * @source FNV-1a, 32 bits (Fowler, Noll, Vo), over UTF-16 code units; fmix32 of Austin Appleby's
 *   MurmurHash3.
 */

export const FNV_START = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Goes on from what an earlier text has given; signed. */
export function fnv1a(text: string, from: number = FNV_START): number {
  let hash = from;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  }
  return hash;
}

/** One more unit, which no text has, so that two texts are not one longer text. */
export function fnv1aEnd(from: number): number {
  return Math.imul(from ^ 0xff, FNV_PRIME);
}

/** Makes each bit depend on all bits; signed. Never 0 but for 0. */
export function scramble(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** From 0 to 2^32 - 1, even in each of its bits. */
export function hashText(text: string): number {
  return scramble(fnv1a(text)) >>> 0;
}
