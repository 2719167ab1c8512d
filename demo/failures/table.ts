/**
 * Table: rows of texts in columns that fit the window. Pure.
 *
 * Where the window is too narrow, columns are left
 * out from the right, since the ones that matter stand on the left.
 */

const GAP = "  ";

/** @param align of the columns behind the first: figures are set right, texts left. */
export function drawTable(
  rows: readonly (readonly string[])[],
  columns: number,
  align: "left" | "right" = "right",
): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) =>
    Math.max(...rows.map((row) => (row[at] ?? "").length)),
  );
  let shown = count;
  while (shown > 1 && widthOf(widths.slice(0, shown)) > columns) shown -= 1;
  return rows.map((row) =>
    widths
      .slice(0, shown)
      .map((width, at) => {
        const text = row[at] ?? "";
        return at === 0 || align === "left" ? text.padEnd(width) : text.padStart(width);
      })
      .join(GAP)
      .trimEnd(),
  );
}

function widthOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);
}
