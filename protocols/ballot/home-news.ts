/** What home tells members without being asked, and again until they have answered. */

import type { MemberId } from "../../actors/index.ts";
import { missingOf } from "./home-count.ts";
import { held, reply, send } from "./home-effects.ts";
import type { BallotReply, OpenMessage } from "./spec.ts";
import { type Effects, type Home, RETRY_MS_MAX } from "./state.ts";

/** Tells everybody who waits, and all members until they have seen it. */
export function announce(home: Home, out: Effects): void {
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
export function remind(home: Home, at: number, out: Effects): void {
  if (home.outcome !== undefined) {
    tellOutcome(home, out);
    return;
  }
  const missing = missingOf(home);
  if (missing.length > 0) send(home, missing, openMessage(home, at), out);
  again(home, out);
}

export function tellOutcome(home: Home, out: Effects): void {
  if (home.outcome === undefined || home.unseen.size === 0) return;
  const { epoch } = home.terms.config;
  send(home, [...home.unseen], { type: "closed", epoch, outcome: home.outcome }, out);
  again(home, out);
}

function again(home: Home, out: Effects): void {
  out.push({ type: "timer", key: "remind", inMs: home.retryMs });
  home.retryMs = Math.min(2 * home.retryMs, Math.max(RETRY_MS_MAX, home.terms.config.retryMs));
}

export function openMessage(home: Home, at: number, to?: MemberId): OpenMessage {
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

export function closedReply({ outcome }: Home): BallotReply {
  // Asked for only where it is set.
  if (outcome === undefined) throw new Error("a ballot that is open has no outcome");
  return { type: "closed", outcome };
}
