/**
 * The difference of two texts, line by line.
 *
 *       the same
 *     - expected, and not there
 *     + there, and not expected
 *       … 12 lines
 *
 * The shortest one where few lines differ; beyond LINES_MAX all that was expected, then all that is
 * there.
 */

/** Lines between the first and the last difference, of either text. */
const LINES_MAX = 300;
/** Lines that are the same and are shown, before a difference and behind it. */
const CONTEXT_MAX = 2;

type Mark = " " | "-" | "+";

export function lineDiff(expected: readonly string[], got: readonly string[]): string[] {
  let start = 0;
  while (start < Math.min(expected.length, got.length) && expected[start] === got[start]) {
    start += 1;
  }
  let end = 0;
  const most = Math.min(expected.length, got.length) - start;
  while (end < most && expected.at(-1 - end) === got.at(-1 - end)) end += 1;
  const same = (lines: readonly string[]): Line[] => lines.map((line) => [" ", line]);
  return shortened([
    ...same(expected.slice(0, start)),
    ...between(expected.slice(start, expected.length - end), got.slice(start, got.length - end)),
    ...same(expected.slice(expected.length - end)),
  ]);
}

type Line = readonly [mark: Mark, text: string];

function between(expected: readonly string[], got: readonly string[]): Line[] {
  if (expected.length > LINES_MAX || got.length > LINES_MAX) {
    return [...expected.map((line): Line => ["-", line]), ...got.map((line): Line => ["+", line])];
  }
  const common = commonLengths(expected, got);
  const lines: Line[] = [];
  let [one, other] = [0, 0];
  while (one < expected.length || other < got.length) {
    const [left, right] = [expected[one], got[other]];
    if (left !== undefined && left === right) {
      lines.push([" ", left]);
      one += 1;
      other += 1;
    } else if (right === undefined || (left !== undefined && isBetter(common, one, other))) {
      lines.push(["-", left ?? ""]);
      one += 1;
    } else {
      lines.push(["+", right]);
      other += 1;
    }
  }
  return lines;
}

/** Whether to leave the expected line out keeps at least as many common lines. */
function isBetter(common: readonly (readonly number[])[], one: number, other: number): boolean {
  return (common[one + 1]?.[other] ?? 0) >= (common[one]?.[other + 1] ?? 0);
}

/** How many lines two texts have in common in order, from each pair of places on. */
function commonLengths(expected: readonly string[], got: readonly string[]): number[][] {
  const table = Array.from({ length: expected.length + 1 }, () =>
    new Array<number>(got.length + 1).fill(0),
  );
  for (let one = expected.length - 1; one >= 0; one -= 1) {
    const [row, below] = [table[one] ?? [], table[one + 1] ?? []];
    for (let other = got.length - 1; other >= 0; other -= 1) {
      row[other] =
        expected[one] === got[other]
          ? (below[other + 1] ?? 0) + 1
          : Math.max(below[other] ?? 0, row[other + 1] ?? 0);
    }
  }
  return table;
}

function shortened(lines: readonly Line[]): string[] {
  const shown: string[] = [];
  let left = 0;
  const flush = (): void => {
    if (left > 0) shown.push(`  … ${left} lines`);
    left = 0;
  };
  for (const [index, [mark, text]] of lines.entries()) {
    const around = lines.slice(Math.max(0, index - CONTEXT_MAX), index + CONTEXT_MAX + 1);
    if (around.every(([near]) => near === " ")) {
      left += 1;
      continue;
    }
    flush();
    shown.push(`${mark} ${text}`.trimEnd());
  }
  flush();
  return shown;
}
