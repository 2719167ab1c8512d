/**
 * All that can happen to a group next, with a text for each, by which a path is walked again.
 *
 *     must     start, command, deliver, down, durable, answer, restart, events
 *     may      lose, repeat, timer, over, crash: faults and impatience, of which a walk has so many
 */

import type { Answer, MemberId, ProtocolSpec } from "../../protocol/contract.ts";
import * as acts from "./acts.ts";
import { isServed, requestOf } from "./client.ts";
import type { ProtocolGroup } from "./group.ts";
import type { Member } from "./member.ts";
import { taggedText } from "./text.ts";

export type Choice =
  | { readonly type: "start"; readonly member: MemberId }
  | { readonly type: "command"; readonly client: number }
  | { readonly type: "deliver" | "lose" | "repeat"; readonly index: number }
  | { readonly type: "down"; readonly index: number }
  | { readonly type: "timer"; readonly member: MemberId; readonly key: string }
  | { readonly type: "over"; readonly member: MemberId }
  | { readonly type: "durable"; readonly member: MemberId; readonly upTo: number }
  | {
      readonly type: "answer";
      readonly member: MemberId;
      readonly key: string;
      readonly answer: Answer;
    }
  | { readonly type: "event"; readonly index: number }
  | { readonly type: "crash"; readonly member: MemberId; readonly kept: number };

/** What need not happen. */
export type Fault = "lose" | "repeat" | "timer" | "crash";

/** Undefined for what must happen sooner or later. */
export function faultOf({ type }: Choice): Fault | undefined {
  switch (type) {
    case "lose":
    case "repeat":
    case "timer":
    case "crash":
      return type;
    case "over":
      return "timer";
    default:
      return undefined;
  }
}

/**
 * @param may which faults are listed, too
 * @param distinct of messages that make no difference, only one
 */
export function choicesOf<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  may: (fault: Fault) => boolean,
  distinct = true,
): Choice[] {
  const choices: Choice[] = [];
  for (const member of group.members.values()) memberChoices(group, member, may, choices);
  group.deaths.forEach((_, index) => void choices.push({ type: "down", index }));
  group.clients.forEach((_, client) => {
    if (isReady(group, client)) choices.push({ type: "command", client });
  });
  for (const index of group.events) {
    const to = group.scenario.events?.[index]?.to;
    if (to !== undefined && group.find(to).isAlive) choices.push({ type: "event", index });
  }
  const places = distinct ? distinctIn(group) : group.flight.keys();
  for (const index of places) {
    choices.push({ type: "deliver", index });
    if (may("lose")) choices.push({ type: "lose", index });
    if (may("repeat")) choices.push({ type: "repeat", index });
  }
  return choices;
}

/** A client can ask: for the first time, or again after the death of whom it has asked. */
export function isReady<S extends ProtocolSpec>(group: ProtocolGroup<S>, at: number): boolean {
  const client = group.clients[at];
  if (client === undefined || isServed(client)) return false;
  const { isAlive, incarnation } = group.find(client.at);
  return isAlive && client.asked < incarnation;
}

/** A member that does not live and may be started. */
export function mayStart<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  { status }: Member<S>,
): boolean {
  if (status !== "down") return status === "absent";
  return group.scenario.durable === true || group.protocol.lifetime === "service";
}

/** Timers of one member fire in the order in which they are due. */
export function nextTimers<S extends ProtocolSpec>({ timers }: Member<S>): string[] {
  const first = Math.min(...timers.values());
  return [...timers].filter(([, due]) => due === first).map(([key]) => key);
}

function memberChoices<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  member: Member<S>,
  may: (fault: Fault) => boolean,
  choices: Choice[],
): void {
  const { id } = member;
  if (mayStart(group, member)) choices.push({ type: "start", member: id });
  if (!member.isAlive) return;
  const { durable, seq, writes } = member;
  if (writes.length > 0) choices.push({ type: "durable", member: id, upTo: durable + 1 });
  if (writes.length > 1) choices.push({ type: "durable", member: id, upTo: seq });
  for (const [key, question] of member.asks) {
    for (const answer of answersOf(group, question, id)) {
      choices.push({ type: "answer", member: id, key, answer });
    }
  }
  if (may("timer")) {
    for (const key of nextTimers(member)) choices.push({ type: "timer", member: id, key });
    if (member.over !== undefined) choices.push({ type: "over", member: id });
  }
  if (!may("crash")) return;
  const most = group.scenario.durable === true ? writes.length : 0;
  for (let kept = 0; kept <= most; kept += 1) choices.push({ type: "crash", member: id, kept });
}

