/**
 * What every effect of every protocol must be, whatever it means: a shell can perform it.
 *
 * Also checked by the group, where they are possible: codecs give back what they got, cores do the
 * same again (trial.ts), and what no one knows is not decoded.
 */

import type { Effect, MemberId, ProtocolSpec, RequestId } from "../../protocol/contract.ts";
import { LawBroken } from "./errors.ts";
import type { Member } from "./member.ts";
import { valueText } from "./text.ts";

/** Milliseconds that a timer waits at most, as everywhere. */
const TIMER_MS_MAX = 2 ** 31 - 1;
const KEY_CHARACTERS_MAX = 200;

/** The effects of one step, before they are performed. @throws LawBroken */
export function checkEffects<S extends ProtocolSpec>(
  member: Member<S>,
  effects: readonly Effect<S>[],
  ids: ReadonlySet<MemberId>,
): void {
  if (!Array.isArray(effects)) throw broken("step gives a list of effects", member, effects);
  const answered = new Set<RequestId>();
  let seq = member.seq;
  for (const effect of effects) {
    if (isWrite(effect)) {
      if (effect.seq !== seq + 1) throw broken(`seq counts up: ${seq + 1} is next`, member, effect);
      seq += 1;
    }
    checkEffect(member, effect, ids, answered);
  }
  for (const effect of effects) {
    const { after } = effect as { readonly after?: unknown };
    if (after === undefined) continue;
    const isSeq = Number.isInteger(after) && (after as number) >= 0 && (after as number) <= seq;
    if (!isSeq) throw broken(`after is a write up to ${seq}`, member, effect);
  }
}

export function isWrite<S extends ProtocolSpec>(
  effect: Effect<S>,
): effect is Extract<Effect<S>, { readonly seq: number }> {
  return "seq" in effect;
}

function checkEffect<S extends ProtocolSpec>(
  member: Member<S>,
  effect: Effect<S>,
  ids: ReadonlySet<MemberId>,
  answered: Set<RequestId>,
): void {
  const demand = (holds: boolean, law: string): void => {
    if (!holds) throw broken(law, member, effect);
  };
  switch (effect.type) {
    case "send":
      for (const to of [effect.to].flat()) demand(ids.has(to), "sends go to members");
      return;
    case "reply":
      demand(member.commands.has(effect.id), "replies are for commands of this life");
      demand(!member.commands.get(effect.id) && !answered.has(effect.id), "one reply each");
      answered.add(effect.id);
      return;
    case "timer":
      demand(isKey(effect.key), `keys have 1 to ${KEY_CHARACTERS_MAX} characters`);
      demand(effect.inMs >= 0 && effect.inMs <= TIMER_MS_MAX, `0 to ${TIMER_MS_MAX} ms`);
      return;
    case "ask":
      demand(isKey(effect.key), `keys have 1 to ${KEY_CHARACTERS_MAX} characters`);
      demand(effect.withinMs > 0 && effect.withinMs <= TIMER_MS_MAX, `1 to ${TIMER_MS_MAX} ms`);
      return;
    case "monitor":
    case "demonitor":
      return demand(ids.has(effect.member), "members are watched");
    case "metric":
      return demand(Number.isFinite(effect.value), "metrics are finite");
    case "finish":
      return demand(effect.participants >= 0, "participants are counted");
    case "fail":
      throw broken("what must not be is not", member, effect);
    case "persist":
      return demand(effect.records.length > 0, "what is persisted is something");
  }
}

function isKey(key: unknown): boolean {
  return typeof key === "string" && key.length >= 1 && key.length <= KEY_CHARACTERS_MAX;
}

/**
 * Somebody who waits when its time is over would wait for ever, and what waits for a write is never
 * said: who finishes before its last write is durable may be over before that, too.
 */
export function checkOver<S extends ProtocolSpec>(member: Member<S>): void {
  const [held] = member.held;
  if (held !== undefined) throw broken("who is over has said all: finish has after", member, held);
  for (const [id, answered] of member.commands) {
    if (!answered) throw new LawBroken("who is over has answered all", `${member.id}: ${id} waits`);
  }
}

function broken<S extends ProtocolSpec>(law: string, member: Member<S>, what: unknown): LawBroken {
  return new LawBroken(law, `${member.id}: ${valueText(what)}`);
}
