/** What a verb of the command line is: a line in verbs.ts, and a module that runs it. */

import type { Console } from "./console.ts";

/** 0: done. 1: it failed, or it found what should not be. 2: wrongly asked for, or of nobody. */
export type ExitCode = number;

export interface Verb {
  readonly name: string;
  /** What must follow the name, in capitals, for the list of verbs; "" if nothing must. */
  readonly takes: string;
  /** One line, in the third person. */
  readonly summary: string;
  /** Its module is loaded when it is typed and not before: the others need not wait for it. */
  load(): Promise<{ readonly run: Run }>;
}

/** Throws CliError; its message is then the one line that the user reads. */
export type Run = (args: readonly string[], console: Console) => Promise<ExitCode>;
