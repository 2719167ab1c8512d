/**
 * Ranking: which documents answer a question best, by BM25.
 *
 *     score(d) = Σ idf(t) · f · (k1 + 1) / (f + k1 · (1 − b + b · |d| / average))
 *     idf(t)   = ln(1 + (N − n + ½) / (n + ½))        f: count of t in d, n: documents with t
 *
 * Left out: phrases, fields, and any must or must-not: each term adds what it is worth.
 *
 * Source: Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009,
 * section 3; the idf that cannot be negative is Lucene's.
 */
import { countOf, documentOf } from "./postings.ts";

const K1 = 1.2;
const B = 0.75;

/** What the score of one document depends on besides the postings. */
export interface Collection {
  /** Number of terms of each document, by its number. */
  lengths: ArrayLike<number>;
  documents: number;
  lengthTotal: number;
}

export interface Hit {
  document: number;
  score: number;
}

/**
 * The best documents for some terms, best first; equal scores in the order of documents. Each list
 * holds the postings of one term. Cost: linear in the postings, plus sorting the hits.
 */
export function rank(
  lists: readonly ArrayLike<number>[],
  collection: Collection,
  hitsMax: number,
): Hit[] {
  const average = collection.lengthTotal / Math.max(1, collection.documents) || 1;
  const scores = new Map<number, number>();
  for (const postings of lists) {
    const found = postings.length;
    const idf = Math.log(1 + (collection.documents - found + 0.5) / (found + 0.5));
    for (let at = 0; at < found; at += 1) {
      const posting = postings[at] ?? 0;
      const document = documentOf(posting);
      const count = countOf(posting);
      const length = collection.lengths[document] ?? 0;
      const weight = (count * (K1 + 1)) / (count + K1 * (1 - B + (B * length) / average));
      scores.set(document, (scores.get(document) ?? 0) + idf * weight);
    }
  }
  return [...scores]
    .map(([document, score]) => ({ document, score }))
    .sort((a, b) => b.score - a.score || a.document - b.document)
    .slice(0, hitsMax);
}
