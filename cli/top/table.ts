/**
 * Table: rows in columns that fit into a window.
 *
 *     ranks        which columns there are: 1 is always there, the highest goes first
 *     width        of a column of numbers, so that nothing moves when numbers change
 *     wideMin      of a column of text, which also shares what is left over
 *
 * Without a window (a file, a pipe) all columns are there, each as wide as its widest cell.
 */

import type { Accent } from "../style.ts";
import { pad, widthOf } from "../width.ts";

export interface Column<Row> {
  readonly title: string;
  readonly rank: number;
  /** A column of numbers, to the right, of this width; or one of text, of so much at least. */
  readonly width: number | { readonly wideMin: number };
  cell(row: Row): string;
  /** Undefined: as it is. */
  accent?(row: Row): Accent | undefined;
}

export interface Table {
  readonly title: string;
  readonly lines: readonly string[];
}

const GAP = " ";
/** Of what is left over, a column of text takes at most so much at a time. */
const SHARES = [0.75, 1];

/**
 * @param columns of the window; Infinity where there is none
 * @param mark of the title of the column by which the rows are sorted
 */
export function table<Row>(
  all: readonly Column<Row>[],
  rows: readonly Row[],
  columns: number,
  accents: { readonly title: Accent; readonly mark: Accent; readonly marked?: string | undefined },
): Table {
  const shown = fitting(all, columns);
  const widths = widthsOf(shown, rows, columns);
  const line = (cell: (column: Column<Row>, text: (raw: string) => string) => string): string =>
    shown
      .map((column, at) =>
        cell(column, (raw) =>
          pad(raw, widths[at] ?? 0, typeof column.width === "number" ? "right" : "left"),
        ),
      )
      .join(GAP);
  const title = line(({ title }, padded) => {
    return (title === accents.marked ? accents.mark : accents.title)(padded(title));
  });
  const lines = rows.map((row) =>
    line((column, padded) => {
      const text = padded(column.cell(row));
      return column.accent?.(row)?.(text) ?? text;
    }),
  );
  return { title, lines };
}

/** The columns that have room: in order of their ranks, until one has none. */
function fitting<Row>(all: readonly Column<Row>[], columns: number): readonly Column<Row>[] {
  let room = columns + GAP.length;
  const kept = new Set<Column<Row>>();
  for (const column of all.toSorted((one, other) => one.rank - other.rank)) {
    room -= widthMin(column) + GAP.length;
    if (room < 0 && column.rank > 1) break;
    kept.add(column);
  }
  return all.filter((column) => kept.has(column));
}

function widthMin<Row>({ width }: Column<Row>): number {
  return typeof width === "number" ? width : width.wideMin;
}

/** What is left over goes to the columns of text, from the last to the first, as they need it. */
function widthsOf<Row>(
  shown: readonly Column<Row>[],
  rows: readonly Row[],
  columns: number,
): number[] {
  const widths = shown.map(widthMin);
  const needs = shown.map(({ title, cell }) =>
    rows.reduce((widest, row) => Math.max(widest, widthOf(cell(row))), widthOf(title)),
  );
  if (columns === Number.POSITIVE_INFINITY) return needs;
  const taken = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length);
  let room = Math.max(0, columns - taken);
  for (const share of SHARES) {
    for (const [at, column] of [...shown.entries()].reverse()) {
      if (typeof column.width === "number") continue;
      const wanted = Math.max(0, (needs[at] ?? 0) - (widths[at] ?? 0));
      const given = Math.min(wanted, Math.floor(room * share));
      widths[at] = (widths[at] ?? 0) + given;
      room -= given;
    }
  }
  return widths;
}
