/**
 * The part that votes.
 *
 *     home ──open──▶ evaluate? ──▶ participant ──▶ vote ──▶ home, again until it is recorded
 *                    or a client's vote ─────────────┘
 *     home ──closed──▶ outcome ──▶ clients who wait; "seen" ──▶ home
 *
 * It keeps nothing: a new life is told by home what the earlier one has voted. So it is one vote
 * per member, whatever becomes of those who cast it.
 */

import { type Answer, HOME, type MemberId, type RequestId } from "../../actors/index.ts";
import { MS_MAX } from "./config.ts";
import { complete, opinionOf, wrongOpinion } from "./opinion.ts";
import type {
  BallotMessage,
  BallotReply,
  OpenMessage,
  Opinion,
  Recorded,
  RefusalReason,
} from "./spec.ts";
import {
  type Casting,
  type CommandEvent,
  type Effects,
  type MessageEvent,
  type Voter,
  WAITING_MAX,
} from "./state.ts";
import { isSettled, sendVote, speak, speakSoon, stopSpeaking } from "./voter-speech.ts";

/** How long home may be silent after the deadline until it is given up. */
const SILENCE_MS = 60_000;
/** How long a member waits for a ballot to be opened. */
const JOIN_MS = 3_600_000;

export function createVoter(self: MemberId): Voter {
  return {
    self,
    ballot: undefined,
    homeLife: 0,
    deadlineAt: 0,
    vote: undefined,
    recorded: undefined,
    isDecided: false,
    isAsking: false,
    isAlone: false,
    casting: [],
    waiting: [],
    outcome: undefined,
    ended: undefined,
    retryMs: 0,
  };
}

export function startVoter(voter: Voter, out: Effects): void {
  if (voter.self === HOME) return;
  out.push({ type: "timer", key: "silence", inMs: JOIN_MS });
  out.push({ type: "send", to: HOME, message: { type: "join" } });
}

export function onVoterTimer(voter: Voter, key: string, out: Effects): void {
  switch (key) {
    case "speak":
      speak(voter, out);
      break;
    case "silence":
      end(voter, "home-lost", out);
      break;
  }
}

export function onVoterCommand(
  voter: Voter,
  { id, command, at }: CommandEvent,
  out: Effects,
): void {
  if (command.type === "left") {
    const leftMs = voter.ballot === undefined ? undefined : Math.max(0, voter.deadlineAt - at);
    reply(id, { type: "left", leftMs }, out);
  } else if (command.type !== "vote" && command.type !== "outcome") refuse(id, "not-home", out);
  else if (voter.outcome !== undefined) {
    reply(id, { type: "closed", outcome: voter.outcome }, out);
  } else if (voter.ended !== undefined) refuse(id, voter.ended, out);
  else if (voter.casting.length + voter.waiting.length >= WAITING_MAX) {
    refuse(id, "too-many-waiting", out);
  } else if (command.type === "outcome") {
    voter.waiting.push(id);
    if (voter.ballot === undefined) speakSoon(voter, out);
  } else if ((command.member ?? voter.self) !== voter.self) refuse(id, "not-home", out);
  else {
    cast(voter, { id, opinion: command, epoch: command.epoch, revision: 0 }, out);
  }
}

export function onVoterMessage(
  voter: Voter,
  { incarnation, message, at }: MessageEvent,
  out: Effects,
): void {
  if (message.type === "join" || message.type === "vote" || message.type === "seen") return;
  const { ballot } = voter;
  // Another ballot under the same name: a volatile one is over when its home has died.
  const isOther =
    ballot !== undefined &&
    (message.epoch !== ballot.epoch || (!ballot.isDurable && incarnation !== voter.homeLife));
  if (isOther) {
    out.push({ type: "metric", name: "wrong-epoch", value: 1 });
    return;
  }
  if (voter.ended !== undefined) return;
  if (voter.homeLife !== incarnation && message.type !== "closed") {
    voter.homeLife = incarnation;
    if (voter.self !== HOME) out.push({ type: "monitor", member: HOME });
  }
  switch (message.type) {
    case "open":
      onOpen(voter, message, at, out);
      break;
    case "recorded":
      onRecorded(voter, message, out);
      break;
    case "refused":
      onRefused(voter, message.reason, out);
      break;
    case "closed":
      onClosed(voter, message, out);
      break;
  }
}

