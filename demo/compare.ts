/**
 * Compare: whether the index that the actors built is the one that a plain loop finds.
 *
 *     same terms · in each term the same number of documents · the same documents and counts ·
 *     the same length of each document · the same number of documents
 *
 * Documents whose file changed in between are taken out of both sides first and counted.
 */
import { mixPosting, type PlainCount, type Tally } from "./plain.ts";
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
  /** The paths of the first of them. */
  changedTold: string[];
  differences: number;
  /** The first of them, one line each. */
  told: string[];
}

/**
 * Compares an index with the plain count. Cost: every posting of the index is decoded once; no
 * memory for each term.
 */
export function compare(index: SearchIndex, plain: PlainCount): Comparison {
  const differences = new Differences();
  let met = 0;
  for (let at = 0; at < index.terms; at += 1) {
    const tally = tallyOf(index.postingsAt(at), plain.changed);
    if (tally.documents === 0) continue;
    const term = index.term(at);
    const counted = plain.terms.get(term);
    if (counted !== undefined) met += 1;
    compareTerm(differences, term, tally, counted);
  }
  if (met < plain.terms.size) addMissing(differences, index, plain);
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
    changedTold: [...plain.changed].slice(0, DIFFERENCES_TOLD_MAX).map((at) => index.path(at)),
    differences: differences.count,
    told: differences.told,
  };
}

/** The tally of a list of postings, without the documents that changed. */
function tallyOf(postings: Float64Array, without: ReadonlySet<number>): Tally {
  const tally = { documents: 0, mix: 0 };
  for (const posting of postings) {
    const document = documentOf(posting);
    if (without.has(document)) continue;
    tally.documents += 1;
    tally.mix = (tally.mix + mixPosting(document, countOf(posting))) >>> 0;
  }
  return tally;
}

function compareTerm(
  differences: Differences,
  term: string,
  tally: Tally,
  counted: Tally | undefined,
): void {
  if (tally.documents !== counted?.documents) {
    const plainly = counted?.documents ?? 0;
    differences.add(
      `"${term}" is in ${tally.documents} documents of the index, in ${plainly} plainly counted`,
    );
  } else if (tally.mix !== counted.mix) {
    differences.add(`"${term}" has other documents or counts than plainly counted`);
  }
}

function addMissing(differences: Differences, index: SearchIndex, plain: PlainCount): void {
  for (const [term, counted] of plain.terms) {
    const tally = tallyOf(index.postings(term), plain.changed);
    if (tally.documents === 0) compareTerm(differences, term, tally, counted);
  }
}

class Differences {
  count = 0;
  readonly told: string[] = [];

  add(line: string): void {
    this.count += 1;
    if (this.told.length < DIFFERENCES_TOLD_MAX) this.told.push(line);
  }
}
