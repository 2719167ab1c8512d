/**
 * The port to a logger: the part of pino's interface that the runtime uses. `pino()` fits as it is.
 *
 * The environment's SABEAM_LOG sets the level of the default log. At `debug` the runtime also tells
 * what it does by itself (births, deaths, modules, threads), to whatever log there is.
 */

import { inspect } from "node:util";
import { summarise } from "../runtime/errors.ts";
import { isThenable } from "./thenable.ts";

export interface Log {
  debug(fields: object, message?: string): void;
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
}

export type LogLevel = keyof Log;

export const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** Fields of a report (crash-report.ts) that would make its line long. */
const BELOW: readonly string[] = [
  ...["causes", "thrown", "lastMessage", "state", "child"],
  ...["ancestors", "links", "watchers"],
];

/** From all lines to none. */
const THRESHOLDS = [...LOG_LEVELS, "silent"] as const;
export type LogThreshold = (typeof THRESHOLDS)[number];

export interface Verbosity {
  readonly threshold: LogThreshold;
  /** What is wrong with SABEAM_LOG, in one line. */
  readonly problem: string | undefined;
}

/** What SABEAM_LOG asks for; `info` if it says nothing, or nothing that is known. */
export function verbosity(text: string | undefined): Verbosity {
  const threshold = THRESHOLDS.find((one) => one === (text || "info").toLowerCase());
  if (threshold !== undefined) return { threshold, problem: undefined };
  const known = THRESHOLDS.toReversed().join(", ");
  const problem = `SABEAM_LOG is ${JSON.stringify(text)}, and may be ${known}; info is used`;
  return { threshold: "info", problem };
}

export function isTold(level: LogLevel, threshold: LogThreshold): boolean {
  return THRESHOLDS.indexOf(level) >= THRESHOLDS.indexOf(threshold);
}

/**
 * One line per event on stderr, for people; a stack takes a line for each of its frames, and what a
 * report tells besides stands below it.
 */
export function consoleLog(
  threshold: LogThreshold = "info",
  write: (line: string) => void = (line) => process.stderr.write(line),
): Log {
  const line =
    (level: LogLevel) =>
    (fields: { stack?: unknown }, message = ""): void => {
      if (!isTold(level, threshold)) return;
      const { stack, ...others } = fields;
      const facts = Object.entries(others).filter(([, value]) => value !== undefined);
      const isLong = (key: string): boolean => "stack" in fields && BELOW.includes(key);
      const below = facts.filter(([key]) => key === "recent" || isLong(key));
      const beside = facts
        .filter((fact) => !below.includes(fact))
        .map(([key, value]) => `${key}=${printable(value)}`);
      const rest = below.map(([key, value]) => `    ${key}:${long(value, key)}\n`).join("");
      write(`sabeam ${level}: ${[message, ...beside].join(" ")}\n${framesOf(stack)}${rest}`);
    };
  return { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
}

/** The lines of a stack that say where: its message stands in the event's own line. */
function framesOf(stack: unknown): string {
  if (typeof stack !== "string") return "";
  const lines = stack.split("\n").filter((line) => /^\s+(at|---) /.test(line));
  return lines.map((line) => `${line}\n`).join("");
}

/** What a flight recorder holds takes a line for each entry (recorded.ts). */
function long(value: unknown, key: string): string {
  if (key !== "recent" || !Array.isArray(value)) return ` ${plain(value)}`;
  return value.map((line) => `\n      ${plain(line)}`).join("");
}

/** Texts of a report are for people as they are; a line of theirs is one line here, too. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(", ");
  return typeof value === "string" ? value.replaceAll(/\s*\n\s*/g, " ") : printable(value);
}

function printable(value: unknown): string {
  if (typeof value === "string")
    return /^[\w./:<>#-]+$/.test(value) ? value : JSON.stringify(value);
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 3 });
}

/** How a line reaches a log. */
export type WriteLog = (level: keyof Log, fields: object, message: string) => void;

/** The log of a thread: lines below the threshold go nowhere. */
export function logTo(tell: WriteLog, threshold: LogThreshold): Log {
  const at =
    (level: keyof Log) =>
    (fields: unknown, message?: unknown): void => {
      if (!isTold(level, threshold)) return;
      // As pino takes it: a text alone is a line, too.
      const whole = typeof fields === "object" && fields !== null;
      const text = message ?? (whole ? "" : fields);
      tell(level, whole ? fields : {}, String(text));
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** The user's log. One that throws must not take a turn with it that is somebody else's. */
export function writeTo(log: Log): WriteLog {
  return (level, fields, message) => {
    const failed = (error: unknown): void => {
      const text = `sabeam ${level}: ${message} (the log port threw ${summarise(error)})\n`;
      process.stderr.write(text);
    };
    try {
      const result: unknown = log[level](fields, message);
      if (isThenable(result)) Promise.resolve(result).catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}
