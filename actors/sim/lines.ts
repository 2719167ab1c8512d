/** The log of simulated systems, kept for the report of a run that fails. */

import { consoleLog, type Log } from "../log.ts";

/** Lines that are kept: the last ones. */
const LINES_MAX = 200;
/** Of those, in a report. */
const TOLD_MAX = 20;
const CHARACTERS_MAX = 400;

export class Lines {
  readonly #lines: string[] = [];
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The log of one node. */
  log(node: string): Log {
    return consoleLog("info", (line) => {
      const [first = ""] = line.split("\n");
      const at = this.#nowMs().toFixed(3).padStart(12);
      this.#lines.push(`${at} ms  ${node} ${first.slice(0, CHARACTERS_MAX)}`);
      if (this.#lines.length > LINES_MAX) this.#lines.shift();
    });
  }

  get last(): string {
    return this.#lines.slice(-TOLD_MAX).join("\n");
  }
}
