/** What is handed to whoever has started, or joined, a ballot. */

import { type AskOptions, type Handle, OutcomeUnknown } from "../../actors/index.ts";
import { MS_MAX } from "./config.ts";
import { BallotRefused } from "./errors.ts";
import type { Audited, BallotOutcome } from "./outcome.ts";
import type { BallotCommand, BallotReply, BallotSpec, BallotStatus, Opinion } from "./spec.ts";

/** Most ballots are over before that. */
const WAIT_MS = 35_000;
/** Beyond the deadline of the ballot, for its members to say what has come out. */
const MARGIN_MS = 5_000;

export interface VoteOptions extends AskOptions {
  /** For whom; default: the member that is asked. Others' votes are taken at home only. */
  readonly member?: string;
  /** Of the electorate that the vote is meant for; without it, any. */
  readonly epoch?: number;
}

/** A vote that counts, with the outcome if it decided; or the outcome of a ballot closed before. */
export type Receipt = Extract<BallotReply, { readonly type: "recorded" | "closed" }>;

type Reply<Type extends BallotReply["type"]> = Extract<BallotReply, { readonly type: Type }>;

/** All of its methods reject as `Handle.ask` does, and with BallotRefused. */
export class BallotClient {
  readonly handle: Handle<BallotSpec>;
  #outcome: BallotOutcome | undefined;

  constructor(handle: Handle<BallotSpec>) {
    this.handle = handle;
  }

  /**
   * Votes as the member that is asked. Fulfilled when the vote counts, which takes as long as home
   * needs to say so; of a durable ballot, to keep it. The receipt of a vote that decides has the
   * `outcome`, which this client then knows.
   *
   * @param opinion `"accept"`, or `{ choice: "accept", confidence: 0.9, rationale: "…" }`
   * @throws BallotRefused with the code of its reason: ERR_UNKNOWN_MEMBER, ERR_UNKNOWN_CHOICE,
   *   ERR_VOTED_ALREADY, ERR_WRONG_EPOCH, ERR_INVALID_CONFIDENCE, ERR_INVALID_RATIONALE,
   *   ERR_TOO_MANY_REVISIONS, ERR_NOT_HOME, ERR_HOME_LOST
   */
  vote(opinion: Opinion | string, options: VoteOptions = {}): Promise<Receipt> {
    const { member, epoch, ...ask } = options;
    const given = typeof opinion === "string" ? { choice: opinion } : opinion;
    const command: BallotCommand = {
      type: "vote",
      ...given,
      ...(member !== undefined && { member }),
      ...(epoch !== undefined && { epoch }),
    };
    return this.#ask(command, ask, ["recorded", "closed"]);
  }

  /**
   * Waits until the ballot is closed: without `deadlineMs` as long as that takes.
   *
   * @throws BallotRefused (ERR_HOME_LOST, ERR_UNKNOWN_MEMBER)
   */
  async outcome(options: AskOptions = {}): Promise<BallotOutcome> {
    if (this.#outcome !== undefined) return this.#outcome;
    let ask = { deadlineMs: WAIT_MS, ...options };
    for (;;) {
      try {
        return (await this.#ask({ type: "outcome" }, ask, ["closed"])).outcome;
      } catch (error) {
        if (!(error instanceof OutcomeUnknown) || options.deadlineMs !== undefined) throw error;
        // Whoever asks in a turn has no more time than that.
        if (error.withinMs < ask.deadlineMs) throw error;
        // The ballot's time is bounded, and longer than what is usual.
        const leftMs = await this.#leftMs();
        if (leftMs === undefined) throw error;
        const { requestId } = error;
        ask = { requestId, deadlineMs: Math.min(Math.ceil(leftMs) + MARGIN_MS, MS_MAX) };
      }
    }
  }

  /** Closes the ballot now, with the votes that are there. At home only (ERR_NOT_HOME). */
  async close(options: AskOptions = {}): Promise<BallotOutcome> {
    return (await this.#ask({ type: "close" }, options, ["closed"])).outcome;
  }

  /** Who has voted. At home only (ERR_NOT_HOME). */
  async status(options: AskOptions = {}): Promise<BallotStatus> {
    const { type: _, ...status } = await this.#ask({ type: "status" }, options, ["status"]);
    return status;
  }

  /** Who has voted what, and why, by names. At home only (ERR_NOT_HOME). */
  async audit(options: AskOptions = {}): Promise<readonly Audited[]> {
    return (await this.#ask({ type: "audit" }, options, ["audit"])).votes;
  }

  /** Until the deadline; undefined while nobody knows. */
  async #leftMs(): Promise<number | undefined> {
    return (await this.#ask({ type: "left" }, {}, ["left"])).leftMs;
  }

  #ask<Type extends BallotReply["type"]>(
    command: BallotCommand,
    options: AskOptions,
    types: readonly Type[],
  ): Promise<Reply<Type>> {
    return this.handle.ask(command, options, (reply) => {
      if (reply.type === "closed" || reply.type === "recorded") this.#outcome ??= reply.outcome;
      if (isOneOf(reply, types)) return reply;
      if (reply.type === "refused") {
        throw new BallotRefused(this.handle.instance, command.type, reply.reason);
      }
      throw new TypeError(`a ballot has answered ${command.type} with ${reply.type}`);
    });
  }
}

function isOneOf<Type extends BallotReply["type"]>(
  reply: BallotReply,
  types: readonly Type[],
): reply is Reply<Type> {
  return (types as readonly string[]).includes(reply.type);
}
