/** The word that somebody may have meant who typed another one. */

/** More differences than this are no typing error. */
const DIFFERENCES_MAX = 2;
/** Longer words were not meant to be one of ours. */
const LENGTH_MAX = 40;

/** The first of the nearest words, or one that the given one begins; undefined if none is near. */
export function nearest(given: string, words: readonly string[]): string | undefined {
  if (given.length < 2 || given.length > LENGTH_MAX) return undefined;
  const started = words.find((word) => word.startsWith(given.toLowerCase()));
  if (started !== undefined) return started;
  const ranked = words
    .map((word) => ({ word, differences: differences(given.toLowerCase(), word) }))
    .filter(({ word, differences }) => differences <= Math.min(DIFFERENCES_MAX, word.length - 1))
    .sort((a, b) => a.differences - b.differences);
  return ranked[0]?.word;
}

/**
 * How many letters must be put in, taken out, changed, or swapped with their neighbour.
 *
 * @source Damerau 1964, in the form in which no part is edited twice (optimal string alignment).
 */
function differences(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    const above = rows[i - 1] ?? [];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(above, j) + 1,
        at(row, j - 1) + 1,
        at(above, j - 1) + same,
        swapped ? at(rows[i - 2] ?? [], j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    rows.push(row);
  }
  return at(rows[a.length] ?? [], b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
