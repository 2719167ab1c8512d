/**
 * The command line's own failures: what the user reads is one line, and each knows its exit code.
 *
 * Left out: failures of the runtime, which keep their own classes and codes.
 */

export type CliErrorCode =
  | "ERR_CLI_USAGE"
  | "ERR_CLI_FOLDER_TAKEN"
  | "ERR_CLI_NOT_WRITTEN"
  | "ERR_CLI_NOT_STARTED"
  | "ERR_CLI_NO_SYSTEM"
  | "ERR_CLI_UNREACHABLE"
  | "ERR_CLI_SYSTEM_DIED"
  | "ERR_CLI_NOT_LOADED"
  | "ERR_CLI_NO_SIMULATION"
  | "ERR_CLI_NOT_SIMULATED"
  | "ERR_CLI_WRONG_STATE"
  | "ERR_CLI_WRONG_TRACE"
  | "ERR_CLI_FOREIGN_TRACE"
  | "ERR_CLI_NO_JOURNAL";

const EXIT_CODES: Record<CliErrorCode, 1 | 2> = {
  ERR_CLI_USAGE: 2,
  ERR_CLI_FOLDER_TAKEN: 2,
  ERR_CLI_NOT_WRITTEN: 1,
  ERR_CLI_NOT_STARTED: 1,
  ERR_CLI_NO_SYSTEM: 2,
  ERR_CLI_UNREACHABLE: 2,
  ERR_CLI_SYSTEM_DIED: 2,
  ERR_CLI_NOT_LOADED: 2,
  ERR_CLI_NO_SIMULATION: 2,
  ERR_CLI_NOT_SIMULATED: 2,
  ERR_CLI_WRONG_STATE: 2,
  ERR_CLI_WRONG_TRACE: 2,
  ERR_CLI_FOREIGN_TRACE: 2,
  ERR_CLI_NO_JOURNAL: 2,
};

/** An expected failure. Its message is one line: what happened, with which values, what to do. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code: CliErrorCode;
  readonly exitCode: 1 | 2;

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
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
