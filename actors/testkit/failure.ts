/**
 * What a failed expectation tells: what was expected, what came, how long was waited, and what else
 * went on meanwhile, since the reason is mostly there.
 *
 *     probe "store": expected put("a", 2), and got cast put("a", 1) after 3 ms
 *         args[1] is 1, and not 2
 *         it is from Cache<12.1>
 *         before it came call get("a"), cast put("b", 1)
 *         elsewhere: a dead letter (noproc), cast add to Counter<3.1> from outside
 */

import { cut } from "../sketch.ts";
import { ExpectationFailed } from "./errors.ts";
import type { Inbox } from "./inbox.ts";
import type { Message } from "./received.ts";

/** Messages that are shown, of those taken before and of those that wait. */
const SHOWN_MAX = 5;
/** Characters of one of them. */
const MESSAGE_CHARS_MAX = 300;

export interface Failure {
  readonly inbox: Inbox;
  readonly expected: string;
  readonly waitedMs: number;
  /** The message that came instead, if one did; or what happened instead, in words. */
  readonly got?: Message | string;
  /** What is wrong with it. */
  readonly why?: string;
  /** What is known of everything else. */
  readonly elsewhere: readonly string[];
}

export function failed(failure: Failure): ExpectationFailed {
  const { inbox, expected, got, why = "", waitedMs, elsewhere } = failure;
  const message = typeof got === "string" ? undefined : got;
  const shown = message === undefined ? (got as string | undefined) : shownOf(message);
  const told = [
    `probe ${JSON.stringify(inbox.name)}: expected ${expected}, and ${came(shown, waitedMs)}`,
    ...(why === "" ? [] : [why]),
    ...(message?.sender === undefined ? [] : [`it is from ${message.sender}`]),
    ...before(inbox, message),
    ...list("waiting behind it", inbox.waiting),
    ...elsewhere.map((one) => `elsewhere: ${one}`),
  ];
  return new ExpectationFailed({ probe: inbox.name, expected, got: shown, waitedMs }, told);
}

function came(shown: string | undefined, waitedMs: number): string {
  const ms = Math.round(waitedMs);
  return shown === undefined ? `nothing came within ${ms} ms` : `got ${shown} after ${ms} ms`;
}

function before(inbox: Inbox, got: Message | undefined): string[] {
  const end = got === undefined ? inbox.taken : inbox.messages.indexOf(got);
  const { length } = inbox.messages.slice(0, end);
  const last = inbox.messages.slice(Math.max(0, end - SHOWN_MAX), end).map(shownOf);
  if (length === 0) return ["nothing has come before"];
  const more = length > last.length ? `… ${length - last.length} more, ` : "";
  return [`before it came ${more}${last.join(", ")}`];
}

/** The first of them, in one line; none where there are none. */
export function list(what: string, messages: readonly Message[]): string[] {
  if (messages.length === 0) return [];
  const more = messages.length > SHOWN_MAX ? `, … ${messages.length - SHOWN_MAX} more` : "";
  return [`${what}: ${messages.slice(0, SHOWN_MAX).map(shownOf).join(", ")}${more}`];
}

function shownOf(message: Message): string {
  return `${message.type} ${cut(String(message), MESSAGE_CHARS_MAX)}`;
}
