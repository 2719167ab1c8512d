/**
 * Whether a core would write for an event, without its being changed: while a journal has no room,
 * a member goes on with what needs none.
 *
 *     event ──▶ step, of a copy ──▶ a write?  yes: the event is refused
 *                  ▲      └─ what it sends to itself ─┐
 *                  └──────────────────────────────────┘
 *
 * A core is pure, so what the copy does now is what the core itself will do. Costs a copy of the
 * state, so it is for hard times only.
 */

import type { Effect, MemberId, Protocol, ProtocolEvent, ProtocolSpec } from "./contract.ts";

/** Events that one event may make a member send to itself; whoever sends more is refused. */
const OWN_EVENTS_MAX = 100;

const WRITES: readonly string[] = ["persist", "truncate", "snapshot", "metadata"];

export interface DryMember<S extends ProtocolSpec> {
  readonly protocol: Protocol<S>;
  readonly state: S["state"];
  readonly id: MemberId;
  readonly incarnation: number;
  /** The last write that is durable: what waits for a later one is not carried out yet. */
  readonly durable: number;
}

export function wouldWrite<S extends ProtocolSpec>(
  { protocol, state, id, incarnation, durable }: DryMember<S>,
  event: ProtocolEvent<S>,
): boolean {
  // Plain data, as the contract has it.
  const copy = structuredClone(state);
  const events = [event];
  // It grows while it is walked through.
  for (const next of events) {
    if (events.length > OWN_EVENTS_MAX) return true;
    for (const effect of protocol.step(copy, next)) {
      if (WRITES.includes(effect.type)) return true;
      const message = ownMessage(effect, id, durable);
      if (message === undefined) continue;
      events.push({ type: "message", at: event.at, from: id, incarnation, message });
    }
  }
  return false;
}

function ownMessage<S extends ProtocolSpec>(
  effect: Effect<S>,
  id: MemberId,
  durable: number,
): S["message"] | undefined {
  if (effect.type !== "send" || (effect.after ?? 0) > durable) return undefined;
  return [effect.to].flat().includes(id) ? effect.message : undefined;
}
