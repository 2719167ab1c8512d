/**
 * SearchIndex: the whole index, merged from the pages of all shards or read back from a file.
 *
 *     documents   path ""      path "a.md"  path ""      path "b.js"      "" is no document: a
 *     lengths     0            120          0            4031             number that was skipped
 *     terms       "actor"      "await"      "barrier" …                   sorted
 *     postings    ends[0]      ends[1]      ends[2]   …                   bytes of postings.ts
 *
 * Terms stay bytes until somebody asks, so that a saved index is usable at once: a question costs
 * one binary search per term, not a pass over all of them.
 *
 * Left out: changing it.
 */
import { PostingWriter, readPostings } from "./postings.ts";
import type { Collection } from "./ranking.ts";
import type { Page } from "./shard.ts";

/** The sections of an index as they are saved. */
export interface Sections {
  paths: readonly string[];
  lengths: Uint32Array;
  termBytes: Uint8Array;
  termEnds: Uint32Array;
  postingBytes: Uint8Array;
  postingEnds: Uint32Array;
}

export class SearchIndex implements Collection {
  /** The folder that was indexed; the paths are relative to it. */
  readonly root: string;
  readonly sections: Sections;
  readonly documents: number;
  readonly lengthTotal: number;

  constructor(root: string, sections: Sections) {
    this.root = root;
    this.sections = sections;
    this.documents = sections.paths.reduce((count, path) => count + (path === "" ? 0 : 1), 0);
    this.lengthTotal = sections.lengths.reduce((total, length) => total + length, 0);
  }

  get lengths(): Uint32Array {
    return this.sections.lengths;
  }

  get terms(): number {
    return this.sections.termEnds.length;
  }

  path(document: number): string {
    return this.sections.paths[document] ?? "";
  }

  term(at: number): string {
    const { termBytes, termEnds } = this.sections;
    const bytes = termBytes.subarray(at === 0 ? 0 : termEnds[at - 1], termEnds[at]);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  }

  postingsAt(at: number): Float64Array {
    const { postingBytes, postingEnds } = this.sections;
    return readPostings(
      postingBytes,
      at === 0 ? 0 : (postingEnds[at - 1] ?? 0),
      postingEnds[at] ?? 0,
    );
  }

  /** The postings of a term; empty for an unknown one. Cost: one binary search. */
  postings(term: string): Float64Array {
    let low = 0;
    let high = this.terms;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.term(middle) < term) low = middle + 1;
      else high = middle;
    }
    return low < this.terms && this.term(low) === term ? this.postingsAt(low) : new Float64Array();
  }
}

/**
 * Merges the pages of all shards, each list in the order of its pages. Cost: every term is
 * compared with the heads of the other shards; postings are copied, not decoded. Throws RangeError
 * if two shards hold the same term: then terms were not sent where they belong.
 */
export function mergePages(
  root: string,
  paths: readonly string[],
  lengths: Uint32Array,
  shards: readonly (readonly Page[])[],
): SearchIndex {
  const cursors = shards.map((pages) => new Cursor(pages));
  const all = shards.flat();
  const terms = all.reduce((count, page) => count + page.terms.length, 0);
  const postingBytes = new Uint8Array(all.reduce((size, page) => size + page.bytes.length, 0));
  const postingEnds = new Uint32Array(terms);
  const sorted: string[] = [];
  for (let size = 0; sorted.length < terms; ) {
    const lowest = lowestOf(cursors);
    if (lowest.term === sorted.at(-1)) throw new RangeError(`two shards keep "${lowest.term}"`);
    postingBytes.set(lowest.bytes, size);
    size += lowest.bytes.length;
    postingEnds[sorted.length] = size;
    sorted.push(lowest.term ?? "");
    lowest.advance();
  }
  return new SearchIndex(root, { paths, lengths, ...packTerms(sorted), postingBytes, postingEnds });
}

/** An index built without shards, from terms with their postings: for tests and small texts. */
export function indexOf(
  root: string,
  paths: readonly string[],
  lengths: readonly number[],
  terms: ReadonlyMap<string, readonly number[]>,
): SearchIndex {
  const writer = new PostingWriter();
  const sorted = [...terms.keys()].sort();
  const ends = sorted.map((term) => {
    writer.write(terms.get(term) ?? []);
    return writer.length;
  });
  const page = { terms: sorted, ends: Uint32Array.from(ends), bytes: writer.finish(), next: -1 };
  return mergePages(root, paths, Uint32Array.from(lengths), [[page]]);
}

/** Where the merge stands in the pages of one shard. */
class Cursor {
  readonly #pages: readonly Page[];
  #page = 0;
  #at = 0;

  constructor(pages: readonly Page[]) {
    this.#pages = pages;
    this.#skipEmpty();
  }

  get term(): string | undefined {
    return this.#pages[this.#page]?.terms[this.#at];
  }

  get bytes(): Uint8Array {
    const page = this.#pages[this.#page];
    if (page === undefined) return new Uint8Array();
    return page.bytes.subarray(this.#at === 0 ? 0 : page.ends[this.#at - 1], page.ends[this.#at]);
  }

  advance(): void {
    this.#at += 1;
    this.#skipEmpty();
  }

  #skipEmpty(): void {
    while (this.#at >= (this.#pages[this.#page]?.terms.length ?? Number.POSITIVE_INFINITY)) {
      this.#page += 1;
      this.#at = 0;
    }
  }
}

function lowestOf(cursors: readonly Cursor[]): Cursor {
  let lowest: Cursor | undefined;
  for (const cursor of cursors) {
    if (cursor.term === undefined) continue;
    if (lowest?.term === undefined || cursor.term < lowest.term) lowest = cursor;
  }
  if (lowest === undefined) throw new RangeError("the pages hold fewer terms than they say");
  return lowest;
}

function packTerms(terms: readonly string[]): { termBytes: Uint8Array; termEnds: Uint32Array } {
  const termEnds = new Uint32Array(terms.length);
  let size = 0;
  for (const [at, term] of terms.entries()) {
    size += Buffer.byteLength(term);
    termEnds[at] = size;
  }
  // No separator: the ends say where each term stops.
  return { termBytes: Buffer.from(terms.join("")), termEnds };
}
