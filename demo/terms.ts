/**
 * Terms: what a text is made of, as far as the index is concerned.
 *
 *     "HTTPServer closes in 30 ms, naïvely"  →  http server closes in 30 ms naïvely
 *
 * A term is a run of letters or a run of digits, in lower case. Where a lower-case letter meets an
 * upper-case one a new term begins, so that a question in plain words finds names in code.
 *
 * Left out: stems, stop words, and the words of scripts that are written without spaces (a run of
 * such letters is one term).
 */

/** Shorter terms say nothing: single letters are on nearly every line of minified code. */
export const TERM_CHARS_MIN = 2;

/** Longer ones are encoded data, not words. */
export const TERM_CHARS_MAX = 64;

// The second does all that the first does; the first is several times faster, and most texts allow
// it. A test holds them together.
const ASCII_WORDS = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g;
const WORDS = new RegExp(
  [
    String.raw`\p{Lu}+(?!\p{Ll}|\p{M})`,
    String.raw`\p{Lu}?[\p{Ll}\p{M}]+`,
    String.raw`[\p{Lo}\p{Lm}\p{Lt}][\p{Lo}\p{Lm}\p{Lt}\p{M}]*`,
    String.raw`\p{N}+`,
  ].join("|"),
  "gu",
);

/** The terms of a text and how often each occurs, with the number of all of them. */
export interface TermCounts {
  counts: Map<string, number>;
  /** How many terms the text has, repeats included: the length of the document in BM25. */
  length: number;
}

/** Counts the terms of a text. Cost: linear in the text; memory for each distinct term. */
export function countTerms(text: string): TermCounts {
  const counts = new Map<string, number>();
  let length = 0;
  for (const word of words(text)) {
    if (word.length < TERM_CHARS_MIN || word.length > TERM_CHARS_MAX) continue;
    const term = word.toLowerCase();
    counts.set(term, (counts.get(term) ?? 0) + 1);
    length += 1;
  }
  return { counts, length };
}

/** The distinct terms of a question, in its order. */
export function termsOf(query: string): string[] {
  return [...countTerms(query).counts.keys()];
}

/**
 * Which shard of `shards` keeps a term: the FNV-1a hash of its UTF-16 units, so that every thread
 * gives the same answer without asking.
 *
 * @source Fowler, Noll, Vo: FNV hash, 32 bits, variant 1a.
 */
export function shardOf(term: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < term.length; at += 1) {
    hash = Math.imul(hash ^ term.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0) % shards;
}

function words(text: string): readonly string[] {
  // As many bytes as characters: every character is ASCII.
  if (Buffer.byteLength(text) === text.length) return text.match(ASCII_WORDS) ?? [];
  return text.normalize("NFC").match(WORDS) ?? [];
}
