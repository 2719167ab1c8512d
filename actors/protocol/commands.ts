/**
 * Commands of clients, by their request id: each is handed to the core once, however often it
 * comes.
 *
 *     comes ──▶ answered before? ──▶ the same answer
 *           ──▶ waits already?   ──▶ waits on, for the new caller too
 *           ──▶ too many wait?   ──▶ overloaded, with the time after which to try again
 *           ──▶ no room for it?  ──▶ full: it would write, and the journal cannot
 *           ──▶ the core ──▶ reply ──▶ all callers; kept for who asks again
 *
 * A client on this node says with its next command that it has the reply, and then nothing is kept:
 * so a member that is asked in turn keeps one reply, however fast. After RIFL's acknowledgements.
 *
 * @source Lee et al., Implementing Linearizability at Large Scale and Low Latency, SOSP 2015
 */

import type { Deferred } from "../types.ts";
import { ANSWERED_MS, Applied, UNHEARD_MS } from "./applied.ts";
import type { RequestId } from "./contract.ts";

/** Commands that may wait for their reply at one member. */
export const COMMANDS_MAX = 65_536;
/** Replies that are kept for whoever asks again, at most. */
export const REPLIES_KEPT = 4096;
/** A reply may get lost on its way: its client asks again soon, or never. */
export const REPLY_KEPT_MS = 5000;
/** Replies to clients on other nodes, which may ask again until their deadlines. */
export const AWAY_KEPT_MAX = 16_384;
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
  /** Its journal has no room for what it would write: nothing has happened. */
  | ({ readonly type: "full" } & Full)
  /** Not a command: its id is no text of 1 to 128 characters, or it has no type. */
  | { readonly type: "invalid"; readonly problem: string };

/** A journal without room, and why it has none. */
export interface Full {
  readonly journal: string;
  readonly why: string;
}

interface Waiting {
  readonly callers: Deferred<CommandAnswer>[];
  readonly deadline: number;
  /** Its client is on another node: whatever is said to it may be lost. */
  readonly isAway: boolean;
  /** What its member had said to others before it came. */
  readonly said: number;
  /** The first write that was made for it. */
  wrote: number | undefined;
}

interface Kept {
  readonly answer: CommandAnswer;
  readonly until: number;
}

