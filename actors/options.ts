/** Checks of everything a user passes in; each failure says what is allowed and what came. */

import { availableParallelism } from "node:os";
import {
  LANE_BYTES_DEFAULT,
  LANE_BYTES_MAX,
  LANE_BYTES_MIN,
  MAX_ACTORS_DEFAULT,
  MAX_ACTORS_LIMIT,
} from "../runtime/layout.ts";
import { NAMES_MAX, NAMES_MAX_LIMIT } from "../runtime/layout-tables.ts";
import { OVERFLOW_BYTES_DEFAULT } from "../runtime/overflow.ts";
import { isWhole } from "../runtime/wrong.ts";
import { InvalidOptions } from "./errors.ts";
import { consoleLog, LOG_LEVELS, type Log, type LogThreshold, verbosity } from "./log.ts";
import { checkSignals, type ProcessSignal } from "./process-signals.ts";
import { checkThreads, type ThreadOptions, type ThreadSettings } from "./thread-options.ts";
import type { MailboxOptions, RestartType, ShutdownTime } from "./types.ts";
import { checkWarnings, type WarningLimits, type WarningOptions } from "./warnings.ts";

export interface SystemOptions extends ThreadOptions {
  /** Slots in the directory, 1024 to 1 048 576 (default). Unused ones cost no memory. */
  maxActors?: number;
  /** Names of living actors, 64 to 1 048 576, default 16 384. Unused ones cost no memory. */
  maxNames?: number;
  /**
   * Copies and freezes messages between actors of one thread, so that a value that cannot travel or
   * is changed after sending fails where it is written. Default: NODE_ENV is not "production".
   */
  development?: boolean;
  /** For every actor whose definition or spawn says nothing else. */
  mailbox?: MailboxOptions;
  /** Milliseconds a call waits, 1 to 2^31 - 1, default 5000. */
  callTimeout?: number;
  /** Milliseconds that `stop` waits for `terminate` callbacks, 0 to 600 000, default 5000. */
  stopTimeout?: number;
  /**
   * Milliseconds that `stop` waits until all that was sent is handled, before it ends any actor: 0
   * to 600 000, default 1000. What is left then becomes dead letters.
   */
  drainTimeout?: number;
  /**
   * Milliseconds that `stop` waits for the root to shut its tree down in its own order, 0 to
   * 600 000, default 10 000. What is left then ends with all others.
   */
  treeTimeout?: number;
  /**
   * Signals that stop the system and then end the process: true for SIGTERM and SIGINT, false, or a
   * list with these and SIGHUP. Default: true if there is a `root`, else false. Main thread only.
   */
  signals?: boolean | readonly ProcessSignal[];
  /** Largest message in bytes, 1024 to 16 MiB (default). */
  maxMessageBytes?: number;
  /**
   * Bytes of the ring between two threads, a power of two from 16 KiB to 1 MiB, default 128 KiB.
   */
  laneBytes?: number;
  /** Anything with pino's debug, info, warn, error. Default: one line per event on stderr. */
  log?: Log;
  /**
   * A module that every thread loads and whose `trace` (a TracePort) takes a trace context from
   * each send to the turn that it causes. Default: none, at no cost.
   */
  trace?: URL;
  /** For bundles: this module is loaded in every thread, and identity is the name alone. */
  actors?: URL;
  /**
   * Modules that every thread loads before its first actor, replacements included: those that call
   * defineExtension, or are slow to load. URLs, or texts as `import.meta.resolve` gives them; at
   * most 64.
   */
  preload?: readonly (URL | string)[];
  /**
   * What is told of a program that seems to go wrong: true, false, or limits by name. Default: on
   * in development, off in production.
   */
  warnings?: boolean | WarningOptions;
  /**
   * A socket through which you can look into the process with `npx sabeam top PID`, for your own
   * user only. Default true; there is none with `threads: 0`, nor on Windows.
   */
  socket?: boolean;
  /** False: threads that wait never spin. For comparisons; the default adapts by itself. */
  spin?: boolean;
}

export interface Settings extends ThreadSettings {
  /** By the wall clock, once and for all threads: what systems that follow each other differ by. */
  startedAtMs: number;
  maxActors: number;
  maxNames: number;
  development: boolean;
  mailbox: Required<MailboxOptions>;
  callTimeout: number;
  stopTimeout: number;
  drainTimeout: number;
  treeTimeout: number;
  maxMessageBytes: number;
  laneBytes: number;
  overflowBytes: number;
  actors: string | undefined;
  preload: readonly string[];
  trace: string | undefined;
  warnings: WarningLimits | undefined;
  socket: boolean;
  spinMs: number;
  cores: number;
  /** Lines below it are not sent to main: the default log would leave them out. */
  logs: LogThreshold;
  /** The runtime tells what it does by itself. */
  debug: boolean;
}

