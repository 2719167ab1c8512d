/**
 * Answer: asks an index a question and shows what it found.
 *
 *     promise rejection   312 documents, 3 ms
 *      1  12.31  undici/docs/api/Errors.md
 *                … is a promise rejection that …
 */
import { join } from "node:path";
import { grouped } from "./progress.ts";
import { type Collection, type Hit, rank } from "./ranking.ts";
import { printable, snippetOf } from "./snippet.ts";
import { readSource } from "./source.ts";
import type { Style } from "./style.ts";
import { termsOf } from "./terms.ts";

/** More terms than this in one question are not looked up. */
export const QUERY_TERMS_MAX = 32;

const SNIPPET_INDENT = 12;
const SNIPPET_COLUMNS_MIN = 20;

/** Where postings come from: the shards, or a saved index. One list for each term. */
export type Lookup = (terms: readonly string[]) => Promise<ArrayLike<number>[]>;

/** Names of documents, and what their scores depend on. */
export interface Library extends Collection {
  readonly root: string;
  path(document: number): string;
}

export interface Answer {
  terms: string[];
  hits: Hit[];
  /** Number of all documents with any of the terms. */
  found: number;
  ms: number;
}

export interface Asking {
  library: Library;
  lookup: Lookup;
  hitsMax: number;
  now(): number;
}

export async function ask(query: string, asking: Asking): Promise<Answer> {
  const start = asking.now();
  const terms = termsOf(query).slice(0, QUERY_TERMS_MAX);
  const lists = await asking.lookup(terms);
  const all = rank(lists, asking.library, Number.POSITIVE_INFINITY);
  return {
    terms,
    hits: all.slice(0, asking.hitsMax),
    found: all.length,
    ms: asking.now() - start,
  };
}

/** The lines of an answer. Reads the files that it names, for the line that shows why. */
export async function answerLines(
  query: string,
  answer: Answer,
  library: Library,
  style: Style,
  columns: number,
): Promise<string[]> {
  const title = style.strong(printable(query));
  if (answer.terms.length === 0) return [`${title}   has no word that could be looked up`];
  if (answer.hits.length === 0) return [`${title}   not found`];
  const documents = answer.found === 1 ? "1 document" : `${grouped(answer.found)} documents`;
  const lines = [`${title}   ${style.faint(`${documents}, ${answer.ms.toFixed(1)} ms`)}`];
  for (const [at, hit] of answer.hits.entries()) {
    const path = library.path(hit.document);
    const rank = String(at + 1).padStart(2);
    lines.push(`${rank}  ${hit.score.toFixed(2).padStart(6)}  ${printable(path)}`);
    const snippet = await snippetIn(join(library.root, path), answer.terms, columns);
    if (snippet !== undefined) lines.push(`${" ".repeat(SNIPPET_INDENT)}${style.faint(snippet)}`);
  }
  return lines;
}

async function snippetIn(
  path: string,
  terms: readonly string[],
  columns: number,
): Promise<string | undefined> {
  const source = await readSource(path);
  if (source.type === "skipped") return undefined;
  const room = Math.max(SNIPPET_COLUMNS_MIN, columns - SNIPPET_INDENT - 1);
  return snippetOf(source.text, terms, room);
}
