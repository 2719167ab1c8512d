/**
 * Width: how many columns of a terminal a text takes, and texts that take exactly so many.
 *
 *     "Zähler" 6    "取引" 4    "🦊" 2    "e" + accent 1
 *
 * Left out: ambiguous characters (Greek, arrows), which are narrow everywhere but in old East Asian
 * settings, and controls, which must be gone by then.
 *
 * @source Unicode Standard Annex #11, East Asian Width: the classes W and F, by ranges.
 */

const ELLIPSIS = "…";
const ASCII = /^[\x20-\x7e]*$/;
/** Two columns: W and F, without the emoji. */
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];
/** Two as well: an emoji by itself, or by the selector that makes a sign one. */
const EMOJI = /\p{Emoji_Presentation}|\ufe0f/u;
/** No column of its own: accents, joiners, variation selectors. */
const BARE = /^[\p{M}\p{Cf}]*$/u;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += widthOfOne(segment);
  return columns;
}

/** The text, or as much of its beginning as fits into so many columns, with "…" in the last. */
export function clip(text: string, columns: number): string {
  if (columns <= 0) return "";
  // Most lines are ASCII, and those need no look at each character.
  if (ASCII.test(text)) {
    return text.length <= columns ? text : text.slice(0, columns - 1) + ELLIPSIS;
  }
  let kept = "";
  let keptColumns = 0;
  let short = "";
  for (const { segment } of graphemes.segment(text)) {
    const width = widthOfOne(segment);
    // A wide character may leave a column free before the ellipsis; `pad` fills it.
    if (keptColumns + width <= columns - 1) short = kept + segment;
    if (keptColumns + width > columns) return short + ELLIPSIS;
    kept += segment;
    keptColumns += width;
  }
  return kept;
}

/** The text in exactly so many columns. */
export function pad(text: string, columns: number, align: "left" | "right" = "left"): string {
  const clipped = clip(text, columns);
  const blanks = " ".repeat(Math.max(0, columns - widthOf(clipped)));
  return align === "left" ? clipped + blanks : blanks + clipped;
}

function widthOfOne(grapheme: string): number {
  if (BARE.test(grapheme)) return 0;
  return EMOJI.test(grapheme) || [...grapheme].some(isWide) ? 2 : 1;
}

function isWide(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return WIDE.some(([first, last]) => first <= code && code <= last);
}
