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
import { Kept } from "./kept.ts";

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

/** A command, from when it comes until its answer is not kept any more. */
export interface Command {
  readonly id: RequestId;
  /** Its client is on another node: whatever is said to it may be lost. */
  readonly isAway: boolean;
  /** What its member had said to others before it came. */
  readonly said: number;
  /** Who waits for the answer. */
  callers: Deferred<CommandAnswer>[];
  /** The first write that was made for it. */
  wrote: number | undefined;
  answer: CommandAnswer | undefined;
  /** Its client gives up then; or, once it is answered, the answer is forgotten then. */
  until: number;
  /** Where the answer is kept, and between which others. */
  kept: Kept | undefined;
  older: Command | undefined;
  newer: Command | undefined;
}

const NOBODY: Deferred<CommandAnswer>[] = [];

export class Commands {
  /** One table, so that each that comes is looked up once. */
  readonly #commands: Map<RequestId, Command> = new Map();
  readonly #replies: Kept = new Kept();
  readonly #late: Kept = new Kept();
  readonly #away: Kept = new Kept();
  /** Those for which records are kept. */
  #applied: Applied | undefined;
  /** Nobody who waits gives up before that. */
  #firstDeadline: number = Number.POSITIVE_INFINITY;

  /** How many wait. */
  get size(): number {
    return this.#commands.size - this.#replies.size - this.#late.size - this.#away.size;
  }

  /** Made when it is first asked for: members that keep nothing need none. */
  get applied(): Applied {
    this.#applied ??= new Applied();
    return this.#applied;
  }

  /** Records are kept for it, here or by a life before. */
  isApplied(id: RequestId): boolean {
    return this.#applied?.has(id) === true;
  }

  /** Records are kept for it. */
  apply(id: RequestId, now: number): void {
    this.applied.add(id);
    if (!this.#waits(id)) this.#applied?.settle(id, now, now + ANSWERED_MS);
  }

  #waits(id: RequestId): Command | undefined {
    const command = this.#commands.get(id);
    return command?.kept === undefined ? command : undefined;
  }

  /** The answer that it has had before, if that is still kept; undefined: it is a new one. */
  repeat(id: RequestId): CommandAnswer | "waits" | undefined {
    const command = this.#commands.get(id);
    return command && (command.answer ?? "waits");
  }

  /** One more caller of a command that waits. */
  join(id: RequestId, caller: Deferred<CommandAnswer>): void {
    const callers = this.#waits(id)?.callers;
    if (callers === undefined) return;
    // The oldest has been given up by its client long since.
    if (callers.length === CALLERS_MAX) callers.shift();
    callers.push(caller);
  }

  /** False: too many wait, or might ask again for what is kept. */
  hasRoom(now: number, isApplied = false): boolean {
    if (!isApplied && this.#applied?.hasRoom(now) === false) return false;
    this.#forget(this.#away, Number.POSITIVE_INFINITY, now);
    if (this.#away.size >= AWAY_KEPT_MAX) return false;
    if (this.size < COMMANDS_MAX) return true;
    // Else each refusal would look through all of them.
    if (this.#firstDeadline >= now) return false;
    this.#firstDeadline = Number.POSITIVE_INFINITY;
    for (const { id, kept, until } of this.#commands.values()) {
      if (kept !== undefined) continue;
      // Its client has given up.
      if (until < now) {
        this.#commands.delete(id);
        this.#applied?.settle(id, now, now + UNHEARD_MS);
      } else this.#firstDeadline = Math.min(this.#firstDeadline, until);
    }
    return this.size < COMMANDS_MAX;
  }

  /** @param said how often the member has said something to others by now */
  enter(
    id: RequestId,
    caller: Deferred<CommandAnswer>,
    deadline: number,
    isAway = false,
    said = 0,
  ): void {
    this.#commands.set(id, {
      id,
      isAway,
      said,
      callers: [caller],
      wrote: undefined,
      answer: undefined,
      until: deadline,
      kept: undefined,
      older: undefined,
      newer: undefined,
    });
    if (deadline < this.#firstDeadline) this.#firstDeadline = deadline;
  }

  /** A write was made for it. */
  wrote(id: RequestId, seq: number): void {
    const command = this.#waits(id);
    if (command !== undefined) command.wrote ??= seq;
  }

  /**
   * What was written behind `durable` is not kept. So commands that have written nothing before
   * that, and of which nobody can have heard, are not applied: their callers are told. What has
   * become of the others only the next life knows.
   */
  lost(durable: number, said: number, full: Full): void {
    for (const command of this.#commands.values()) {
      const { id, kept, wrote } = command;
      if (kept !== undefined || wrote === undefined || wrote <= durable) continue;
      if (command.said !== said) continue;
      this.#commands.delete(id);
      for (const caller of command.callers) caller.resolve({ type: "full", ...full });
    }
  }

  /** False: nobody waits for it (any more). */
  reply(id: RequestId, reply: unknown, now: number): boolean {
    const command = this.#waits(id);
    if (command === undefined) return false;
    const { callers } = command;
    const answer: CommandAnswer = { type: "reply", reply };
    command.answer = answer;
    command.callers = NOBODY;
    this.#keep(command, now);
    for (const caller of callers) caller.resolve(answer);
    return true;
  }

  #keep(command: Command, now: number): void {
    const { id, isAway, until: deadline } = command;
    if (deadline < now) {
      this.#applied?.settle(id, now, now + UNHEARD_MS);
      return this.#keepUntil(command, this.#late, now + LATE_KEPT_MS, now);
    }
    this.#applied?.settle(id, now, Math.max(now + ANSWERED_MS, isAway ? deadline : 0));
    if (isAway) this.#away.add(command);
    else this.#keepUntil(command, this.#replies, now + REPLY_KEPT_MS, now);
  }

  #keepUntil(command: Command, kept: Kept, until: number, now: number): void {
    command.until = until;
    kept.add(command);
    this.#forget(kept, REPLIES_KEPT, now);
  }

  /** Those whose time is over, or that are more than `max`; oldest first. */
  #forget(kept: Kept, max: number, now: number): void {
    while (kept.oldest !== undefined && (kept.oldest.until <= now || kept.size > max)) {
      this.#remove(kept.oldest, kept);
    }
  }

  /** Its client has the reply, and nobody will ask for it again. */
  settled(id: RequestId): void {
    const command = this.#commands.get(id);
    if (command?.kept !== undefined) this.#remove(command, command.kept);
    this.#applied?.drop(id);
  }

  #remove(command: Command, kept: Kept): void {
    kept.remove(command);
    this.#commands.delete(command.id);
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
