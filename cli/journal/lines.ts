/**
 * What was found in a journal, as lines.
 *
 *     segment              batches     bytes
 *     0000000001.segment        12     4 096
 *
 *     log                  life  records  last     bytes  snapshot       metadata
 *     Ballot/lr-42/home       3       12    57     1 204  up to 45, 300  16
 */

import type { Inspection } from "../../actors/index.ts";
import type { Console } from "../console.ts";
import { wrap } from "../layout.ts";
import type { Style } from "../style.ts";
import { pad, widthOf } from "../width.ts";

/** Names that are longer are cut. */
const NAME_COLUMNS_MAX = 40;
/** More logs are counted, and not listed. */
const LISTED_MAX = 1000;

export function linesOf(found: Inspection, console: Console): string[] {
  const { style } = console;
  const { node, journal, segments, logs } = found;
  const whose = node === undefined ? "of no known node" : `node ${node} · ${journal?.slice(0, 8)}`;
  const left = logs.length - LISTED_MAX;
  return [
    `${style.strong("sabeam journal")} ${style.faint(whose)}`,
    "",
    ...table(SEGMENT_COLUMNS, segments.map(segmentRow), style),
    "",
    ...(logs.length > 0 ? table(LOG_COLUMNS, logs.slice(0, LISTED_MAX).map(logRow), style) : []),
    ...(left > 0 ? [style.faint(`and ${whole(left)} more`)] : []),
    ...(logs.length > 0 ? [""] : []),
    ...verdict(found, console),
  ];
}

const SEGMENT_COLUMNS = ["segment", "batches", "bytes", ""];

function segmentRow(segment: Inspection["segments"][number]): string[] {
  const { file, batches, bytes, isNeeded, tornBytes } = segment;
  const torn = tornBytes > 0 ? `${whole(tornBytes)} behind the last whole batch` : "";
  return [file, whole(batches), whole(bytes), isNeeded ? torn : "left over"];
}

const LOG_COLUMNS = ["log", "life", "records", "last", "bytes", "snapshot", "metadata"];

function logRow(log: Inspection["logs"][number]): string[] {
  const { name, life, records, last, recordBytes, snapshot, metadataBytes } = log;
  const kept = snapshot && `up to ${whole(snapshot.upTo)}, ${whole(snapshot.bytes)} B`;
  const beside = metadataBytes === undefined ? "–" : `${whole(metadataBytes)} B`;
  const counts = [life, records, last, recordBytes].map(whole);
  return [plain(name), ...counts, kept ?? "–", beside];
}

/** The first column to the left, the others to the right. */
function table(titles: readonly string[], rows: readonly string[][], style: Style): string[] {
  const widths = titles.map((title, column) =>
    Math.min(
      NAME_COLUMNS_MAX,
      Math.max(...[title, ...rows.map((row) => row[column] ?? "")].map(widthOf)),
    ),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0, column === 0 ? "left" : "right"))
      .join("  ")
      .trimEnd();
  return [style.faint(line(titles)), ...rows.map(line)];
}

function verdict({ problems, isWhole, segments }: Inspection, console: Console): string[] {
  const { style, columns } = console;
  if (problems.length === 0) {
    const batches = segments.reduce((sum, segment) => sum + segment.batches, 0);
    const what = isWhole ? "A recovery gives out what is listed." : "Of this file alone.";
    return [`${style.good("✓")} ${whole(batches)} batches are whole. ${what}`];
  }
  return problems.flatMap(({ message }) => {
    const [first = "", ...more] = wrap(plain(message), columns - 2);
    return [`${style.bad("✗")} ${first}`, ...more.map((line) => `  ${line}`)];
  });
}

/** 12345 ──▶ "12 345" */
function whole(number: number): string {
  return number.toLocaleString("en").replaceAll(",", " ");
}

/** Names may hold anything; what would move the cursor is shown as "·". */
function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, "·");
}
