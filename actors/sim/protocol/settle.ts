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
    const first = firstTimer(group);
    if (first === undefined || first.due > end) break;
    if (unserved(group) === undefined && allFired(group, fired)) break;
    if (first.choice.type === "timer") fired.add(`${first.choice.member} ${first.choice.key}`);
    each(first.choice);
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

type Timed = Extract<Choice, { readonly type: "timer" | "over" }>;

function firstTimer<S extends ProtocolSpec>({ members }: ProtocolGroup<S>) {
  let first: { readonly choice: Timed; readonly due: number } | undefined;
  const take = (choice: Timed, due: number | undefined): void => {
    if (due === undefined || (first !== undefined && first.due <= due)) return;
    first = { choice, due };
  };
  for (const member of members.values()) {
    const { id, over, timers } = member;
    for (const key of nextTimers(member)) {
      take({ type: "timer", member: id, key }, timers.get(key));
    }
    take({ type: "over", member: id }, over);
  }
  return first as { readonly choice: Timed; readonly due: number } | undefined;
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
