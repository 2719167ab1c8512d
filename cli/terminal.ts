/**
 * Terminal: a whole window to draw on, keys without Enter, and everything as it was afterwards.
 *
 *     open ──► alternate screen, no cursor, raw keys ──► close (also on exit, whatever the cause)
 *
 * `draw` takes all lines and writes those that have changed, so that little goes over a slow line.
 * Lines must be no wider than the window; one that is wider after all, since terminals differ about
 * some characters, is cut and spoils no other.
 *
 * @source xterm control sequences: modes 7 (wrap), 25 (cursor) and 1049 (alternate screen).
 */

import type { ReadStream } from "node:tty";
import { type Key, Keys } from "./keys.ts";

const OPEN = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
const CLOSE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
const COLUMNS_DEFAULT = 80;
const ROWS_DEFAULT = 24;
/** What an input tells when its terminal goes away. */
const GONE = ["end", "error"] as const;
/** Nothing has followed an Escape for so long: it was the key. */
const ESCAPE_MS = 50;

export interface TerminalEvents {
  onKey(key: Key): void;
  /** Nobody types there any more: the line was cut. */
  onGone(): void;
  /** The window has another size, or what was drawn is gone. */
  onResize(): void;
}

export class Terminal {
  readonly #output: NodeJS.WriteStream;
  readonly #input: ReadStream;
  readonly #events: TerminalEvents;
  readonly #keys = new Keys();
  #escape: NodeJS.Timeout | undefined;
  #drawn: readonly string[] = [];
  #open = false;

  /** Both streams of this process; keys are read only where the input is a terminal, too. */
  constructor(output: NodeJS.WriteStream, input: ReadStream, events: TerminalEvents) {
    this.#output = output;
    this.#input = input;
    this.#events = events;
  }

  get columns(): number {
    return this.#output.columns || COLUMNS_DEFAULT;
  }

  get rows(): number {
    return this.#output.rows || ROWS_DEFAULT;
  }

  open(): void {
    this.#enter();
    process.on("exit", this.#leave);
    process.on("SIGCONT", this.#continued);
    this.#output.on("resize", this.#resized);
    if (!this.#input.isTTY) return;
    this.#input.setEncoding("utf8");
    this.#input.on("data", this.#read);
    for (const event of GONE) this.#input.on(event, this.#gone);
    this.#input.resume();
  }

  /** May be called more than once. */
  close(): void {
    this.#leave();
    process.off("exit", this.#leave);
    process.off("SIGCONT", this.#continued);
    this.#output.off("resize", this.#resized);
    clearTimeout(this.#escape);
    this.#input.off("data", this.#read);
    for (const event of GONE) this.#input.off(event, this.#gone);
    this.#input.pause();
  }

  /** Shows these lines from the top, and nothing below them. */
  draw(lines: readonly string[]): void {
    if (!this.#open) return;
    const shown = lines.slice(0, this.rows);
    let text = "";
    for (const [row, line] of shown.entries()) {
      // Cleared before and not after: a line that fills its row leaves the cursor on its last cell.
      if (line !== this.#drawn[row]) text += `\x1b[${row + 1};1H\x1b[K${line}`;
    }
    if (shown.length < this.#drawn.length) text += `\x1b[${shown.length + 1};1H\x1b[J`;
    this.#drawn = shown;
    if (text !== "") this.#output.write(text);
  }

  /** Forgets what was drawn, so that the next `draw` writes every line. */
  redraw(): void {
    this.#drawn = [];
    if (this.#open) this.#output.write("\x1b[2J");
  }

  /** As Ctrl-Z does elsewhere: back to the shell, until it says `fg`. */
  suspend(): void {
    this.#leave();
    process.kill(0, "SIGTSTP");
  }

  #enter(): void {
    this.#open = true;
    this.#drawn = [];
    if (this.#input.isTTY) this.#input.setRawMode(true);
    this.#output.write(OPEN);
  }

  // Writing to a terminal is synchronous, so this works on exit, too.
  readonly #leave = (): void => {
    if (!this.#open) return;
    this.#open = false;
    if (this.#input.isTTY) this.#input.setRawMode(false);
    this.#output.write(CLOSE);
  };

  // A shell may have changed the terminal meanwhile, also where nobody had asked us to leave it.
  readonly #continued = (): void => {
    this.#enter();
    this.#events.onResize();
  };

  readonly #resized = (): void => {
    this.redraw();
    this.#events.onResize();
  };

  readonly #gone = (): void => this.#events.onGone();

  readonly #read = (text: string): void => {
    clearTimeout(this.#escape);
    for (const key of this.#keys.read(text)) this.#events.onKey(key);
    if (!this.#keys.waits) return;
    this.#escape = setTimeout(() => {
      for (const key of this.#keys.flush()) this.#events.onKey(key);
    }, ESCAPE_MS);
  };
}