/** How long a thread in a conversation looks for the next record before it parks. */
const SPIN_MS = 0.05;
const POLICIES = ["reject", "drop-newest", "drop-oldest", "back-pressure"] as const;
const MESSAGES_MAX_DEFAULT = 2 ** 20;
const MAILBOX_BYTES_DEFAULT = 64 * 2 ** 20;
const TIMEOUT_MS_MAX = 2 ** 31 - 1;
/** How long a part of the stop may be told to take. */
const STOP_MS = { min: 0, max: 600_000 };
export const NAME_BYTES_MAX = 200;

const SYSTEM_OPTIONS = [
  "threads",
  "ownThreads",
  "standbys",
  "heapMb",
  "threadIntensity",
  "stallAfter",
  "maxActors",
  "maxNames",
  "development",
  "mailbox",
  "callTimeout",
  "stopTimeout",
  "drainTimeout",
  "treeTimeout",
  "root",
  "signals",
  "maxMessageBytes",
  "laneBytes",
  "log",
  "actors",
  "preload",
  "trace",
  "warnings",
  "socket",
  "spin",
];

/** What was passed to `startSystem`, checked. */
interface Checked {
  /** What every thread is told. */
  settings: Settings;
  log: Log;
  signals: readonly ProcessSignal[];
}

export function checkSystemOptions(options: SystemOptions & { root?: unknown }): Checked {
  known("startSystem", options, SYSTEM_OPTIONS);
  const cores = availableParallelism();
  const laneBytes = integer("laneBytes", options.laneBytes, LANE_BYTES_DEFAULT, {
    min: LANE_BYTES_MIN,
    max: LANE_BYTES_MAX,
  });
  if ((laneBytes & (laneBytes - 1)) !== 0) {
    throw new InvalidOptions("laneBytes", "a power of two", laneBytes);
  }
  checkUrl("actors", options.actors);
  checkUrl("trace", options.trace);
  const inDevelopment = process.env.NODE_ENV !== "production";
  const development = flag("development", options.development, inDevelopment);
  const { threshold, problem } = verbosity(process.env.SABEAM_LOG);
  const settings: Settings = {
    ...checkThreads(options, cores),
    startedAtMs: Date.now(),
    maxActors: integer("maxActors", options.maxActors, MAX_ACTORS_DEFAULT, {
      min: 1024,
      max: MAX_ACTORS_LIMIT,
    }),
    maxNames: integer("maxNames", options.maxNames, NAMES_MAX, { min: 64, max: NAMES_MAX_LIMIT }),
    development,
    mailbox: checkMailbox("mailbox", options.mailbox),
    callTimeout: integer("callTimeout", options.callTimeout, 5000, { min: 1, max: TIMEOUT_MS_MAX }),
    stopTimeout: integer("stopTimeout", options.stopTimeout, 5000, STOP_MS),
    treeTimeout: integer("treeTimeout", options.treeTimeout, 10_000, STOP_MS),
    drainTimeout: integer("drainTimeout", options.drainTimeout, 1000, STOP_MS),
    maxMessageBytes: integer("maxMessageBytes", options.maxMessageBytes, OVERFLOW_BYTES_DEFAULT, {
      min: 1024,
      max: OVERFLOW_BYTES_DEFAULT,
    }),
    laneBytes,
    overflowBytes: OVERFLOW_BYTES_DEFAULT,
    actors: options.actors?.href,
    preload: checkPreload(options.preload),
    trace: options.trace?.href,
    warnings: checkWarnings(options.warnings, development),
    socket: flag("socket", options.socket, true),
    spinMs: flag("spin", options.spin, true) ? SPIN_MS : 0,
    cores,
    logs: options.log === undefined ? threshold : "debug",
    debug: threshold === "debug",
  };
  const log = checkLog(options.log, threshold);
  const signals = checkSignals(options.signals, options.root !== undefined);
  if (problem !== undefined) log.warn({}, problem);
  return { settings, log, signals };
}

/** Indexes that threads of a system may have, main's included. */
export function indexesOf({ threads, ownThreads }: Settings): number {
  return 1 + threads + ownThreads;
}

function checkUrl(option: string, value: unknown): void {
  if (value === undefined || value instanceof URL) return;
  throw new InvalidOptions(option, "a URL (new URL(file, import.meta.url))", value);
}

/** Modules of option `preload`. */
const PRELOAD_MAX = 64;

function checkPreload(preload: SystemOptions["preload"] = []): readonly string[] {
  if (!Array.isArray(preload) || preload.length > PRELOAD_MAX) {
    throw new InvalidOptions("preload", `a list of at most ${PRELOAD_MAX} URLs`, preload);
  }
  return preload.map((url: unknown, index) => {
    if (url instanceof URL) return url.href;
    if (typeof url === "string" && URL.canParse(url)) return url;
    const allowed = "a URL (new URL(file, import.meta.url), or import.meta.resolve(name))";
    throw new InvalidOptions(`preload[${index}]`, allowed, url);
  });
}

