/** The log of a kit's system: it keeps the last lines, and passes all on to the user's, if any. */

import { LOG_LEVELS, type Log, type LogLevel } from "../log.ts";

export interface KeptLine {
  readonly level: LogLevel;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** Lines that are kept: the newest. */
export const LINES_MAX = 1000;

export class KeepingLog {
  readonly log: Log;
  #lines: KeptLine[] = [];

  /** @param look is shown each line */
  constructor(user: Log | undefined, look: (line: KeptLine) => void) {
    const at =
      (level: LogLevel) =>
      (fields: object, message = ""): void => {
        const line: KeptLine = { level, fields: { ...fields }, message };
        this.#lines.push(line);
        if (this.#lines.length > LINES_MAX) this.#lines.shift();
        look(line);
        return user?.[level](fields, message);
      };
    const [debug, info, warn, error] = LOG_LEVELS.map(at) as [Write, Write, Write, Write];
    this.log = { debug, info, warn, error };
  }

  get lines(): readonly KeptLine[] {
    return [...this.#lines];
  }

  clear(): void {
    this.#lines = [];
  }
}

type Write = Log["info"];
