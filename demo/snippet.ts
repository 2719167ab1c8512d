/**
 * Snippet: the line of a text that shows best why it was found, cut to fit.
 *
 *     … await the promise, or its rejection is …
 */
import { countTerms } from "./terms.ts";

/** Beyond this the text is not looked at: a snippet is a courtesy. */
const CHARS_MAX = 2 ** 20;

/**
 * The first line with the most of the terms, without blanks at its ends and cut to `columns`
 * around the first term; undefined if no line has any.
 */
export function snippetOf(
  text: string,
  terms: readonly string[],
  columns: number,
): string | undefined {
  let best: string | undefined;
  let bestFound = 0;
  for (const line of text.slice(0, CHARS_MAX).split("\n")) {
    const { counts } = countTerms(line);
    const found = terms.filter((term) => counts.has(term)).length;
    if (found <= bestFound) continue;
    best = line;
    bestFound = found;
    if (found === terms.length) break;
  }
  return best === undefined ? undefined : cut(printable(best).trim(), terms, columns);
}

/** A text from outside, without anything that could move a cursor or change a colour. */
export function printable(text: string): string {
  return text.replace(/\t/g, " ").replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\ufffd");
}

function cut(line: string, terms: readonly string[], columns: number): string {
  if (line.length <= columns) return line;
  const lower = line.toLowerCase();
  const places = terms.map((term) => lower.indexOf(term)).filter((place) => place >= 0);
  const first = Math.min(line.length, ...places);
  const start = Math.max(0, Math.min(first - Math.floor(columns / 4), line.length - columns));
  const before = start > 0 ? "…" : "";
  const after = start + columns < line.length ? "…" : "";
  return `${before}${line.slice(start + before.length, start + columns - after.length)}${after}`;
}
