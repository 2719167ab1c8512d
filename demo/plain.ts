/**
 * Plain: the same index once more, the way one would write it without actors.
 *
 *     for each document:  read the file  →  count its terms  →  add them to one map
 *
 * One thread, one loop, one map. What it shares with the actors is what both must agree on: how a
 * file is read (source.ts) and what a term is (terms.ts). It keeps no postings, only a tally of
 * each term, which is enough to tell two indexes apart.
 */
import { setImmediate } from "node:timers/promises";
import { readSourceSync } from "./source.ts";
import { countTerms } from "./terms.ts";

/** A document as the actors read it. */
export interface ReadDocument {
  document: number;
  path: string;
  fingerprint: string;
  /** Number of its terms. */
  length: number;
}

/** What is known of one term: enough to notice a posting too much, too few, or elsewhere. */
export interface Tally {
  documents: number;
  /** Sum over its postings of mixPosting, modulo 2^32: does not depend on their order. */
  mix: number;
}

export interface PlainCount {
  terms: Map<string, Tally>;
  documents: number;
  postings: number;
  /** Documents whose bytes are no longer those that the actors read, or that cannot be read. */
  changed: Set<number>;
  /** Documents for which the actors found another number of terms. */
  otherLength: Set<number>;
}

/** Let others run (above all the signal handlers) after so many bytes of text. */
const BYTES_BETWEEN_PAUSES = 2 ** 20;

/**
 * Counts the documents of each term. A file that changed since the actors read it is left out and
 * named in `changed`: it says nothing about the actors. Rejects with the reason of the signal.
 */
export async function countPlainly(
  documents: readonly ReadDocument[],
  signal: AbortSignal,
  onProgress: (documents: number) => void = () => undefined,
): Promise<PlainCount> {
  const result: PlainCount = {
    terms: new Map(),
    documents: 0,
    postings: 0,
    changed: new Set(),
    otherLength: new Set(),
  };
  let bytesSincePause = 0;
  for (const [at, document] of documents.entries()) {
    bytesSincePause += addDocument(result, document);
    if (bytesSincePause < BYTES_BETWEEN_PAUSES) continue;
    bytesSincePause = 0;
    onProgress(at + 1);
    await setImmediate();
    signal.throwIfAborted();
  }
  return result;
}

/** One posting as a number of 32 bits in which every bit of both values has a say. */
export function mixPosting(document: number, count: number): number {
  let mixed = Math.imul(document + 1, 0x9e3779b1) ^ Math.imul(count, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

function addToTally(
  terms: Map<string, Tally>,
  term: string,
  document: number,
  count: number,
): void {
  const mix = mixPosting(document, count);
  const tally = terms.get(term);
  if (tally === undefined) {
    terms.set(term, { documents: 1, mix });
  } else {
    tally.documents += 1;
    tally.mix = (tally.mix + mix) >>> 0;
  }
}

function addDocument(result: PlainCount, read: ReadDocument): number {
  const source = readSourceSync(read.path);
  if (source.type === "skipped" || source.fingerprint !== read.fingerprint) {
    result.changed.add(read.document);
    return 0;
  }
  const { counts, length } = countTerms(source.text);
  if (length !== read.length) result.otherLength.add(read.document);
  for (const [term, count] of counts) addToTally(result.terms, term, read.document, count);
  result.documents += 1;
  result.postings += counts.size;
  return source.bytes;
}