export class Commands {
  readonly #waiting: Map<RequestId, Waiting> = new Map();
  /** Oldest first. */
  readonly #replies: Map<RequestId, Kept> = new Map();
  readonly #late: Map<RequestId, Kept> = new Map();
  readonly #away: Map<RequestId, Kept> = new Map();
  /** Those for which records are kept. */
  readonly applied: Applied = new Applied();
  /** Nobody who waits gives up before that. */
  #firstDeadline: number = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#waiting.size;
  }

  /** Records are kept for it. */
  apply(id: RequestId, now: number): void {
    this.applied.add(id);
    if (!this.#waiting.has(id)) this.applied.settle(id, now, now + ANSWERED_MS);
  }

  /** The answer that it has had before, if that is still kept; undefined: it is a new one. */
  repeat(id: RequestId): CommandAnswer | "waits" | undefined {
    if (this.#waiting.has(id)) return "waits";
    return (this.#replies.get(id) ?? this.#late.get(id) ?? this.#away.get(id))?.answer;
  }

  /** Nobody will ask for it again. */
  forget(id: RequestId): void {
    this.#replies.delete(id);
  }

  /** One more caller of a command that waits. */
  join(id: RequestId, caller: Deferred<CommandAnswer>): void {
    const callers = this.#waiting.get(id)?.callers;
    if (callers === undefined) return;
    // The oldest has been given up by its client long since.
    if (callers.length === CALLERS_MAX) callers.shift();
    callers.push(caller);
  }

  /** False: too many wait, or might ask again for a reply that is kept. */
  hasRoom(now: number): boolean {
    if (this.#away.size > 0) forget(this.#away, Number.POSITIVE_INFINITY, now);
    if (this.#away.size >= AWAY_KEPT_MAX) return false;
    if (this.#waiting.size < COMMANDS_MAX) return true;
    // Else each refusal would look through all of them.
    if (this.#firstDeadline >= now) return false;
    this.#firstDeadline = Number.POSITIVE_INFINITY;
    for (const [id, { deadline }] of this.#waiting) {
      // Its client has given up.
      if (deadline < now) {
        this.#waiting.delete(id);
        this.applied.settle(id, now, now + UNHEARD_MS);
      } else this.#firstDeadline = Math.min(this.#firstDeadline, deadline);
    }
    return this.#waiting.size < COMMANDS_MAX;
  }

  /** @param said how often the member has said something to others by now */
  enter(
    id: RequestId,
    caller: Deferred<CommandAnswer>,
    deadline: number,
    isAway = false,
    said = 0,
  ): void {
    this.#waiting.set(id, { callers: [caller], deadline, isAway, said, wrote: undefined });
    if (deadline < this.#firstDeadline) this.#firstDeadline = deadline;
  }

  /** A write was made for it. */
  wrote(id: RequestId, seq: number): void {
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined) waiting.wrote ??= seq;
  }

  /**
   * What was written behind `durable` is not kept. So commands that have written nothing before
   * that, and of which nobody can have heard, are not applied: their callers are told. What has
   * become of the others only the next life knows.
   */
  lost(durable: number, said: number, full: Full): void {
    for (const [id, waiting] of this.#waiting) {
      if (waiting.wrote === undefined || waiting.wrote <= durable || waiting.said !== said)
        continue;
      this.#waiting.delete(id);
      for (const caller of waiting.callers) caller.resolve({ type: "full", ...full });
    }
  }

  /** False: nobody waits for it (any more). */
  reply(id: RequestId, reply: unknown, now: number): boolean {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return false;
    this.#waiting.delete(id);
    const answer: CommandAnswer = { type: "reply", reply };
    this.#keep(id, answer, waiting, now);
    for (const caller of waiting.callers) caller.resolve(answer);
    return true;
  }

  #keep(id: RequestId, answer: CommandAnswer, { deadline, isAway }: Waiting, now: number): void {
    if (deadline < now) {
      this.applied.settle(id, now, now + UNHEARD_MS);
      this.#late.set(id, { answer, until: now + LATE_KEPT_MS });
      return forget(this.#late, REPLIES_KEPT, now);
    }
    this.applied.settle(id, now, Math.max(now + ANSWERED_MS, isAway ? deadline : 0));
    if (isAway) return void this.#away.set(id, { answer, until: deadline });
    this.#replies.set(id, { answer, until: now + REPLY_KEPT_MS });
    forget(this.#replies, REPLIES_KEPT, now);
  }
}

/** Those whose time is over, or that are more than `max`; oldest first. */
function forget(kept: Map<RequestId, Kept>, max: number, now: number): void {
  for (const [id, { until }] of kept) {
    if (until > now && kept.size <= max) return;
    kept.delete(id);
  }
}

export const REQUEST_ID_RULE: string = `a text of 1 to ${ID_CHARACTERS_MAX} characters`;

export function isRequestId(id: unknown): id is RequestId {
  return typeof id === "string" && id.length > 0 && id.length <= ID_CHARACTERS_MAX;
}

/** What a command that came would have to be, if it is not. */
export function wrongCommand(id: unknown, command: unknown, withinMs: unknown): string | undefined {
  if (!isRequestId(id)) return `asked under ${REQUEST_ID_RULE}`;
  const type = (command as { type?: unknown } | null | undefined)?.type;
  if (typeof type !== "string") return "an object with a type";
  if (typeof withinMs !== "number" || !(withinMs >= 0)) return "given its time in milliseconds";
  return undefined;
}
