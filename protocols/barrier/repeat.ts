/**
 * A member says everything to home again until home has answered, since messages get lost, and home
 * may not be there yet.
 *
 * One timer serves all that waits. It is not set anew for each: while phases pass faster than
 * REPEAT_MS it costs nothing, and it says nothing.
 */

import { HOME } from "../../actors/index.ts";
import type { ToHome } from "./spec.ts";
import type { Item, Member, Out } from "./state.ts";

/** Milliseconds until the first repeat. Each wait is twice the one before. */
export const REPEAT_MS = 250;
/** Doublings: no wait is longer than 4 s. */
const DOUBLINGS_MAX = 4;
/** A member that nobody has asked for anything says so often that it is there. */
const GREETINGS_MAX = 6;
/** How long a command waits for a home that says nothing. */
export const SILENCE_MS = 30_000;
/** Who asks again under the id of a command so long after its deadline still gets its answer. */
const GRACE_MS = 30_000;

export function toHome(message: ToHome, out: Out): void {
  out.push({ type: "send", to: HOME, message });
}

export function sendArrival({ arrival }: Member, out: Out): void {
  if (arrival !== undefined) toHome(arrival, out);
}

/** So that home hears when this member dies. */
export function greet(member: Member, out: Out): void {
  member.n += 1;
  toHome({ type: "ask", n: member.n }, out);
  armed(member, true, out);
}

/** Something waits for an answer. */
export function armed(member: Member, isNew: boolean, out: Out): void {
  if (isNew) {
    member.repeats = 0;
    member.sentAt = member.now;
  }
  if (member.isTimed) return;
  member.isTimed = true;
  out.push({ type: "timer", key: "repeat", inMs: waitOf(member) });
}

/** Up to a quarter less for each member differently, so that they do not all speak at once. */
function waitOf({ repeats, seed }: Member): number {
  const full = REPEAT_MS * (1 << Math.min(repeats, DOUBLINGS_MAX));
  return full - (seed % (full >> 2));
}

export function repeat(member: Member, out: Out): void {
  member.isTimed = false;
  giveUp(member, out);
  if (!isWaiting(member)) return;
  const left = member.sentAt + waitOf(member) - member.now;
  if (left > 0) {
    member.isTimed = true;
    out.push({ type: "timer", key: "repeat", inMs: left });
    return;
  }
  sayAgain(member, out);
  member.repeats += 1;
  member.sentAt = member.now;
  armed(member, false, out);
}

function giveUp({ items, known, now, heardAt }: Member, out: Out): void {
  for (const { id, deadline, since } of items.values()) {
    const isSilent = now - Math.max(since, heardAt) >= SILENCE_MS;
    if (!isSilent && now - deadline < GRACE_MS) continue;
    items.delete(id);
    const type = known === undefined ? "unheard" : "unknown";
    out.push({ type: "reply", id, reply: { type, afterMs: now - since } });
  }
}

function isWaiting({ items, arrival, known, repeats }: Member): boolean {
  if (items.size > 0 || arrival !== undefined) return true;
  return known === undefined && repeats < GREETINGS_MAX;
}

function sayAgain(member: Member, out: Out): void {
  let asked = member.known === undefined ? member.n : 0;
  sendArrival(member, out);
  for (const item of member.items.values()) {
    if (member.known !== undefined && sayItemAgain(member, item, member.known.life, out)) continue;
    asked = Math.max(asked, item.ask);
  }
  if (asked > 0) toHome({ type: "ask", n: asked }, out);
}

/** False: it has only asked how things stand. */
function sayItemAgain(member: Member, item: Item, life: number, out: Out): boolean {
  const { n, phase, command, named } = item;
  if (phase !== undefined) {
    if (phase !== member.arrival?.phase) toHome({ type: "await", life, n, phase }, out);
    return true;
  }
  if (n === 0) return false;
  if (command.type === "register") toHome({ type: "register", life, n, phase: named }, out);
  if (command.type === "reset") toHome({ type: "reset", life, n, phase: named }, out);
  return true;
}