/** Home is not there any more: of a durable ballot, another life of it may come. */
export function onHomeDown(voter: Voter, reason: string, out: Effects): void {
  const isOver = reason === "normal" || reason === "shutdown";
  voter.homeLife = 0;
  // Who was not told of the ballot does not know whether home will come back.
  const isVolatile = voter.ballot !== undefined && !voter.ballot.isDurable;
  if (isOver || isVolatile) end(voter, "home-lost", out);
}

export function onAnswer(voter: Voter, answer: Answer, out: Effects): void {
  voter.isAsking = false;
  const { ballot } = voter;
  if (ballot === undefined || voter.vote !== undefined || isOver(voter)) return;
  if (answer.type === "failed") {
    // Home will ask again, by opening again, until the ballot is closed.
    const { code, message } = answer;
    voter.isAlone = code === "ERR_NO_PARTICIPANT";
    if (voter.isAlone) return;
    out.push({ type: "observe", observation: { type: "no-evaluation", code, message } });
    return;
  }
  const opinion = opinionOf(answer.value) ?? { choice: "" };
  const wrong = wrongOpinion(opinion, ballot.options);
  if (wrong === undefined) say(voter, opinion, out);
  else {
    const message = `what evaluate() returned is no vote: ${wrong}`;
    out.push({ type: "observe", observation: { type: "no-evaluation", code: wrong, message } });
  }
}

function onOpen(voter: Voter, message: OpenMessage, at: number, out: Effects): void {
  if (voter.outcome !== undefined) return;
  voter.ballot = message;
  voter.deadlineAt = at + message.leftMs;
  out.push({ type: "timer", key: "silence", inMs: Math.min(message.leftMs + SILENCE_MS, MS_MAX) });
  if (message.recorded !== undefined) onRecorded(voter, message.recorded, out);
  if (!isSettled(voter)) sendVote(voter, out);
  const held = voter.casting.filter(({ revision }) => revision === 0);
  voter.casting = voter.casting.filter(({ revision }) => revision > 0);
  for (const casting of held) cast(voter, casting, out);
  if (voter.vote === undefined && voter.recorded === undefined) evaluate(voter, out);
}

function evaluate(voter: Voter, out: Effects): void {
  const { ballot } = voter;
  if (ballot === undefined || voter.isAsking || voter.isAlone) return;
  voter.isAsking = true;
  const { proposal, options, leftMs } = ballot;
  const question = { type: "evaluate", proposal, options } as const;
  out.push({ type: "ask", key: "evaluate", question, withinMs: leftMs });
}

/** A client's vote: at once if the ballot is known, else when it is. */
function cast(voter: Voter, casting: Casting, out: Effects): void {
  const { ballot, vote, recorded } = voter;
  if (ballot === undefined) {
    voter.casting.push(casting);
    speakSoon(voter, out);
    return;
  }
  const { opinion, epoch, id } = casting;
  const before = vote?.choice ?? recorded?.choice;
  const wrong =
    (epoch !== undefined && epoch !== ballot.epoch ? "wrong-epoch" : undefined) ??
    wrongOpinion(opinion, ballot.options);
  if (wrong !== undefined) refuse(id, wrong, out);
  else if (ballot.isRevisable || before === undefined) {
    voter.casting.push(casting);
    say(voter, opinion, out);
    casting.revision = voter.vote?.revision ?? 0;
  } else if (before !== opinion.choice) refuse(id, "voted-already", out);
  else if (isSettled(voter) && !voter.isDecided) replyRecorded(voter, id, out);
  else {
    casting.revision = vote?.revision ?? 0;
    voter.casting.push(casting);
  }
}

/** The member's vote from now on. */
function say(voter: Voter, opinion: Opinion, out: Effects): void {
  const before = Math.max(voter.vote?.revision ?? 0, voter.recorded?.revision ?? 0);
  voter.vote = { ...complete(opinion), revision: before + 1 };
  sendVote(voter, out);
  speakSoon(voter, out);
}

