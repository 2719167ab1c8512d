/**
 * Shard: the part of the index that keeps all terms of one hash.
 *
 *     add(document, terms, counts) …       in any order, from any tokenizer
 *     postings(term)                       at any time
 *     page(0), page(next), …               all of it, in the order of terms, piece by piece
 *
 * Left out: deleting and replacing documents. A shard is built once.
 */
import { PostingWriter, packPosting } from "./postings.ts";

/** V8 refuses a map of more than 2^24 entries; we refuse earlier, with a better message. */
export const TERMS_MAX = 2 ** 23;

/** A page ends with the term that reaches this: under 100 kB for usual terms. */
export const PAGE_POSTINGS_MAX = 8000;

/** A run of a shard's terms. Term i has the postings from byte ends[i - 1] (or 0) to ends[i]. */
export interface Page {
  terms: string[];
  ends: Uint32Array<ArrayBuffer>;
  bytes: Uint8Array<ArrayBuffer>;
  /** Where the next page begins, or -1 after the last. */
  next: number;
}

export class Shard {
  readonly #postings = new Map<string, number[]>();
  #sorted: string[] | undefined;

  get terms(): number {
    return this.#postings.size;
  }

  /** Adds what one document has of this shard's terms: counts[i] times terms[i]. */
  add(document: number, terms: readonly string[], counts: ArrayLike<number>): void {
    for (const [at, term] of terms.entries()) {
      const posting = packPosting(document, counts[at] ?? 0);
      const postings = this.#postings.get(term);
      if (postings === undefined) this.#admit(term, posting);
      else postings.push(posting);
    }
    this.#sorted = undefined;
  }

  /** The postings of a term in the order of documents; empty for an unknown term. */
  postings(term: string): Float64Array<ArrayBuffer> {
    const postings = Float64Array.from(this.#postings.get(term) ?? []);
    // Most terms are in one document, and sorting one costs as much as making the list.
    return postings.length > 1 ? postings.sort() : postings;
  }

  /** The page that begins at a place which a page before named; 0 for the first. */
  page(start: number, postingsMax = PAGE_POSTINGS_MAX): Page {
    this.#sorted ??= [...this.#postings.keys()].sort();
    const writer = new PostingWriter();
    const terms: string[] = [];
    const ends: number[] = [];
    let next = start;
    for (let written = 0; next < this.#sorted.length && written < postingsMax; next += 1) {
      const term = this.#sorted[next] ?? "";
      const postings = this.postings(term);
      writer.write(postings);
      written += postings.length;
      terms.push(term);
      ends.push(writer.length);
    }
    return {
      terms,
      ends: Uint32Array.from(ends),
      bytes: writer.finish(),
      next: next < this.#sorted.length ? next : -1,
    };
  }

  #admit(term: string, posting: number): void {
    if (this.#postings.size >= TERMS_MAX) {
      throw new RangeError(`a shard keeps at most ${TERMS_MAX} terms; take more threads`);
    }
    // A term cut out of a text keeps that whole text in memory for as long as it lives (V8 makes
    // a slice, not a copy). Through bytes it becomes a string of its own, once per distinct term.
    this.#postings.set(Buffer.from(term).toString(), [posting]);
  }
}