const MAILBOX_OPTIONS = ["max", "maxBytes", "policy"];

export function checkMailbox(
  where: string,
  options: MailboxOptions = {},
  base: Required<MailboxOptions> = {
    max: MESSAGES_MAX_DEFAULT,
    maxBytes: MAILBOX_BYTES_DEFAULT,
    policy: "reject",
  },
): Required<MailboxOptions> {
  known(where, options, MAILBOX_OPTIONS);
  const policy = options.policy ?? base.policy;
  if (!POLICIES.includes(policy)) {
    throw new InvalidOptions(`${where}.policy`, `one of ${POLICIES.join(", ")}`, policy);
  }
  return {
    max: integer(`${where}.max`, options.max, base.max, { min: 1, max: 2 ** 24 }),
    maxBytes: integer(`${where}.maxBytes`, options.maxBytes, base.maxBytes, {
      min: 4096,
      max: 2 ** 31 - 1,
    }),
    policy,
  };
}

function checkLog(log: Log | undefined, threshold: LogThreshold): Log {
  if (log === undefined) return consoleLog(threshold);
  for (const level of LOG_LEVELS) {
    if (typeof log?.[level] !== "function") {
      throw new InvalidOptions("log", `an object with ${LOG_LEVELS.join(", ")}`, log);
    }
  }
  return log;
}

/** Of one hook of `onStop`. */
export function checkHookTimeout(where: string, value: number | undefined): number {
  return integer(where, value, 5000, { min: 1, max: STOP_MS.max });
}

export function checkTimeout(where: string, value: unknown): number {
  return integer(where, value as number | undefined, TIMEOUT_MS_MAX, {
    min: 1,
    max: TIMEOUT_MS_MAX,
  });
}

/** Milliseconds, 0 included. */
export function checkTime(where: string, value: unknown): void {
  integer(where, value as number, 0, { min: 0, max: TIMEOUT_MS_MAX });
}

export const RESTART_TYPES: readonly RestartType[] = ["permanent", "transient", "temporary"];

const SHUTDOWN_MS = `milliseconds from 0 to ${TIMEOUT_MS_MAX}`;
/** What isShutdownTime takes, in words. */
export const SHUTDOWN_TIMES: string = `${SHUTDOWN_MS}, "infinity" or "brutal-kill"`;

export function isShutdownTime(shutdown: unknown): shutdown is ShutdownTime {
  if (shutdown === "infinity" || shutdown === "brutal-kill") return true;
  if (!Number.isInteger(shutdown)) return false;
  return (shutdown as number) >= 0 && (shutdown as number) <= TIMEOUT_MS_MAX;
}

/** How long an actor may take to end. */
export function checkShutdown(where: string, shutdown: unknown): void {
  if (!isShutdownTime(shutdown)) throw new InvalidOptions(where, SHUTDOWN_TIMES, shutdown);
}

export function checkName(name: unknown): string {
  const bytes = typeof name === "string" ? Buffer.byteLength(name) : 0;
  if (typeof name !== "string" || bytes < 1 || bytes > NAME_BYTES_MAX) {
    throw new InvalidOptions("name", `a string of 1 to ${NAME_BYTES_MAX} bytes`, name);
  }
  if (name.isWellFormed()) return name;
  throw new InvalidOptions("name", "text without half a surrogate pair in it", name);
}

const LABEL_CHARACTERS_MAX = 200;

export function checkLabel(label: unknown): string | undefined {
  const fits = typeof label === "string" && label.length <= LABEL_CHARACTERS_MAX;
  if (label === undefined || fits) return label;
  throw new InvalidOptions(
    "label",
    `a string of at most ${LABEL_CHARACTERS_MAX} characters`,
    label,
  );
}

export function known(where: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new InvalidOptions(where, `an object with ${names.join(", ")}`, options);
  }
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) {
      throw new InvalidOptions(where, `an object with ${names.join(", ")} only`, options);
    }
  }
}

function integer(
  where: string,
  value: number | undefined,
  fallback: number,
  { min, max }: { min: number; max: number },
): number {
  return value === undefined ? fallback : wholeNumber(where, value, { min, max });
}

export function wholeNumber(
  where: string,
  value: number,
  { min, max }: { min: number; max: number },
): number {
  const rule = isWhole(min, max);
  if (rule.holds(value)) return value;
  throw new InvalidOptions(where, rule.allowed, value);
}

export function flag(where: string, value: boolean | undefined, fallback: boolean): boolean {
  if (value === undefined || typeof value === "boolean") return value ?? fallback;
  throw new InvalidOptions(where, "true or false", value);
}
