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
import { placeOf, REVISIONS_MAX, type Terms } from "./config.ts";
import { complete, wrongOpinion } from "./opinion.ts";
import { auditOf, type ClosedBy, outcomeOf } from "./outcome.ts";
import { isFixed, verdict } from "./rule.ts";
import type {
  BallotCommand,
  BallotMessage,
  BallotRecord,
  BallotReply,
  OpenMessage,
  Opinion,
  RefusalReason,
  Vote,
} from "./spec.ts";
import {
  type CommandEvent,
  type Effects,
  type Home,
  type MessageEvent,
  RETRY_MS_MAX,
  WAITING_MAX,
} from "./state.ts";

/** How many records are kept until a snapshot takes their place. */
const RECORDS_MIN = 64;
const RECORDS_PER_MEMBER = 4;

export function createHome(terms: Terms, isDurable: boolean): Home {
  return {
    terms,
    isDurable,
    isOpened: false,
    votes: new Map(),
    standing: {
      weights: new Array<number>(terms.config.options.length + 1).fill(0),
      abstained: 0,
      absent: terms.total,
      present: 0,
    },
    outcome: undefined,
    waiting: [],
    unseen: new Set(),
    deadlineAt: 0,
    retryMs: terms.config.retryMs,
    seq: 0,
    durableUpTo: 0,
    index: 0,
    decidedSeq: 0,
  };
}

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
  const { choice, revision } = vote;
  reply(home, id, { type: "recorded", member, choice, revision }, out);
  closeIfFixed(home, out);
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
  send(home, from, { type: "recorded", epoch, choice, revision }, out);
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

/** The sums, and nothing else: what is replayed counts in the same way. */
export function count(home: Home, member: MemberId, vote: Vote): void {
  const { standing, terms, votes } = home;
  const weight = terms.weights.get(member) ?? 0;
  const known = votes.get(member);
  if (known === undefined) {
    standing.absent -= weight;
    standing.present += 1;
  } else add(home, known.choice, -weight);
  add(home, vote.choice, weight);
  votes.set(member, vote);
}

function add({ standing, terms }: Home, choice: string, weight: number): void {
  const place = placeOf(terms.config.options, choice);
  if (place === standing.weights.length) standing.abstained += weight;
  else standing.weights[place] = (standing.weights[place] ?? 0) + weight;
}

function closeIfFixed(home: Home, out: Effects): boolean {
  const { terms, standing } = home;
  if (home.outcome !== undefined || terms.config.votes === "revisable") return false;
  if (!isFixed(terms.rule, terms.config.quorum, standing)) return false;
  close(home, "votes", out);
  return true;
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

/** Tells everybody who waits, and all members until they have seen it. */
function announce(home: Home, out: Effects): void {
  if (home.outcome === undefined) return;
  const { config } = home.terms;
  const observation = { type: "decided", outcome: home.outcome } as const;
  out.push({ type: "observe", observation, ...held(home) });
  for (const id of home.waiting.splice(0)) reply(home, id, closedReply(home), out);
  home.unseen = new Set(home.terms.weights.keys());
  home.retryMs = config.retryMs;
  tellOutcome(home, out);
  out.push({ type: "timer", key: "linger", inMs: config.lingerMs });
}

/** Says again what has not been answered, ever later. */
function remind(home: Home, at: number, out: Effects): void {
  if (home.outcome !== undefined) {
    tellOutcome(home, out);
    return;
  }
  const missing = missingOf(home);
  if (missing.length > 0) send(home, missing, openMessage(home, at), out);
  again(home, out);
}

function tellOutcome(home: Home, out: Effects): void {
  if (home.outcome === undefined || home.unseen.size === 0) return;
  const { epoch } = home.terms.config;
  send(home, [...home.unseen], { type: "closed", epoch, outcome: home.outcome }, out);
  again(home, out);
}

function again(home: Home, out: Effects): void {
  out.push({ type: "timer", key: "remind", inMs: home.retryMs });
  home.retryMs = Math.min(2 * home.retryMs, Math.max(RETRY_MS_MAX, home.terms.config.retryMs));
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

function openMessage(home: Home, at: number, to?: MemberId): OpenMessage {
  const { proposal, options, epoch, votes, retryMs } = home.terms.config;
  const vote = to === undefined ? undefined : home.votes.get(to);
  return {
    type: "open",
    epoch,
    proposal,
    options,
    isRevisable: votes === "revisable",
    isDurable: home.isDurable,
    leftMs: Math.max(1, home.deadlineAt - at),
    retryMs,
    ...(vote === undefined ? {} : { recorded: { choice: vote.choice, revision: vote.revision } }),
  };
}

function closedReply({ outcome }: Home): BallotReply {
  // Asked for only where it is set.
  if (outcome === undefined) throw new Error("a ballot that is open has no outcome");
  return { type: "closed", outcome };
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

const membersOf = ({ terms }: Home): MemberId[] => [...terms.weights.keys()];

const missingOf = (home: Home): MemberId[] =>
  membersOf(home).filter((member) => !home.votes.has(member));

function persist(home: Home, records: readonly BallotRecord[], out: Effects): void {
  if (!home.isDurable) return;
  home.seq += 1;
  out.push({ type: "persist", seq: home.seq, records });
  home.index += records.length;
}

/** Of votes that are revised again and again, only the last ones are kept. */
function shorten(home: Home, out: Effects): void {
  const every = RECORDS_MIN + RECORDS_PER_MEMBER * home.terms.weights.size;
  if (!home.isDurable || home.index % every !== 0) return;
  home.seq += 1;
  out.push({ type: "snapshot", seq: home.seq, upTo: home.index });
}

/** Nothing that depends on a write is seen before it is durable. */
function held(home: Home): { readonly after?: number } {
  return home.seq > home.durableUpTo ? { after: home.seq } : {};
}

function send(
  home: Home,
  to: MemberId | readonly MemberId[],
  message: BallotMessage,
  out: Effects,
): void {
  out.push({ type: "send", to, message, ...held(home) });
}

function reply(home: Home, id: RequestId, answer: BallotReply, out: Effects): void {
  out.push({ type: "reply", id, reply: answer, ...held(home) });
}

function refuse(home: Home, id: RequestId, reason: RefusalReason, out: Effects): void {
  reply(home, id, { type: "refused", reason }, out);
}

function sendRefusal(home: Home, to: MemberId, reason: RefusalReason, out: Effects): void {
  const { epoch } = home.terms.config;
  out.push({ type: "metric", name: reason, value: 1 });
  out.push({ type: "observe", observation: { type: "refused", member: to, reason } });
  out.push({ type: "send", to, message: { type: "refused", epoch, reason } });
}
