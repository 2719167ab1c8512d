/** Layout: text in lines that are not longer than the window is wide. */

const COLUMNS_MIN = 40;

/** The text in lines of at most so many columns, broken at spaces. A longer word stays whole. */
export function wrap(text: string, columns: number): string[] {
  const width = Math.max(columns, COLUMNS_MIN);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length > width && line !== "") {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
