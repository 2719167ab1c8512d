/**
 * The end of a walk or a run: no more faults, everybody is started again, all messages arrive, and
 * timers fire in their order. What has to happen in time has to happen here.
 */

import type { ProtocolSpec } from "../../protocol/contract.ts";
import { apply, type Choice, choicesOf, nextTimers } from "./choices.ts";
import { isServed } from "./client.ts";
import { LawBroken } from "./errors.ts";
import { digestOf, type ProtocolGroup } from "./group.ts";
import type { Member } from "./member.ts";

/** Milliseconds that the group is given, by default, and steps. */
export const SETTLE_MS = 60_000;
const STEPS_MAX = 20_000;

/** Asked when a group has come to rest; throws for what must not be, or not be left undone. */
export type AtEnd<S extends ProtocolSpec> = (group: ProtocolGroup<S>) => void;

/**
 * Plays on until nobody waits and timers change nothing any more, or until the time is over. Then
 * all that can be answered must be answered, and `atEnd` is asked.
 */
export function settle<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  { atEnd, settleMs = SETTLE_MS }: { atEnd?: AtEnd<S> | undefined; settleMs?: number | undefined },
  each: (choice: Choice) => void = (choice) => apply(group, choice),
): void {
  const end = group.at + settleMs;
  const fired = new Set<string>();
  let states = "";
  for (let steps = 0; steps < STEPS_MAX; steps += 1) {
    const [must] = choicesOf(group, () => false);
    if (must !== undefined) {
      each(must);
      continue;
    }
    const now = digestOf(group);
    if (now !== states) fired.clear();
    states = now;
    const timer = firstTimer(group);
    if (timer === undefined || timer.due > end) break;
    const name = `${timer.member} ${timer.key}`;
    if (unserved(group) === undefined && allFired(group, fired)) break;
    fired.add(name);
    each({ type: "timer", member: timer.member, key: timer.key });
  }
  const waits = unserved(group);
  if (waits !== undefined) {
    throw new LawBroken("who asks a member that lives is answered", `${waits} waits in the end`);
  }
  atEnd?.(group);
}

/** A client whose member lives and that was not answered all, in words. */
function unserved<S extends ProtocolSpec>({
  clients,
  members,
}: ProtocolGroup<S>): string | undefined {
  const at = clients.findIndex((one) => !isServed(one) && members.get(one.at)?.isAlive === true);
  return at < 0 ? undefined : `client ${at} of ${clients[at]?.at}`;
}

function firstTimer<S extends ProtocolSpec>({ members }: ProtocolGroup<S>) {
  let first: { member: string; key: string; due: number } | undefined;
  for (const member of members.values()) {
    const [key] = nextTimers(member);
    const due = key === undefined ? undefined : member.timers.get(key);
    if (key === undefined || due === undefined) continue;
    if (first === undefined || due < first.due) first = { member: member.id, key, due };
  }
  return first;
}

/** All timers have fired since a state has changed last: so they change nothing. */
function allFired<S extends ProtocolSpec>(
  { members }: ProtocolGroup<S>,
  fired: ReadonlySet<string>,
): boolean {
  const isFired = ({ id, timers }: Member<S>): boolean =>
    [...timers.keys()].every((key) => fired.has(`${id} ${key}`));
  return [...members.values()].every(isFired);
}
