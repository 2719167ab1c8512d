/**
 * The part that counts.
 *
 *     open ──▶ voters ──▶ votes ──count──▶ fixed? deadline? ──▶ decided ──▶ closed ──▶ voters
 *      └─ again until each has voted         (kept, then told)      └─ again until each has seen
 *
 * Everything that home says about votes is held until they are durable: a vote that was said to be
 * recorded is never lost, and an outcome that was announced is never another.
 */

import type { MemberId, RequestId } from "../../actors/index.ts";
import { REVISIONS_MAX } from "./config.ts";
import { count, membersOf, missingOf } from "./home-count.ts";
import { held, persist, refuse, reply, send, sendRefusal, shorten } from "./home-effects.ts";
import { announce, closedReply, openMessage, remind } from "./home-news.ts";
import { complete, wrongOpinion } from "./opinion.ts";
import { auditOf, type ClosedBy, outcomeOf } from "./outcome.ts";
import { isFixed, verdict } from "./rule.ts";
import type {
  BallotCommand,
  BallotMessage,
  BallotReply,
  Opinion,
  RefusalReason,
  Vote,
} from "./spec.ts";
import {
  type CommandEvent,
  type Effects,
  type Home,
  type MessageEvent,
  WAITING_MAX,
} from "./state.ts";

/** Begins, or goes on where an earlier life has stopped. Its time begins anew. */
export function startHome(home: Home, at: number, out: Effects): void {
  const { config } = home.terms;
  home.deadlineAt = at + config.timeoutMs;
  if (home.outcome !== undefined) {
    announce(home, out);
    return;
  }
  if (!home.isOpened) {
    home.isOpened = true;
    persist(home, [{ type: "opened", config }], out);
    out.push({
      type: "observe",
      observation: { type: "opened", epoch: config.epoch, members: config.electorate.length },
    });
  }
  out.push({ type: "timer", key: "deadline", inMs: config.timeoutMs });
  // The earlier life has kept the last vote, but not what it decides.
  if (!closeIfFixed(home, out)) remind(home, at, out);
}

export function onHomeTimer(home: Home, key: string, at: number, out: Effects): void {
  switch (key) {
    case "deadline":
      close(home, "deadline", out);
      break;
    case "remind":
      remind(home, at, out);
      break;
    case "linger":
      finish(home, out);
      break;
  }
}

export function onHomeCommand(
  home: Home,
  { id, command, isRepeated, at }: CommandEvent,
  member: MemberId,
  out: Effects,
): void {
  switch (command.type) {
    case "vote":
      onClientVote(home, id, command, member, isRepeated, out);
      break;
    case "outcome":
      if (home.outcome !== undefined) reply(home, id, closedReply(home), out);
      else if (home.waiting.length < WAITING_MAX) home.waiting.push(id);
      else refuse(home, id, "too-many-waiting", out);
      break;
    case "close":
      close(home, "client", out);
      reply(home, id, closedReply(home), out);
      break;
    case "status":
      reply(home, id, statusReply(home), out);
      break;
    case "audit":
      reply(home, id, { type: "audit", votes: auditOf(home.terms, home.votes) }, out);
      break;
    case "left":
      reply(home, id, { type: "left", leftMs: Math.max(0, home.deadlineAt - at) }, out);
      break;
    default:
      refuse(home, id, "unknown-command", out);
  }
}

export function onHomeMessage(home: Home, { from, message, at }: MessageEvent, out: Effects): void {
  switch (message.type) {
    case "join":
      onJoin(home, from, at, out);
      break;
    case "vote":
      onVote(home, from, message, out);
      break;
    case "seen":
      if (message.epoch === home.terms.config.epoch) onSeen(home, from, out);
      break;
  }
}

function onClientVote(
  home: Home,
  id: RequestId,
  command: BallotCommand & { readonly type: "vote" },
  member: MemberId,
  isRepeated: boolean,
  out: Effects,
): void {
  if (home.outcome !== undefined) {
    reply(home, id, closedReply(home), out);
    return;
  }
  const { config } = home.terms;
  const known = home.votes.get(member);
  // Of a command whose answer was lost, the vote is here already.
  const isNew = known === undefined || (config.votes === "revisable" && !isRepeated);
  const wrong =
    wrongVote(home, member, command.epoch ?? config.epoch, command) ??
    (isNew || known.choice === command.choice ? undefined : "voted-already") ??
    (isNew && (known?.revision ?? 0) >= REVISIONS_MAX ? "too-many-revisions" : undefined);
  if (wrong !== undefined) {
    refuse(home, id, wrong, out);
    return;
  }
  const vote = isNew ? { ...complete(command), revision: (known?.revision ?? 0) + 1 } : known;
  if (isNew) record(home, member, vote, out);
  closeIfFixed(home, out);
  const { choice, revision } = vote;
  const { outcome } = home;
  const counted = outcome === undefined ? {} : { outcome };
  reply(home, id, { type: "recorded", member, choice, revision, ...counted }, out);
}

