/**
 * At-least-once delivery with de-duplication: every message that was acknowledged is handled, as
 * often as it takes, and has its effect exactly once.
 *
 *     sent ──► acknowledged ──► handled, handled, … ──► one effect
 *
 * A message that was sent and never acknowledged may be lost, and may have its one effect. The
 * verdict is about a run that has come to rest: before that, a message on its way counts as lost.
 *
 * @source at-least-once with idempotent receivers, as in Hohpe & Woolf, "Enterprise Integration
 *   Patterns", 2003; acknowledged means durable, as Jepsen's checkers of queues count it.
 */

import { InvalidHistory } from "./errors.ts";
import { type Finding, Findings } from "./findings.ts";
import { shown } from "./plain.ts";

export type MessageId = string | number;

export interface DeliveryEvent {
  /**
   * The sender sent it (again), was told that it is safe; the receiver handled it; what it is for
   * was done.
   */
  readonly type: "sent" | "acknowledged" | "handled" | "effect";
  readonly message: MessageId;
}

export type DeliveryProblem =
  /** Acknowledged, and never handled. */
  | "lost"
  /** Acknowledged and handled, without an effect. */
  | "no effect"
  /** More than one effect. */
  | "repeated effect"
  /** An effect that no handling had. */
  | "effect without handling"
  /** Acknowledged, handled or in effect, and never sent before that. */
  | "never sent";

export interface Delivery {
  readonly verdict: "ok" | "violation";
  /** Messages, each counted once. */
  readonly sent: number;
  readonly acknowledged: number;
  readonly handled: number;
  readonly effects: number;
  /** Handlings after the first of a message, all together. */
  readonly duplicates: number;
  /** The first of them, up to 100; `problemCount` says how many there are. */
  readonly problems: readonly Finding<DeliveryProblem>[];
  readonly problemCount: number;
  readonly text: string;
}

interface Life {
  sent: boolean;
  acknowledged: boolean;
  handled: number;
  effects: number;
  neverSent: boolean;
  tooEarly: boolean;
}

const TYPES: ReadonlySet<unknown> = new Set(["sent", "acknowledged", "handled", "effect"]);

/**
 * Checks the events of a whole run, in their order. Costs one entry of a map per message.
 *
 * Throws InvalidHistory (`ERR_INVALID_HISTORY`).
 */
export function checkDelivery(events: Iterable<DeliveryEvent>): Delivery {
  const lives = new Map<MessageId, Life>();
  let index = 0;
  for (const event of events) {
    checkEvent(event, index);
    follow(lives, event);
    index += 1;
  }
  const findings = new Findings<DeliveryProblem>();
  const count = { sent: 0, acknowledged: 0, handled: 0, effects: 0, duplicates: 0 };
  for (const [message, life] of lives) {
    count.sent += Number(life.sent);
    count.acknowledged += Number(life.acknowledged);
    count.handled += Number(life.handled > 0);
    count.effects += Number(life.effects > 0);
    count.duplicates += Math.max(0, life.handled - 1);
    for (const problem of problemsOf(life)) findings.add(message, problem);
  }
  const { problems, problemCount, verdict } = findings;
  const summary =
    `${count.sent} sent, ${count.acknowledged} acknowledged, ${count.handled} handled ` +
    `(${count.duplicates} duplicates), ${count.effects} with an effect`;
  const text = findings.text("delivered at least once, with one effect", summary);
  return { verdict, ...count, problems, problemCount, text };
}

function follow(lives: Map<MessageId, Life>, { type, message }: DeliveryEvent): void {
  let life = lives.get(message);
  if (life === undefined) {
    life = {
      sent: false,
      acknowledged: false,
      handled: 0,
      effects: 0,
      neverSent: false,
      tooEarly: false,
    };
    lives.set(message, life);
  }
  if (type === "sent") {
    life.sent = true;
    return;
  }
  if (!life.sent) life.neverSent = true;
  if (type === "acknowledged") life.acknowledged = true;
  else if (type === "handled") life.handled += 1;
  else {
    life.effects += 1;
    if (life.handled === 0) life.tooEarly = true;
  }
}

function problemsOf(life: Life): DeliveryProblem[] {
  const problems: DeliveryProblem[] = [];
  if (life.neverSent) problems.push("never sent");
  if (life.acknowledged && life.handled === 0) problems.push("lost");
  if (life.acknowledged && life.handled > 0 && life.effects === 0) problems.push("no effect");
  if (life.effects > 1) problems.push("repeated effect");
  if (life.tooEarly) problems.push("effect without handling");
  return problems;
}

function checkEvent(event: DeliveryEvent, index: number): void {
  const advice = 'record { type: "sent" | "acknowledged" | "handled" | "effect", message }';
  if (!TYPES.has(event?.type)) {
    throw new InvalidHistory(index, `its type is ${shown(event?.type)}`, advice);
  }
  const message: unknown = event.message;
  if (typeof message !== "string" && typeof message !== "number") {
    const problem = `its message is ${shown(message)}, and must be a string or a number`;
    throw new InvalidHistory(index, problem, advice);
  }
}
