/**
 * Text of users, made fit for a terminal: names, definitions and handlers may hold anything, and an
 * escape sequence among them could clear the screen of who looks, or write to it what it likes.
 */

/** What takes the place of a character that is not for eyes. */
const MARK = "\uFFFD";

/**
 * Control characters (C0, DEL, C1), line and paragraph separators, and what changes the direction
 * of writing, by which a text could be made to look like another one. Half of a surrogate pair is
 * left out, too.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for.
const UNFIT = /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\p{Cs}]/gu;

/** The same text with a mark in the place of each such character, at most `max` characters long. */
export function plainText(text: string, max = 200): string {
  const short = text.length <= max ? text : `${text.slice(0, max - 1)}…`;
  return short.replaceAll(UNFIT, MARK);
}
