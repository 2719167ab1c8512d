/**
 * What tests of a protocol play with: who takes part, what is asked for, and what may go on.
 *
 *     const scenario: ProtocolScenario<Spec> = {
 *       members: { home: { config: { count: 2 } }, a: {}, b: {} },
 *       clients: [{ at: "a", commands: [{ type: "arrive" }] }, …],
 *     };
 */

import type { Answer, MemberId, ProtocolEvent, ProtocolSpec } from "../../protocol/contract.ts";
import { InvalidScenario } from "./errors.ts";

export interface ProtocolScenario<S extends ProtocolSpec> {
  /** By id. One that has a config creates the instance. */
  readonly members: Readonly<Record<MemberId, MemberPart<S>>>;
  readonly clients?: readonly ClientPart<S>[];
  /**
   * Members keep what they persist over a crash, and are started again with it. Default false: who
   * crashes stays dead.
   */
  readonly durable?: boolean;
  /**
   * What a participant may answer: all of it is walked through, a random run takes any. Default,
   * and for an empty list: there is no answer in time.
   */
  readonly answers?: (question: S["question"], member: MemberId) => readonly Answer[];
  /** Views and health: each once, at any time. */
  readonly events?: readonly EventPart<S>[];
  /** Of all members' randomness, by which each has its own; default 1. */
  readonly seed?: number;
}

export interface MemberPart<S extends ProtocolSpec> {
  readonly config?: S["config"];
  /** It is started at any time; by default all are at first, in their order. */
  readonly late?: boolean;
}

/** Somebody with a request after the other: the next when the last one has been answered. */
export interface ClientPart<S extends ProtocolSpec> {
  /** The member that it asks. */
  readonly at: MemberId;
  readonly commands: readonly S["command"][];
  /** Milliseconds from the command on, default 30 000. */
  readonly deadlineMs?: number;
}

export interface EventPart<S extends ProtocolSpec> {
  readonly to: MemberId;
  readonly event: WithoutTime<Extract<ProtocolEvent<S>, { readonly type: "view" | "health" }>>;
}

export type WithoutTime<Event> = Event extends unknown ? Omit<Event, "at"> : never;

export const DEADLINE_MS = 30_000;

/** @throws InvalidScenario (ERR_INVALID_SCENARIO) */
export function checkScenario<S extends ProtocolSpec>(scenario: ProtocolScenario<S>): void {
  const ids = Object.keys(scenario.members);
  if (ids.length === 0) throw new InvalidScenario("it has no members", "name one at least");
  const known = (id: MemberId, who: string): void => {
    if (ids.includes(id)) return;
    const advice = `it must be one of ${ids.join(", ")}`;
    throw new InvalidScenario(`${who} is for ${JSON.stringify(id)}`, advice);
  };
  for (const { at } of scenario.clients ?? []) known(at, "a client");
  for (const { to } of scenario.events ?? []) known(to, "an event");
}
