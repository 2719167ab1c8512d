/**
 * Postings: in which documents a term occurs, and how often in each.
 *
 *     in memory   one number per posting          document × 2^24 + count
 *     at rest     two varints per posting         step from the document before, count
 *
 * Packed in one number, the order of postings is the order of numbers, and a list of them is an
 * array of doubles without an object per posting.
 *
 * Source of the varint: LEB128, as in DWARF; of steps instead of absolute numbers: Zobel & Moffat,
 * "Inverted files for text search engines", ACM Computing Surveys 38(2), 2006, section 5.
 */

/** The packing holds counts up to this. A file of 4 MiB has fewer terms than that. */
export const POSTING_COUNT_MAX = 2 ** 24 - 1;

/** The packing holds documents below this, and stays an exact integer. */
export const DOCUMENTS_MAX = 2 ** 28;

const COUNT_RANGE = POSTING_COUNT_MAX + 1;

/** One posting as one number. Throws RangeError outside 0..2^28-1 documents, 1..2^24-1 counts. */
export function packPosting(document: number, count: number): number {
  if (!(document >= 0 && document < DOCUMENTS_MAX && count >= 1 && count <= POSTING_COUNT_MAX)) {
    throw new RangeError(`a posting of ${count} in document ${document} cannot be packed`);
  }
  return document * COUNT_RANGE + count;
}

export function documentOf(posting: number): number {
  return Math.floor(posting / COUNT_RANGE);
}

export function countOf(posting: number): number {
  return posting % COUNT_RANGE;
}

/** Writes lists of postings behind each other and grows as needed. */
export class PostingWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Writes one list. The postings must be in ascending order, without two of one document. */
  write(postings: ArrayLike<number>): void {
    let before = -1;
    for (let at = 0; at < postings.length; at += 1) {
      const posting = postings[at] ?? 0;
      const document = documentOf(posting);
      if (document <= before) {
        throw new RangeError(`document ${document} comes after ${before} in a list of postings`);
      }
      this.#varint(document - before);
      this.#varint(countOf(posting));
      before = document;
    }
  }

  /** What was written, as a copy of exactly that size. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #varint(value: number): void {
    // Steps fit in 28 bits and counts in 24: five bytes are always enough.
    if (this.#length + 5 > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length] = (rest & 0x7f) | 0x80;
      this.#length += 1;
      rest >>>= 7;
    }
    this.#bytes[this.#length] = rest;
    this.#length += 1;
  }
}

/**
 * Reads the list of postings that lies between two places. Throws RangeError for bytes that no
 * writer wrote: a varint that is cut off, too long, or a document out of range.
 */
export function readPostings(bytes: Uint8Array, start: number, end: number): Float64Array {
  const postings = new Float64Array((end - start) >> 1);
  let size = 0;
  let document = -1;
  for (let at = start; at < end; ) {
    const step = varintAt(bytes, at, end);
    const count = varintAt(bytes, step.next, end);
    at = count.next;
    if (step.value === 0) throw new RangeError("two postings of one document");
    document += step.value;
    postings[size] = packPosting(document, count.value);
    size += 1;
  }
  return postings.subarray(0, size);
}

function varintAt(bytes: Uint8Array, start: number, end: number): { value: number; next: number } {
  let value = 0;
  for (let at = start, shift = 0; at < end && shift <= 28; at += 1, shift += 7) {
    const byte = bytes[at] ?? 0;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value: value >>> 0, next: at + 1 };
  }
  throw new RangeError(`no whole number at byte ${start} of the postings`);
}
