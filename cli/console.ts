/**
 * Console: what verbs need from the process they run in.
 *
 *     results → stdout        errors → stderr
 *
 * Ctrl-C needs no care here: nothing is left half-done, so Node's own ending will do. Programs that
 * are started (programs.ts) see to it themselves.
 */

import { type Style, styleFor } from "./style.ts";

/** As a shell names a death by SIGPIPE. */
const READER_GONE = 141;
const COLUMNS_DEFAULT = 100;
/** Longer lines are hard to read, however wide the window is. */
const COLUMNS_MAX = 100;

export interface Console {
  readonly style: Style;
  /** Width of the results. */
  readonly columns: number;
  /** Where results go, if that is a terminal on which a cursor can be moved. */
  readonly terminal: NodeJS.WriteStream | undefined;
  /** Writes one line of a result. */
  line(text?: string): void;
  /** Writes one line about what went wrong. */
  error(text: string): void;
}

/** The console of this process. If nobody reads its output any more, the process ends quietly. */
export function openConsole(): Console {
  const { stdout, stderr, env } = process;
  for (const stream of [stdout, stderr]) {
    stream.on("error", () => process.exit(READER_GONE));
  }
  return {
    style: styleFor(stdout, env),
    terminal: stdout.isTTY && env.TERM !== "dumb" ? stdout : undefined,
    columns: Math.min(stdout.columns || COLUMNS_DEFAULT, COLUMNS_MAX),
    line: (text = "") => void stdout.write(`${text}\n`),
    error: (text) => void stderr.write(`sabeam: ${text}\n`),
  };
}
