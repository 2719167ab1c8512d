/**
 * Option `warnings`: what is told of a program that runs, and seems to go wrong. On in development.
 *
 * Each kind is told a few times a minute on each thread; the rest is a number in the next line, so
 * that a program that does one thing wrong a million times is told so, and not flooded.
 */

import type { Env } from "../runtime/env.ts";
import { InvalidOptions } from "./errors.ts";
import type { Log } from "./log.ts";

export interface WarningOptions {
  /** A synchronous turn that took as many milliseconds, 1 to 2^31 - 1; default 100. */
  turnMs?: number | false;
  /** An async turn that has not settled for as many milliseconds, 1 to 2^31 - 1; default 10 000. */
  asyncTurnMs?: number | false;
  /** Messages that wait for one actor, 1 to 16 M; default 10 000. */
  mailbox?: number | false;
  /** A call that failed, and whose error nobody caught; default true. */
  calls?: boolean;
  /** Code of an actor that goes on after its end, as by a timer it left; default true. */
  leftovers?: boolean;
}

/** Infinity: not told. */
export interface WarningLimits {
  readonly turnMs: number;
  readonly asyncTurnMs: number;
  readonly mailbox: number;
  readonly calls: boolean;
  readonly leftovers: boolean;
}

const TURN_MS_DEFAULT = 100;
const ASYNC_TURN_MS_DEFAULT = 10_000;
const MAILBOX_DEFAULT = 10_000;
const MS_MAX: number = 2 ** 31 - 1;
const MESSAGES_MAX: number = 2 ** 24;
const NAMES = ["turnMs", "asyncTurnMs", "mailbox", "calls", "leftovers"];

/** Undefined if nothing is to be told. @throws InvalidOptions */
export function checkWarnings(value: unknown, development: boolean): WarningLimits | undefined {
  if (value === false || (value === undefined && !development)) return undefined;
  const given: unknown = value === true || value === undefined ? {} : value;
  const allowed = `true, false or an object with ${NAMES.join(", ")}`;
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new InvalidOptions("warnings", allowed, value);
  }
  for (const name of Object.keys(given)) {
    if (!NAMES.includes(name)) throw new InvalidOptions("warnings", `${allowed} only`, value);
  }
  const { turnMs, asyncTurnMs, mailbox, calls, leftovers } = given as Record<string, unknown>;
  return {
    turnMs: limit("turnMs", turnMs, TURN_MS_DEFAULT, MS_MAX),
    asyncTurnMs: limit("asyncTurnMs", asyncTurnMs, ASYNC_TURN_MS_DEFAULT, MS_MAX),
    mailbox: limit("mailbox", mailbox, MAILBOX_DEFAULT, MESSAGES_MAX),
    calls: flag("calls", calls),
    leftovers: flag("leftovers", leftovers),
  };
}

function limit(name: string, value: unknown, fallback: number, max: number): number {
  if (value === undefined) return fallback;
  if (value === false) return Number.POSITIVE_INFINITY;
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= max) return Number(value);
  throw new InvalidOptions(`warnings.${name}`, `a whole number from 1 to ${max}, or false`, value);
}

function flag(name: string, value: unknown): boolean {
  if (value === undefined || typeof value === "boolean") return value ?? true;
  throw new InvalidOptions(`warnings.${name}`, "true or false", value);
}

/** Lines of a kind within the window; then only counted. */
const LINES_MAX = 10;
const WINDOW_MS = 60_000;

interface Told {
  since: number;
  lines: number;
  suppressed: number;
}

export class Warnings {
  readonly #env: Env;
  readonly #log: Log;
  readonly #told: Map<keyof WarningLimits, Told> = new Map();

  constructor(env: Env, log: Log) {
    this.#env = env;
    this.#log = log;
  }

  /** Writes a line, unless there were too many of its kind; then `fields` is not asked. */
  tell(kind: keyof WarningLimits, message: string, fields: () => object): void {
    const now = this.#env.now();
    let told = this.#told.get(kind);
    if (told === undefined || now - told.since >= WINDOW_MS) {
      told = { since: now, lines: 0, suppressed: told?.suppressed ?? 0 };
      this.#told.set(kind, told);
    }
    if (told.lines >= LINES_MAX) {
      told.suppressed += 1;
      return;
    }
    told.lines += 1;
    const suppressed = told.suppressed === 0 ? undefined : told.suppressed;
    told.suppressed = 0;
    this.#log.warn({ ...fields(), suppressed }, message);
  }
}
