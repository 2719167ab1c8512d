/**
 * The crashes of a kit's system: those that a test expects, and those that nobody does.
 *
 *     log ──"actor crashed"──▶ seen ──┬─ expected by kit.expectCrash
 *     counters.crashes ──▶ how many   └─ the rest fails the test at its end
 *
 * The log tells what crashed and is limited in rate; the counter is exact and tells only how many.
 * So what was left out of the log is a problem without a name.
 */

import { CRASHED, CRASHES_LEFT_OUT, leftOutLine } from "../reports.ts";
import type { KeptLine } from "./keeping-log.ts";

/** Frames of a stack that a problem shows. */
const FRAMES_MAX = 4;

/** One actor that crashed, as its report in the log says it. */
export interface ActorCrash {
  /** `Counter<12.1>` */
  readonly actor: string;
  readonly name: string | undefined;
  readonly label: string | undefined;
  /** The thread it lived on. */
  readonly thread: number;
  /** The handler or callback that threw. */
  readonly handler: string;
  /** The error in one line. */
  readonly reason: string;
  /** `cast add(number)`; undefined: it was no message. */
  readonly lastMessage: string | undefined;
  /** What `redact` leaves of it. */
  readonly state: string | undefined;
  readonly stack: string | undefined;
}

/** Which crash a test expects; all that is said must be so. */
export interface ExpectedCrash {
  /** A ref's text, a name, or a definition's name. */
  readonly actor?: unknown;
  readonly handler?: string;
  /** A part of the error's line (`TypeError: …`), or a pattern of it. */
  readonly error?: string | RegExp;
}

export class Crashes {
  readonly #seen: ActorCrash[] = [];
  readonly #expected: Set<ActorCrash> = new Set();
  /** Those that the log has counted, and not shown. */
  #leftOut = 0;
  #wake: (() => void) | undefined;
  #more: Promise<void> | undefined;

  /** A line of the system's log. */
  look({ message, fields }: KeptLine): void {
    if (message === CRASHED) this.#seen.push(fields as unknown as ActorCrash);
    else if (message === leftOutLine(Number(fields.count), CRASHES_LEFT_OUT)) {
      this.#leftOut += Number(fields.count);
    } else return;
    this.#wake?.();
    this.#wake = undefined;
    this.#more = undefined;
  }

  /** Settles at the next report. */
  more(): Promise<void> {
    this.#more ??= new Promise((resolve) => {
      this.#wake = resolve;
    });
    return this.#more;
  }

  /** Those that nobody has expected so far. */
  get unexpected(): readonly ActorCrash[] {
    return this.#seen.filter((crash) => !this.#expected.has(crash));
  }

  /** Crashes that the log has told of. */
  get told(): number {
    return this.#seen.length + this.#leftOut;
  }

  /** Those that have been reported. */
  get count(): number {
    return this.#seen.length;
  }

  /** Takes the first that fits for expected. @param from how many there were before it */
  expect(wanted: ExpectedCrash, from: number): ActorCrash | undefined {
    const since = this.#seen.slice(from).filter((one) => !this.#expected.has(one));
    const crash = since.find((one) => isWanted(one, wanted));
    if (crash !== undefined) this.#expected.add(crash);
    return crash;
  }

  /** In words, for the end of a test. @param all how many there were, by the counter */
  problems(all: number): string[] {
    const unseen = all - this.#seen.length;
    const named = this.unexpected.map((crash) => `an unexpected crash: ${crashText(crash)}`);
    return unseen <= 0
      ? named
      : [...named, `${unseen} more actors crashed, and the log has left them out`];
  }
}

export function crashText({
  actor,
  handler,
  reason,
  lastMessage,
  state,
  stack,
}: ActorCrash): string {
  const message = lastMessage === undefined ? "" : `, at ${lastMessage}`;
  const frames = (stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return [
    `${actor} crashed in ${handler}${message}: ${reason}`,
    ...(state === undefined ? [] : [`  its state: ${state}`]),
    ...frames.slice(0, FRAMES_MAX).map((line) => `  ${line.trim()}`),
  ].join("\n    ");
}

export function expectedText({ actor, handler, error }: ExpectedCrash): string {
  const who = actor === undefined ? "an actor" : String(actor);
  const where = handler === undefined ? "" : ` in ${handler}`;
  return `a crash of ${who}${where}${error === undefined ? "" : ` with ${error}`}`;
}

function isWanted(crash: ActorCrash, { actor, handler, error }: ExpectedCrash): boolean {
  if (handler !== undefined && crash.handler !== handler) return false;
  if (error instanceof RegExp && crash.reason.search(error) < 0) return false;
  if (typeof error === "string" && !crash.reason.includes(error)) return false;
  if (actor === undefined) return true;
  const text = String(actor);
  return [crash.actor, crash.name, crash.actor.replace(/<.*$/, "")].includes(text);
}
