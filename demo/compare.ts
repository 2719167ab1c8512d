/**
 * Compare: whether the index that the actors built is the one that a plain loop finds.
 *
 *     same terms · in each term the same number of documents · the same documents and counts ·
 *     the same length of each document · the same number of documents
 *
 * Documents whose file changed in between are taken out of both sides first and counted.
 */
import { addToTally, type PlainCount, type Tally } from "./plain.ts";
import { countOf, documentOf } from "./postings.ts";
import type { SearchIndex } from "./searchindex.ts";

/** How many differences are told; the rest is counted. */
export const DIFFERENCES_TOLD_MAX = 5;

export interface Comparison {
  identical: boolean;
  /** Of the plain count. */
  terms: number;
  documents: number;
  postings: number;
  changed: number;
  differences: number;
  /** The first of them, one line each. */
  told: string[];
}

/** Compares an index with the plain count. Cost: every posting of the index is decoded once. */
export function compare(index: SearchIndex, plain: PlainCount): Comparison {
  const differences = new Differences();
  const built = tallyOf(index, plain.changed);

  for (const [term, tally] of plain.terms) {
    const other = built.get(term);
    if (other?.documents !== tally.documents) {
      differences.add(
        `"${term}" is in ${other?.documents ?? 0} documents of the index, in ${tally.documents} plainly counted`,
      );
    } else if (other.mix !== tally.mix) {
      differences.add(`"${term}" has other documents or counts than plainly counted`);
    }
  }
  for (const [term, tally] of built) {
    if (plain.terms.has(term)) continue;
    differences.add(`"${term}" is in ${tally.documents} documents of the index, plainly in none`);
  }
  for (const document of plain.otherLength) {
    differences.add(
      `${index.path(document)} has ${index.lengths[document] ?? 0} terms in the index`,
    );
  }
  const documents = index.documents - plain.changed.size;
  if (documents !== plain.documents) {
    differences.add(`${documents} documents in the index, ${plain.documents} plainly counted`);
  }
  return {
    identical: differences.count === 0,
    terms: plain.terms.size,
    documents: plain.documents,
    postings: plain.postings,
    changed: plain.changed.size,
    differences: differences.count,
    told: differences.told,
  };
}

function tallyOf(index: SearchIndex, without: ReadonlySet<number>): Map<string, Tally> {
  const terms = new Map<string, Tally>();
  for (let at = 0; at < index.terms; at += 1) {
    const term = index.term(at);
    for (const posting of index.postingsAt(at)) {
      const document = documentOf(posting);
      if (!without.has(document)) addToTally(terms, term, document, countOf(posting));
    }
  }
  return terms;
}

class Differences {
  count = 0;
  readonly told: string[] = [];

  add(line: string): void {
    this.count += 1;
    if (this.told.length < DIFFERENCES_TOLD_MAX) this.told.push(line);
  }
}
