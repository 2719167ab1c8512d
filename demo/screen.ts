/**
 * Screen: where progress is shown.
 *
 *     a terminal     one line that is drawn over and over, without a cursor
 *     anything else  plain lines, at most one per second
 *
 * Left out: what the lines say (progress.ts), and results, which go to another stream.
 */

export const PLAIN_LINE_MS_MIN = 1000;

const COLUMNS_DEFAULT = 80;
const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const CLEAR_LINE = "\r\x1b[2K";

export interface ScreenStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export class Screen {
  /** Whether lines are drawn over each other. */
  readonly redraws: boolean;
  readonly #stream: ScreenStream;
  readonly #now: () => number;
  #drawn = false;
  #lastPlainMs = Number.NEGATIVE_INFINITY;

  /** `now`: milliseconds of a clock that only goes forward. */
  constructor(stream: ScreenStream, now: () => number, term: string | undefined) {
    this.#stream = stream;
    this.#now = now;
    this.redraws = stream.isTTY === true && term !== "dumb";
  }

  /** One less than there are: a full line would make some terminals go to the next. */
  get columns(): number {
    return (this.#stream.columns || COLUMNS_DEFAULT) - 1;
  }

  /** Shows a line in place of the last one; on anything but a terminal, if a second has passed. */
  show(line: string): void {
    if (this.redraws) {
      this.#stream.write(`${this.#drawn ? "" : HIDE_CURSOR}${CLEAR_LINE}${line}`);
      this.#drawn = true;
    } else if (this.#now() - this.#lastPlainMs >= PLAIN_LINE_MS_MIN) {
      this.#lastPlainMs = this.#now();
      this.#stream.write(`${line}\n`);
    }
  }

  /** Takes the line away and brings the cursor back. May be called at any time, more than once. */
  clear(): void {
    if (!this.#drawn) return;
    this.#drawn = false;
    this.#stream.write(`${CLEAR_LINE}${SHOW_CURSOR}`);
  }
}
