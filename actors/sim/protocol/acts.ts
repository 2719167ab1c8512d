/** What may happen to a group next, each as one function. Who calls them decides the order. */

import type {
  Answer,
  MemberId,
  ProtocolEvent,
  ProtocolSpec,
  RequestId,
} from "../../protocol/contract.ts";
import { clientAt, requestOf } from "./client.ts";
import { decoded } from "./envelope.ts";
import { InvalidScenario } from "./errors.ts";
import type { ProtocolGroup } from "./group.ts";
import { keep } from "./kept.ts";
import { checkOver } from "./laws.ts";
import type { Member } from "./member.ts";
import { acknowledge, boot, end, step } from "./perform.ts";
import { copy } from "./plain.ts";
import type { WithoutTime } from "./scenario.ts";

type Group<S extends ProtocolSpec> = ProtocolGroup<S>;

/** Starts a member for the first time, or again with what it has kept. */
export function start<S extends ProtocolSpec>(group: Group<S>, id: MemberId): void {
  const { status } = group.find(id);
  if (status === "alive" || status === "over") throw unfit(id, `is ${status}`, "start it once");
  boot(group, group.own(id));
}

/** A client asks for its next command, or again for the one that a dead life has not answered. */
export function ask<S extends ProtocolSpec>(group: Group<S>, at: number): void {
  const client = clientAt(group.clients, at);
  const { incarnation } = group.find(client.at);
  const isNew = client.asked === 0;
  const deadline = isNew ? group.at + client.deadlineMs : client.deadline;
  group.clients = group.clients.map((one) =>
    one === client ? { ...one, asked: incarnation, deadline } : one,
  );
  const id = requestOf(group.clients, at);
  const request = client.commands[client.replies.length] as S["command"];
  command(group, client.at, id, request, deadline);
}

/** @param deadline on the group's clock */
export function command<S extends ProtocolSpec>(
  group: Group<S>,
  at: MemberId,
  id: RequestId,
  request: S["command"],
  deadline: number,
): void {
  const member = living(group, at);
  const isRepeated = member.kept.requests.includes(id);
  member.commands.set(id, false);
  const offset = group.clockOf(member) - group.at;
  const asked = { type: "command", id, deadline: deadline + offset, isRepeated } as const;
  step(group, member, { ...asked, command: copy(request) }, id);
}

/** By its place in `flight`. From an older life than it has heard of it does not arrive. */
export function deliver<S extends ProtocolSpec>(group: Group<S>, index: number): void {
  const envelope = take(group, index);
  const { from, incarnation, to, wire } = envelope;
  if (!group.find(to).isAlive) return;
  const member = group.own(to);
  if (incarnation < (member.newest.get(from) ?? 0)) return;
  member.newest.set(from, incarnation);
  const message = decoded<S>(group.protocol.peers, wire);
  step(group, member, { type: "message", from, incarnation, message });
}

export function lose<S extends ProtocolSpec>(group: Group<S>, index: number): void {
  take(group, index);
}

/** It arrives once more, which no shell lets happen. */
export function repeat<S extends ProtocolSpec>(group: Group<S>, index: number): void {
  const envelope = group.flight[index];
  if (envelope === undefined) throw noMessage(group, index);
  group.flight.push(envelope);
}

function take<S extends ProtocolSpec>(group: Group<S>, index: number) {
  const [envelope] = group.flight.splice(index, 1);
  if (envelope === undefined) throw noMessage(group, index);
  return envelope;
}

/** The time becomes that at which the timer is due, if that is later. */
export function fire<S extends ProtocolSpec>(group: Group<S>, id: MemberId, key: string): void {
  const member = living(group, id);
  const due = member.timers.get(key);
  if (due === undefined) throw unfit(id, `has no timer ${key}`, named(member.timers));
  member.timers.delete(key);
  group.at = Math.max(group.at, due);
  step(group, member, { type: "timer", key });
}

/** All writes up to this one are durable. */
export function persisted<S extends ProtocolSpec>(
  group: Group<S>,
  id: MemberId,
  upTo: number,
): void {
  const member = living(group, id);
  const { durable, seq } = member;
  if (upTo <= durable || upTo > seq) {
    throw unfit(id, `has no write ${upTo} on its way`, `they are ${durable + 1} to ${seq}`);
  }
  acknowledge(group, member, upTo);
}

export function answer<S extends ProtocolSpec>(
  group: Group<S>,
  id: MemberId,
  key: string,
  given: Answer,
): void {
  const member = living(group, id);
  if (!member.asks.delete(key)) throw unfit(id, `has not asked ${key}`, named(member.asks));
  step(group, member, { type: "answer", key, answer: copy(given) });
}

/** Somebody hears that a member has died. By its place in `deaths`. */
export function hear<S extends ProtocolSpec>(group: Group<S>, index: number): void {
  const [death] = group.deaths.splice(index, 1);
  if (death === undefined)
    throw new InvalidScenario(`nobody died as ${index}`, "take a smaller one");
  const { to, member, reason } = death;
  step(group, living(group, to), { type: "down", member, reason });
}

/** @param kept writes on their way that have reached the journal all the same */
export function crash<S extends ProtocolSpec>(group: Group<S>, id: MemberId, kept: number): void {
  const member = living(group, id);
  for (const write of member.writes.slice(0, kept)) keep(member.kept, write);
  end(group, member, "down", "killed");
}

/** The time is over for which a member goes on when its core has finished. */
export function endFinished<S extends ProtocolSpec>(group: Group<S>, id: MemberId): void {
  const member = living(group, id);
  const { over } = member;
  if (over === undefined) throw unfit(id, "has not finished", "let it finish first");
  group.at = Math.max(group.at, over);
  checkOver(member);
  end(group, member, "over", "normal");
}

export function event<S extends ProtocolSpec>(
  group: Group<S>,
  id: MemberId,
  given: WithoutTime<ProtocolEvent<S>>,
): void {
  step(group, living(group, id), copy(given));
}

/** One of the scenario's. */
export function happen<S extends ProtocolSpec>(group: Group<S>, at: number): void {
  const part = group.scenario.events?.[at];
  if (part === undefined) throw new InvalidScenario(`there is no event ${at}`, "see the scenario");
  group.events = group.events.filter((one) => one !== at);
  event(group, part.to, part.event as WithoutTime<ProtocolEvent<S>>);
}

function living<S extends ProtocolSpec>(group: Group<S>, id: MemberId): Member<S> {
  const { status } = group.find(id);
  if (status === "alive") return group.own(id);
  throw unfit(id, `is ${status}`, "start it first");
}

function unfit(id: MemberId, problem: string, advice: string): InvalidScenario {
  return new InvalidScenario(`${id} ${problem}`, advice);
}

function named(known: ReadonlyMap<string, unknown>): string {
  return known.size === 0 ? "there is none" : `there is ${[...known.keys()].join(", ")}`;
}

function noMessage<S extends ProtocolSpec>({ flight }: Group<S>, index: number): InvalidScenario {
  return new InvalidScenario(`no message ${index} is in flight`, `there are ${flight.length}`);
}