/** None at all: what the shell says when the time is over. */
const NO_ANSWER: Answer = { type: "failed", code: "ERR_CALL_TIMEOUT", message: "no answer" };

export function answersOf<S extends ProtocolSpec>(
  { scenario }: ProtocolGroup<S>,
  question: S["question"],
  member: MemberId,
): readonly Answer[] {
  const answers = scenario.answers?.(question, member) ?? [];
  return answers.length === 0 ? [NO_ANSWER] : answers;
}

function distinctIn<S extends ProtocolSpec>({ flight }: ProtocolGroup<S>): number[] {
  const known = new Set<string>();
  const places: number[] = [];
  for (const [index, envelope] of flight.entries()) {
    const { low, high } = envelope.digest();
    const digest = `${low} ${high}`;
    if (!known.has(digest)) places.push(index);
    known.add(digest);
  }
  return places;
}

/** @throws LawBroken, and whatever `watch` throws */
export function apply<S extends ProtocolSpec>(group: ProtocolGroup<S>, choice: Choice): void {
  act(group, choice);
  group.look();
}

function act<S extends ProtocolSpec>(group: ProtocolGroup<S>, choice: Choice): void {
  switch (choice.type) {
    case "start":
      return acts.start(group, choice.member);
    case "command":
      return acts.ask(group, choice.client);
    case "deliver":
      return acts.deliver(group, choice.index);
    case "lose":
      return acts.lose(group, choice.index);
    case "repeat":
      return acts.repeat(group, choice.index);
    case "down":
      return acts.hear(group, choice.index);
    case "timer":
      return acts.fire(group, choice.member, choice.key);
    case "over":
      return acts.endFinished(group, choice.member);
    case "durable":
      return acts.persisted(group, choice.member, choice.upTo);
    case "answer":
      return acts.answer(group, choice.member, choice.key, choice.answer);
    case "event":
      return acts.happen(group, choice.index);
    case "crash":
      return acts.crash(group, choice.member, choice.kept);
  }
}

/** The same text for the same choice, whatever happened before: nothing is counted in it. */
export function choiceText<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  choice: Choice,
): string {
  switch (choice.type) {
    case "start":
      return `start ${choice.member}`;
    case "command": {
      const { at, commands, replies } = group.clients[choice.client] ?? NOBODY;
      const id = requestOf(group.clients, choice.client);
      return `command ${at} ${id} ${taggedText(commands[replies.length])}`;
    }
    case "deliver":
    case "lose":
    case "repeat":
      return `${choice.type} ${messageText(group, choice.index)}`;
    case "down": {
      const { to, member, reason } = group.deaths[choice.index] ?? NO_DEATH;
      return `down ${to} ${member} ${reason}`;
    }
    case "timer":
      return `timer ${choice.member} ${choice.key}`;
    case "over":
      return `over ${choice.member}`;
    case "durable":
      return `durable ${choice.member} ${choice.upTo}`;
    case "answer":
      return `answer ${choice.member} ${choice.key} ${taggedText(choice.answer)}`;
    case "event": {
      const part = group.scenario.events?.[choice.index];
      return `event ${part?.to} ${taggedText(part?.event)}`;
    }
    case "crash":
      return `crash ${choice.member} ${choice.kept} writes kept`;
  }
}

const NOBODY = { at: "", commands: [], replies: [] };
const NO_DEATH = { to: "", member: "", reason: "" };

function messageText<S extends ProtocolSpec>(group: ProtocolGroup<S>, index: number): string {
  const envelope = group.flight[index];
  if (envelope === undefined) return "nothing";
  const { from, incarnation, to, message } = envelope;
  const life = incarnation === 1 ? "" : ` (life ${incarnation})`;
  return `${from}→${to} ${taggedText(message)}${life}`;
}
