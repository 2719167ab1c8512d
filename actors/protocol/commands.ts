/**
 * Commands of clients, by their request id: each is handed to the core once, however often it
 * comes.
 *
 *     comes ──▶ answered before? ──▶ the same answer
 *           ──▶ waits already?   ──▶ waits on, for the new caller too
 *           ──▶ too many wait?   ──▶ overloaded, with the time after which to try again
 *           ──▶ the core ──▶ reply ──▶ all callers; kept for who asks again
 */

import type { Deferred } from "../types.ts";
import type { RequestId } from "./contract.ts";

/** Commands that may wait for their reply at one member. */
export const COMMANDS_MAX = 65_536;
/** Replies that are kept for whoever asks again, at most. */
export const REPLIES_KEPT = 4096;
/** A reply may get lost on its way: its client asks again soon, or never. */
export const REPLY_KEPT_MS = 5000;
/** A reply that came too late: its client may want to know what has become of it. */
export const LATE_KEPT_MS = 600_000;
/** Callers of one command that may wait: more than one if its client has sent it again. */
const CALLERS_MAX = 4;
/** What a client that found too many is told to wait. */
export const RETRY_AFTER_MS = 50;
const ID_CHARACTERS_MAX = 128;

/** What a shell says to a client. */
export type CommandAnswer =
  | { readonly type: "reply"; readonly reply: unknown }
  /** Not now: nothing has happened. */
  | { readonly type: "overloaded"; readonly retryAfterMs: number }
  /** Not a command: its id is no text of 1 to 128 characters, or it has no type. */
  | { readonly type: "invalid"; readonly problem: string };

interface Waiting {
  readonly callers: Deferred<CommandAnswer>[];
  readonly deadline: number;
}

interface Kept {
  readonly reply: unknown;
  readonly until: number;
}

export class Commands {
  readonly #waiting: Map<RequestId, Waiting> = new Map();
  /** Oldest first. */
  readonly #replies: Map<RequestId, Kept> = new Map();
  readonly #late: Map<RequestId, Kept> = new Map();
  /** Of a life before this one: their records are kept, and their replies are not. */
  readonly #applied: Set<RequestId> = new Set();
  /** Nobody who waits gives up before that. */
  #firstDeadline: number = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#waiting.size;
  }

  /** Request ids whose records are kept, oldest first, at most REPLIES_KEPT. */
  get applied(): readonly RequestId[] {
    return [...this.#applied];
  }

  isApplied(id: RequestId): boolean {
    return this.#applied.has(id);
  }

  /** Records were persisted for it. */
  apply(id: RequestId): void {
    this.#applied.delete(id);
    this.#applied.add(id);
    forget(this.#applied, REPLIES_KEPT);
  }

  /** The answer that it has had before, if that is still kept. */
  repeat(id: RequestId): CommandAnswer | undefined {
    const kept = this.#replies.get(id) ?? this.#late.get(id);
    return kept && { type: "reply", reply: kept.reply };
  }

  waits(id: RequestId): boolean {
    return this.#waiting.has(id);
  }

  /** One more caller of a command that waits. */
  join(id: RequestId, caller: Deferred<CommandAnswer>): void {
    const callers = this.#waiting.get(id)?.callers;
    if (callers === undefined) return;
    // The oldest has been given up by its client long since.
    if (callers.length === CALLERS_MAX) callers.shift();
    callers.push(caller);
  }

  /** False: too many wait. */
  hasRoom(now: number): boolean {
    if (this.#waiting.size < COMMANDS_MAX) return true;
    // Else each refusal would look through all of them.
    if (this.#firstDeadline >= now) return false;
    this.#firstDeadline = Number.POSITIVE_INFINITY;
    for (const [id, { deadline }] of this.#waiting) {
      // Its client has given up.
      if (deadline < now) this.#waiting.delete(id);
      else this.#firstDeadline = Math.min(this.#firstDeadline, deadline);
    }
    return this.#waiting.size < COMMANDS_MAX;
  }

  enter(id: RequestId, caller: Deferred<CommandAnswer>, deadline: number): void {
    this.#waiting.set(id, { callers: [caller], deadline });
    this.#firstDeadline = Math.min(this.#firstDeadline, deadline);
  }

  /** False: nobody waits for it (any more). */
  reply(id: RequestId, reply: unknown, now: number): boolean {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return false;
    this.#waiting.delete(id);
    const isLate = waiting.deadline < now;
    const kept = isLate ? this.#late : this.#replies;
    kept.set(id, { reply, until: now + (isLate ? LATE_KEPT_MS : REPLY_KEPT_MS) });
    for (const [old, { until }] of kept) {
      if (until > now && kept.size <= REPLIES_KEPT) break;
      kept.delete(old);
    }
    for (const caller of waiting.callers) caller.resolve({ type: "reply", reply });
    return true;
  }
}

function forget(kept: Set<string>, max: number): void {
  for (const id of kept) {
    if (kept.size <= max) return;
    kept.delete(id);
  }
}

/** What is wrong with a command that came, if anything is. */
export function wrongCommand(id: unknown, command: unknown, withinMs: unknown): string | undefined {
  if (typeof id !== "string" || id.length === 0 || id.length > ID_CHARACTERS_MAX) {
    return `its request id must be a text of 1 to ${ID_CHARACTERS_MAX} characters`;
  }
  const type = (command as { type?: unknown } | null | undefined)?.type;
  if (typeof type !== "string") return "it must be an object with a type";
  if (typeof withinMs !== "number" || !(withinMs >= 0)) return "its time must be milliseconds";
  return undefined;
}
