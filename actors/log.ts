/**
 * The port to a logger: the part of pino's interface that the runtime uses. `pino()` fits as it is.
 */

import { formatWithOptions } from "node:util";

export interface Log {
  debug(fields: object, message?: string): void;
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
}

export type LogLevel = keyof Log;

export const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** One line per event on stderr, for people; debug lines only with SABEAM_LOG=debug. */
export function consoleLog(
  write: (line: string) => void = (line) => process.stderr.write(line),
): Log {
  const line =
    (level: LogLevel) =>
    (fields: object, message = ""): void => {
      if (level === "debug" && process.env.SABEAM_LOG !== "debug") return;
      const facts = Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => `${key}=${printable(value)}`);
      write(`sabeam ${level}: ${[message, ...facts].join(" ")}\n`);
    };
  return { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
}

function printable(value: unknown): string {
  if (typeof value === "string")
    return /^[\w./:<>#-]+$/.test(value) ? value : JSON.stringify(value);
  return formatWithOptions({ breakLength: Number.POSITIVE_INFINITY, depth: 3 }, "%o", value);
}