function onVote(
  home: Home,
  from: MemberId,
  message: BallotMessage & { readonly type: "vote" },
  out: Effects,
): void {
  const { epoch } = home.terms.config;
  const known = home.votes.get(from);
  const isNew = known === undefined || message.revision > known.revision;
  const wrong =
    wrongVote(home, from, message.epoch, message) ??
    (isNew && message.revision > REVISIONS_MAX ? "too-many-revisions" : undefined);
  if (wrong !== undefined) {
    sendRefusal(home, from, wrong, out);
    return;
  }
  if (home.outcome !== undefined) {
    send(home, from, { type: "closed", epoch, outcome: home.outcome }, out);
    return;
  }
  if (known === undefined || (isNew && home.terms.config.votes === "revisable")) {
    const { choice, confidence, rationale, revision } = message;
    record(home, from, { choice, confidence, rationale, revision }, out);
  }
  const { choice, revision } = home.votes.get(from) ?? message;
  const isDecisive = mustClose(home);
  const told = isDecisive ? { isDecisive } : {};
  send(home, from, { type: "recorded", epoch, choice, revision, ...told }, out);
  closeIfFixed(home, out);
}

function wrongVote(
  home: Home,
  member: MemberId,
  epoch: number,
  opinion: Opinion,
): RefusalReason | undefined {
  const { config, weights } = home.terms;
  if (!weights.has(member)) return "unknown-member";
  if (epoch !== config.epoch) return "wrong-epoch";
  return wrongOpinion(opinion, config.options);
}

/** Counts a vote, instead of the one that the member has given before. */
function record(home: Home, member: MemberId, vote: Vote, out: Effects): void {
  persist(home, [{ type: "vote", member, ...vote }], out);
  count(home, member, vote);
  shorten(home, out);
  const { choice } = vote;
  out.push({ type: "observe", observation: { type: "voted", member, choice }, ...held(home) });
}

function closeIfFixed(home: Home, out: Effects): boolean {
  const isFixedNow = mustClose(home);
  if (isFixedNow) close(home, "votes", out);
  return isFixedNow;
}

/** No vote can change it any more. */
function mustClose({ terms, standing, outcome }: Home): boolean {
  if (outcome !== undefined || terms.config.votes === "revisable") return false;
  return isFixed(terms.rule, terms.config.quorum, standing);
}

function close(home: Home, closedBy: ClosedBy, out: Effects): void {
  if (home.outcome !== undefined) return;
  const { terms, standing, votes } = home;
  const decided = verdict(terms.rule, terms.config.quorum, standing);
  home.outcome = outcomeOf(terms, votes, standing, decided, closedBy);
  persist(home, [{ type: "decided", outcome: home.outcome }], out);
  home.decidedSeq = home.seq;
  out.push({ type: "cancel", key: "deadline" });
  announce(home, out);
}

function onJoin(home: Home, from: MemberId, at: number, out: Effects): void {
  const { terms, outcome } = home;
  const { epoch } = terms.config;
  if (!terms.weights.has(from)) sendRefusal(home, from, "unknown-member", out);
  else if (outcome !== undefined) send(home, from, { type: "closed", epoch, outcome }, out);
  else send(home, from, openMessage(home, at, from), out);
}

function onSeen(home: Home, from: MemberId, out: Effects): void {
  if (home.outcome === undefined || !home.unseen.delete(from)) return;
  if (home.unseen.size === 0) finish(home, out);
}

/** Its shell answers for a while who asks again. */
function finish(home: Home, out: Effects): void {
  out.push({ type: "cancel", key: "remind" }, { type: "cancel", key: "linger" });
  out.push({ type: "finish", participants: home.standing.present, ...held(home) });
}

function statusReply(home: Home): BallotReply {
  return {
    type: "status",
    isOpen: home.outcome === undefined,
    epoch: home.terms.config.epoch,
    voted: membersOf(home).filter((member) => home.votes.has(member)),
    missing: missingOf(home),
  };
}
