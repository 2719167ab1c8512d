/**
 * Conservation: every message that was sent is in exactly one state.
 *
 *     sent = handled + dead-lettered + dropped + queued
 *
 * Checked for each message by its number, because sums agree also when one message is lost and
 * another one handled twice.
 */

import type { MessageId } from "./delivery.ts";
import { InvalidHistory } from "./errors.ts";
import { type Finding, Findings } from "./findings.ts";
import { shown } from "./plain.ts";

export interface MessageStates {
  readonly sent: Iterable<MessageId>;
  readonly handled: Iterable<MessageId>;
  /** None by default, as the next two. */
  readonly deadLettered?: Iterable<MessageId>;
  readonly dropped?: Iterable<MessageId>;
  /** Still waiting, in a mailbox or on the way. */
  readonly queued?: Iterable<MessageId>;
}

const STATES = ["handled", "deadLettered", "dropped", "queued"] as const;
type State = (typeof STATES)[number];

export interface MessageCounts {
  readonly sent: number;
  readonly handled: number;
  readonly deadLettered: number;
  readonly dropped: number;
  readonly queued: number;
}

export type ConservationProblem =
  /** Sent, and in no state. */
  | "lost"
  /** In a state, and never sent. */
  | "never sent"
  /** In two states, or twice in one: which ones. */
  | `${State} and ${State}`;

export interface Conservation extends MessageCounts {
  readonly verdict: "ok" | "violation";
  /** The first of them, up to 100; `problemCount` says how many there are. */
  readonly problems: readonly Finding<ConservationProblem>[];
  readonly problemCount: number;
  /** Counters that differ from what was counted: what they say, and what it is. */
  readonly counters: readonly { name: keyof MessageCounts; says: number; is: number }[];
  readonly text: string;
}

/**
 * Checks where each message is, at one moment; and the counters of a system, if they are given,
 * against what was counted. Costs one entry of a map per message.
 *
 * Throws InvalidHistory (`ERR_INVALID_HISTORY`) if a number was sent twice.
 */
export function checkConservation(
  states: MessageStates,
  counters: Partial<MessageCounts> = {},
): Conservation {
  const findings = new Findings<ConservationProblem>();
  const places = new Map<MessageId, State | "nowhere">();
  for (const message of states.sent) {
    checkMessage(message);
    if (places.has(message)) {
      const problem = `message ${shown(message)} was sent twice`;
      throw new InvalidHistory(-1, problem, "give each message a number of its own");
    }
    places.set(message, "nowhere");
  }
  const counts = { sent: places.size, handled: 0, deadLettered: 0, dropped: 0, queued: 0 };
  for (const state of STATES) {
    for (const message of states[state] ?? []) {
      checkMessage(message);
      counts[state] += 1;
      const before = places.get(message);
      if (before === undefined) findings.add(message, "never sent");
      else if (before === "nowhere") places.set(message, state);
      else findings.add(message, `${before} and ${state}`);
    }
  }
  for (const [message, place] of places) {
    if (place === "nowhere") findings.add(message, "lost");
  }
  return concluded(findings, counts, counters);
}

function concluded(
  findings: Findings<ConservationProblem>,
  counts: MessageCounts,
  counters: Partial<MessageCounts>,
): Conservation {
  const names = ["sent", ...STATES] as const;
  const wrong = names.flatMap((name) => {
    const says = counters[name];
    return says === undefined || says === counts[name] ? [] : [{ name, says, is: counts[name] }];
  });
  const { problems, problemCount } = findings;
  const summary =
    `${counts.sent} sent, ${counts.handled} handled, ${counts.deadLettered} dead-lettered, ` +
    `${counts.dropped} dropped, ${counts.queued} queued`;
  const lines = wrong.map(({ name, says, is }) => `  counter ${name}: ${says}, and it is ${is}`);
  const verdict = wrong.length > 0 ? "violation" : findings.verdict;
  const text = [findings.text("conserved", summary), ...lines].join("\n");
  return { verdict, ...counts, problems, problemCount, counters: wrong, text };
}

function checkMessage(message: unknown): void {
  if (typeof message === "string" || typeof message === "number") return;
  const problem = `${shown(message)} is no number of a message`;
  throw new InvalidHistory(-1, problem, "number messages with strings or numbers");
}
