/** One step of one member, and what becomes of its effects. */

import type {
  Boot,
  Effect,
  MemberId,
  ProtocolEvent,
  ProtocolSpec,
  RequestId,
} from "../../protocol/contract.ts";
import { stepAgain } from "./again.ts";
import { replied } from "./client.ts";
import { decoded, Envelope, encoded } from "./envelope.ts";
import { LawBroken } from "./errors.ts";
import type { ProtocolGroup } from "./group.ts";
import { keep, recoveredFrom } from "./kept.ts";
import { checkEffects, isWrite } from "./laws.ts";
import type { Member } from "./member.ts";
import { copy, freeze } from "./plain.ts";
import type { WithoutTime } from "./scenario.ts";

/** Steps that a member's messages to itself set off: more are a circle. */
const SELF_MAX = 1000;
/** For so long a member goes on when its core has finished, as a shell does. */
const LINGER_MS = 5000;
const TOTAL = "init and step throw for nothing that comes from outside";

/** Lets the member begin a life. */
export function boot<S extends ProtocolSpec>(group: ProtocolGroup<S>, member: Member<S>): void {
  member.begin();
  const { id, index, kept } = member;
  const { durable = false, members, seed = 1 } = group.scenario;
  const boot: Boot<S> = {
    self: id,
    instance: "test",
    config: copy(members[id]?.config),
    isDurable: durable,
    seed: (seed * 1000 + index) >>> 0,
    at: group.clockOf(member),
    recovered: durable ? recoveredFrom(kept) : undefined,
  };
  member.state = total(() => group.protocol.init(boot), `${id}: init`);
  step(group, member, { type: "start" });
}

/** @param request the command, whose step it is */
export function step<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  member: Member<S>,
  event: WithoutTime<ProtocolEvent<S>>,
  request?: RequestId,
): void {
  stepOnce(group, member, event, request);
  for (let steps = 0; member.isAlive && member.mine.length > 0; steps += 1) {
    if (steps > SELF_MAX) throw new LawBroken("a circle ends", `${member.id} sends to itself`);
    const { id: from, incarnation } = member;
    const message = decoded(group.protocol.peers, member.mine.shift());
    stepOnce(group, member, { type: "message", from, incarnation, message }, undefined);
  }
  if (group.scenario.durable !== true && member.isAlive && member.durable < member.seq) {
    acknowledge(group, member, member.seq);
  }
}

/** Makes writes durable, lets go of what waits for them, and tells the core. */
export function acknowledge<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  member: Member<S>,
  upTo: number,
): void {
  const count = upTo - member.durable;
  for (const write of member.writes.slice(0, count)) keep(member.kept, write);
  member.writes = member.writes.slice(count);
  member.durable = upTo;
  const ready = member.held.filter(({ after }) => after <= upTo);
  member.held = member.held.filter(({ after }) => after > upTo);
  for (const { effect } of ready) release(group, member, effect);
  if (member.isAlive) step(group, member, { type: "durable", upTo });
}

function stepOnce<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  member: Member<S>,
  event: WithoutTime<ProtocolEvent<S>>,
  request: RequestId | undefined,
): void {
  const { protocol } = group;
  const state = member.state as S["state"]; // It has begun a life.
  // The time is all that was left out.
  const timed = { ...event, at: group.clockOf(member) } as ProtocolEvent<S>;
  const again = group.doubts?.() === true ? stepAgain(protocol, state, timed) : undefined;
  const effects = total(() => protocol.step(state, timed), `${member.id}: ${event.type}`);
  // As a shell's system may do (development): a core that changes what it has sent throws then.
  freeze(effects, 0);
  group.listener?.(member.id, timed, effects);
  again?.(effects);
  checkEffects(member, effects, group.ids);
  for (const effect of effects) {
    if (isWrite(effect)) write(group, member, effect, request);
    else hold(group, member, effect);
  }
}

function total<Result>(run: () => Result, what: string): Result {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof LawBroken) throw cause;
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new LawBroken(TOTAL, `${what} threw ${text}`, { cause });
  }
}

function write<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  member: Member<S>,
  effect: Extract<Effect<S>, { readonly seq: number }>,
  request: RequestId | undefined,
): void {
  member.seq = effect.seq;
  const isSnapshot = effect.type === "snapshot";
  if (isSnapshot && group.protocol.snapshot === undefined) {
    throw new LawBroken("who keeps a snapshot can make one", `${member.id} has no snapshot`);
  }
  const state = member.state as S["state"]; // The step was its.
  const data = isSnapshot ? copy(group.protocol.snapshot?.(state)) : undefined;
  member.writes.push({ effect: copy(effect), data, request });
}

function hold<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  member: Member<S>,
  effect: Effect<S>,
): void {
  if (effect.type === "reply") member.commands.set(effect.id, true);
  const after = "after" in effect ? (effect.after ?? 0) : 0;
  if (after > member.durable) member.held.push({ after, effect: copy(effect) });
  else release(group, member, effect);
}

function release<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  member: Member<S>,
  effect: Effect<S>,
): void {
  switch (effect.type) {
    case "send":
      return send(group, member, effect);
    case "reply":
      group.clients = replied(group.clients, effect.id, copy(effect.reply));
      return;
    case "timer":
      member.timers.set(effect.key, group.at + effect.inMs);
      return;
    case "cancel":
      member.timers.delete(effect.key);
      return;
    case "ask":
      member.asks.set(effect.key, copy(effect.question));
      return;
    case "monitor":
      return monitor(group, member, effect.member);
    case "demonitor":
      member.monitored.delete(effect.member);
      group.deaths = group.deaths.filter(
        ({ to, member: dead }) => to !== member.id || dead !== effect.member,
      );
      return;
    case "observe":
      member.observations.push(copy(effect.observation));
      return;
    case "finish":
      member.over ??= group.at + LINGER_MS;
      return;
  }
}

function send<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  member: Member<S>,
  { to: ids, message }: Extract<Effect<S>, { readonly type: "send" }>,
): void {
  const wire = encoded<S>(group.protocol.peers, message);
  for (const to of [ids].flat()) {
    if (to === member.id) member.mine.push(wire);
    else group.flight.push(new Envelope(member.id, member.incarnation, to, wire, message));
  }
}

/** Who is dead already, or not there yet, is told at once. */
function monitor<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  member: Member<S>,
  other: MemberId,
): void {
  member.monitored.add(other);
  if (group.find(other).isAlive) return;
  member.monitored.delete(other);
  group.deaths.push({ to: member.id, member: other, reason: "noproc" });
}

/** The end of a life, of which those hear who watch it. */
export function end<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  member: Member<S>,
  status: "down" | "over",
  reason: string,
): void {
  member.end(status);
  group.deaths = group.deaths.filter(({ to }) => to !== member.id);
  for (const { id, isAlive, monitored } of group.members.values()) {
    if (!isAlive || !monitored.has(member.id)) continue;
    group.own(id).monitored.delete(member.id);
    group.deaths.push({ to: id, member: member.id, reason });
  }
}
