/**
 * Ballot: members vote on a proposal, and all of them learn the same outcome.
 *
 *     home                        a                    b
 *      |------- open ------------>|                    |      again until each has voted
 *      |------- open --------------------------------->|
 *      |<------ vote accept ------|                    |      again until it is recorded
 *      |------- recorded -------->|                    |
 *      |<------ vote accept ---------------------------|
 *      |  decided: 2 of 3 is more than half, whatever c says
 *      |------- closed ---------->|                    |      again until each has seen it
 *      |------- closed ------------------------------->|
 *
 * One member, home, counts. It is the only place where anything is decided, so there is one outcome
 * or none; loss, repetition and order of messages cost time only. A volatile ballot ends with its
 * home. A durable one keeps each vote and the outcome before anybody is told of it, and a new life
 * of home goes on from there: it announces the same outcome, and never another.
 *
 * Left out: agreement without a member that everybody relies on, and members that lie. Home decides
 * for all, and whoever can speak as a member can vote as that member.
 */

import {
  type Boot,
  type Effect,
  HOME,
  type Protocol,
  type ProtocolEvent,
} from "../../actors/index.ts";
import { checkConfig, termsOf } from "./config.ts";
import { onHomeCommand, onHomeMessage, onHomeTimer, startHome } from "./home.ts";
import { createHome } from "./home-count.ts";
import { ballotPeers } from "./messages.ts";
import { openedConfig, recover, snapshotOf } from "./recovery.ts";
import type { BallotSpec } from "./spec.ts";
import type { BallotState, CommandEvent, Effects, MessageEvent } from "./state.ts";
import {
  createVoter,
  onAnswer,
  onHomeDown,
  onVoterCommand,
  onVoterMessage,
  onVoterTimer,
  startVoter,
} from "./voter.ts";
import { watchBallot } from "./watch.ts";

export const ballot: Protocol<BallotSpec> = {
  peers: ballotPeers,
  check: checkConfig,
  init,
  step,
  snapshot: ({ home }) => (home === undefined ? undefined : snapshotOf(home)),
  watch: watchBallot,
};

function init({ self, config, isDurable, recovered }: Boot<BallotSpec>): BallotState {
  const opened = self === HOME ? (openedConfig(recovered) ?? config) : undefined;
  if (opened === undefined) return { self, home: undefined, voter: createVoter(self) };
  const home = createHome(termsOf(opened), isDurable);
  if (recovered !== undefined) recover(home, recovered);
  return { self, home, voter: home.terms.weights.has(self) ? createVoter(self) : undefined };
}

function step(state: BallotState, event: ProtocolEvent<BallotSpec>): readonly Effect<BallotSpec>[] {
  const { home, voter } = state;
  const out: Effects = [];
  switch (event.type) {
    case "start":
      if (home !== undefined) startHome(home, event.at, out);
      if (voter !== undefined) startVoter(voter, out);
      break;
    case "command":
      onCommand(state, event, out);
      break;
    case "message":
      onMessage(state, event, out);
      break;
    case "timer":
      if (home !== undefined) onHomeTimer(home, event.key, event.at, out);
      if (voter !== undefined) onVoterTimer(voter, event.key, out);
      break;
    case "durable":
      if (home !== undefined) home.durableUpTo = event.upTo;
      break;
    case "answer":
      if (voter !== undefined) onAnswer(voter, event.answer, out);
      break;
    case "down":
      if (voter !== undefined && event.member === HOME) onHomeDown(voter, event.reason, out);
      break;
    case "view": // The electorate was fixed when the ballot was opened.
    case "health":
      break;
  }
  return out;
}

function onCommand({ self, home, voter }: BallotState, event: CommandEvent, out: Effects): void {
  const { command } = event;
  if (home !== undefined) {
    const member = (command.type === "vote" ? command.member : undefined) ?? self;
    onHomeCommand(home, event, member, out);
  } else if (voter !== undefined) onVoterCommand(voter, event, out);
}

/** What home says is for voters, and what voters say is for home. */
function onMessage({ home, voter }: BallotState, event: MessageEvent, out: Effects): void {
  if (home !== undefined) onHomeMessage(home, event, out);
  if (voter !== undefined && event.from === HOME) onVoterMessage(voter, event, out);
}
