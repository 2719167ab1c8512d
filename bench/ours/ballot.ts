/**
 * Ballots with votes from two threads, until the outcome is known: of members, each of which asks
 * its participant, from the opening on; and of clients who vote for members at home.
 */

import { clientOf, defineActor } from "../../actors/index.ts";
import { Ballot, type Evaluation } from "../../protocols/index.ts";
import { type Contender, type Options, type Sample, secondsSince } from "../contender.ts";
import type { Shared } from "../shared.ts";
import { ROUND_TIMEOUT_MS, start } from "./start.ts";

const MEMBERS_MAX = 1_000;
/** A ballot that is over is gone before the next round. */
const LINGER_MS = 10;

/** Stands behind all voters of its thread. */
const Yes = defineActor(import.meta.url, "YesAgent", {
  init: () => ({}),
  handlers: { evaluate: (): Evaluation => ({ vote: "accept", confidence: 1, rationale: "" }) },
});

/** Votes for its part of the electorate, all at once. */
const Clerk = defineActor(import.meta.url, "BallotClerk", {
  init: () => ({}),
  handlers: {
    async cast(self, id: string, voters: readonly string[]): Promise<number> {
      const ballot = clientOf(self, Ballot, { id });
      const receipts = await Promise.all(voters.map((member) => ballot.vote("accept", { member })));
      return receipts.length;
    },
  },
});

const voterNames = (size: number): string[] =>
  Array.from({ length: size }, (_, index) => `voter-${index}`);

export async function clerks(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(2, options, shared);
  const both = await Promise.all([1, 2].map((thread) => system.spawn(Clerk, [], { thread })));
  const voters = voterNames(Math.min(options.count, MEMBERS_MAX));
  const half = voters.length / 2;
  let ballots = 0;

  const round = async (): Promise<Sample> => {
    let [checksum, seconds] = [0, 0];
    while (checksum < options.count) {
      ballots += 1;
      const id = `clerks-${ballots}`;
      // Nobody answers home here, so it says everything once.
      const quiet = { retryMs: ROUND_TIMEOUT_MS, lingerMs: 1 };
      const config = { proposal: 1, electorate: voters, approval: "unanimous", ...quiet } as const;
      const home = await system.protocol(Ballot, { id, config, thread: 0, lingerMs: LINGER_MS });
      const begin = performance.now();
      const cast = both.map((clerk, index) =>
        clerk
          .with({ timeout: ROUND_TIMEOUT_MS })
          .call.cast(id, voters.slice(index * half, (index + 1) * half)),
      );
      const { participation } = await home.outcome({ deadlineMs: ROUND_TIMEOUT_MS });
      seconds += secondsSince(begin);
      checksum += participation.members;
      await Promise.all(cast);
    }
    return { checksum, values: { rate: checksum / seconds } };
  };
  return { round };
}

export async function votes(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(2, options, shared);
  const agents = await Promise.all([1, 2].map((thread) => system.spawn(Yes, [], { thread })));
  const size = Math.min(options.count, MEMBERS_MAX);
  let ballots = 0;

  /** All votes are needed. Gives how many there were. */
  async function one(): Promise<{ voted: number; seconds: number }> {
    ballots += 1;
    const id = `bench-${ballots}`;
    const voters = voterNames(size);
    await Promise.all(
      voters.map((member, index) => {
        const thread = 1 + (index % 2);
        const participant = agents[thread - 1];
        if (participant === undefined) throw new Error("each thread has an agent");
        return system.protocol(Ballot, { id, member, participant, thread, lingerMs: LINGER_MS });
      }),
    );
    const begin = performance.now();
    const home = await system.protocol(Ballot, {
      id,
      config: { proposal: { rate: 0.1 }, electorate: voters, approval: "unanimous" },
      thread: 0,
      lingerMs: LINGER_MS,
    });
    const { participation } = await home.outcome({ deadlineMs: ROUND_TIMEOUT_MS });
    return { voted: participation.members, seconds: secondsSince(begin) };
  }

  const round = async (): Promise<Sample> => {
    let [checksum, seconds] = [0, 0];
    while (checksum < options.count) {
      const ballot = await one();
      checksum += ballot.voted;
      seconds += ballot.seconds;
    }
    return { checksum, values: { rate: checksum / seconds } };
  };
  return { round };
}
