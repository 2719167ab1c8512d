/** What a voter says to home, and again until home has answered. */

import { HOME } from "../../actors/index.ts";
import { type Effects, RETRY_MS_MAX, type Voter } from "./state.ts";

/** Until home has told how often to repeat. */
const RETRY_MS = 200;

/** Says again what home has not answered, ever later. */
export function speak(voter: Voter, out: Effects): void {
  if (voter.ballot === undefined) out.push({ type: "send", to: HOME, message: { type: "join" } });
  else if (!isSettled(voter)) sendVote(voter, out);
  else {
    voter.retryMs = 0;
    return;
  }
  voter.retryMs = Math.min(2 * voter.retryMs, Math.max(RETRY_MS_MAX, voter.ballot?.retryMs ?? 0));
  out.push({ type: "timer", key: "speak", inMs: voter.retryMs });
}

export function speakSoon(voter: Voter, out: Effects): void {
  if (voter.retryMs > 0) return;
  voter.retryMs = voter.ballot?.retryMs ?? RETRY_MS;
  out.push({ type: "timer", key: "speak", inMs: voter.retryMs });
}

export function stopSpeaking(voter: Voter, out: Effects): void {
  if (voter.retryMs === 0) return;
  voter.retryMs = 0;
  out.push({ type: "cancel", key: "speak" });
}

export function sendVote({ vote, ballot }: Voter, out: Effects): void {
  if (vote === undefined || ballot === undefined) return;
  const { epoch } = ballot;
  out.push({ type: "send", to: HOME, message: { type: "vote", epoch, ...vote } });
}

/** Whether home counts what the member says. */
export function isSettled({ vote, recorded }: Voter): boolean {
  if (vote === undefined) return true;
  return recorded?.revision === vote.revision && recorded.choice === vote.choice;
}