function onRecorded(
  voter: Voter,
  {
    choice,
    revision,
    isDecisive = false,
  }: Recorded & { readonly isDecisive?: boolean | undefined },
  out: Effects,
): void {
  if (isOver(voter) || revision < (voter.recorded?.revision ?? 0)) return;
  voter.recorded = { choice, revision };
  voter.isDecided ||= isDecisive;
  const { vote, ballot } = voter;
  if (vote === undefined || ballot === undefined) return;
  if (revision > vote.revision || (revision === vote.revision && choice !== vote.choice)) {
    // An earlier life has voted, or a client at home, so this vote is not the one that counts.
    if (ballot.isRevisable) overtake(voter, revision + 1, out);
    else voter.vote = { ...vote, choice, revision };
  }
  // Whoever votes last is told with what outcome.
  if (!voter.isDecided) settleCasting(voter, out);
  if (isSettled(voter)) stopSpeaking(voter, out);
}

/** Says the same again, behind what is recorded. */
function overtake(voter: Voter, revision: number, out: Effects): void {
  const { vote } = voter;
  if (vote === undefined) return;
  for (const casting of voter.casting) {
    if (casting.revision === vote.revision) casting.revision = revision;
  }
  voter.vote = { ...vote, revision };
  sendVote(voter, out);
}

/** Answers clients whose votes are recorded, or will never be. */
function settleCasting(voter: Voter, out: Effects): void {
  const { recorded, ballot } = voter;
  if (recorded === undefined || ballot === undefined) return;
  voter.casting = voter.casting.filter(({ id, revision, opinion }) => {
    if (revision === 0 || (ballot.isRevisable && revision > recorded.revision)) return true;
    if (!ballot.isRevisable && opinion.choice !== recorded.choice) refuse(id, "voted-already", out);
    else replyRecorded(voter, id, out);
    return false;
  });
}

function onRefused(voter: Voter, reason: RefusalReason, out: Effects): void {
  if (isOver(voter)) return;
  if (reason === "unknown-member") {
    end(voter, reason, out);
    return;
  }
  for (const { id } of voter.casting.splice(0)) refuse(id, reason, out);
  voter.vote = undefined;
  stopSpeaking(voter, out);
}

function onClosed(
  voter: Voter,
  { outcome, epoch }: BallotMessage & { readonly type: "closed" },
  out: Effects,
): void {
  out.push({ type: "send", to: HOME, message: { type: "seen", epoch } });
  if (voter.outcome !== undefined) return;
  voter.outcome = outcome;
  settleCasting(voter, out);
  for (const id of waitingOf(voter)) reply(id, { type: "closed", outcome }, out);
  out.push({ type: "observe", observation: { type: "decided", outcome } });
  leave(voter, out);
}

function end(voter: Voter, reason: RefusalReason, out: Effects): void {
  if (isOver(voter)) return;
  voter.ended = reason;
  out.push({ type: "observe", observation: { type: "ended", reason } });
  for (const id of waitingOf(voter)) refuse(id, reason, out);
  leave(voter, out);
}

function leave(voter: Voter, out: Effects): void {
  stopSpeaking(voter, out);
  out.push({ type: "cancel", key: "silence" });
  // While it lingers, it says again that it has seen the outcome.
  if (voter.self !== HOME) out.push({ type: "finish", participants: 1 });
}

/** All clients that wait, who do so no more. */
function waitingOf(voter: Voter): RequestId[] {
  return [...voter.casting.splice(0).map(({ id }) => id), ...voter.waiting.splice(0)];
}

const isOver = ({ outcome, ended }: Voter): boolean => outcome !== undefined || ended !== undefined;

function replyRecorded(voter: Voter, id: RequestId, out: Effects): void {
  const { self, recorded, outcome } = voter;
  if (recorded === undefined) return;
  const told = outcome === undefined ? {} : { outcome };
  reply(id, { type: "recorded", member: self, ...recorded, ...told }, out);
}

function reply(id: RequestId, answer: BallotReply, out: Effects): void {
  out.push({ type: "reply", id, reply: answer });
}

function refuse(id: RequestId, reason: RefusalReason, out: Effects): void {
  reply(id, { type: "refused", reason }, out);
}
