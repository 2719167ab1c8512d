/**
 * The demo's own failures: what the user reads is one line, and each knows its exit code.
 *
 *     2  the command, the folder or the index file that was named cannot be used
 *     1  the work itself failed, or its result did not pass the comparison
 *
 * Left out: failures of the runtime, which keep their own classes and codes.
 */

export type DemoErrorCode =
  | "ERR_DEMO_USAGE"
  | "ERR_DEMO_FOLDER"
  | "ERR_DEMO_INDEX_MISSING"
  | "ERR_DEMO_INDEX_DAMAGED"
  | "ERR_DEMO_INDEX_NOT_SAVED"
  | "ERR_DEMO_PIPELINE";

const EXIT_CODES: Record<DemoErrorCode, 1 | 2> = {
  ERR_DEMO_USAGE: 2,
  ERR_DEMO_FOLDER: 2,
  ERR_DEMO_INDEX_MISSING: 2,
  ERR_DEMO_INDEX_DAMAGED: 1,
  ERR_DEMO_INDEX_NOT_SAVED: 1,
  ERR_DEMO_PIPELINE: 1,
};

/** An expected failure. Its message is one line: what happened, with which values, what to do. */
export class DemoError extends Error {
  override readonly name = "DemoError";
  readonly code: DemoErrorCode;
  readonly exitCode: 1 | 2;

  constructor(code: DemoErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.exitCode = EXIT_CODES[code];
  }
}

/** The code of an error of the operating system, such as "ENOENT", or "unknown". */
export function systemCode(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "unknown";
}
