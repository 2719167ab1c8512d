/**
 * What a member does with what its clients ask for: it tells home, and tells it again until home
 * has answered.
 *
 *     command ──▶ is home known? ──no──▶ ask ──welcome──┐
 *                   │ yes                               │
 *                   ▼                                   ▼
 *     arrive: is phase `next` open? ──no, it is broken──▶ ask whether it has been reset
 *                   │ yes
 *                   ▼
 *              arrived p ──again, with back-off (repeat.ts)──▶ passed p, broken p ──▶ reply
 *
 * It tells home of a phase only once it knows it to be open, so each arrival has one outcome. And
 * it goes on from a broken phase only once it has told a client of it: nobody misses one.
 */

import { armed, sendArrival, toHome } from "./repeat.ts";
import { settle } from "./settling.ts";
import type { BarrierCommand, RefusalReason } from "./spec.ts";
import type { Item, Member, Out } from "./state.ts";
import { fits, RESULTS_BYTES_MAX } from "./value.ts";

export function command(member: Member, item: Item, out: Out): void {
  member.items.set(item.id, item);
  const why = whyNever(item.command);
  if (why !== undefined) {
    const limit = RESULTS_BYTES_MAX;
    const refused = { type: "refused", reason: why, phase: member.next, limit } as const;
    return settle(member, item, refused, out);
  }
  begin(member, item, out);
}

const COMMANDS: ReadonlySet<string> = new Set<BarrierCommand["type"]>([
  "register",
  "arrive",
  "arriveAndAwait",
  "arriveAndDeregister",
  "enter",
  "leave",
  "await",
  "reset",
  "status",
]);

/** What no barrier does. Clients may be of any language, and of any mind. */
function whyNever(command: BarrierCommand): RefusalReason | undefined {
  if (!COMMANDS.has(command.type)) return "not-a-command";
  const phase = "phase" in command ? command.phase : undefined;
  const isPhase = Number.isSafeInteger(phase) && (phase ?? 0) >= 0;
  if (phase === undefined ? command.type === "await" : !isPhase) return "not-a-command";
  const value = "value" in command ? command.value : undefined;
  return fits(value, RESULTS_BYTES_MAX) ? undefined : "too-large";
}

/** Brings a command on its way as far as what is known of home allows. */
export function begin(member: Member, item: Item, out: Out): void {
  const { known } = member;
  const { command } = item;
  if (known === undefined) {
    // Whatever it has asked already will be answered by what this needs.
    const isFresh = command.type === "status" || command.type === "reset";
    const isAsked = member.isTimed && member.repeats === 0;
    return isFresh || !isAsked ? ask(member, item, out) : undefined;
  }
  switch (command.type) {
    case "register":
      return register(member, item, known, out);
    case "await":
      return awaitPhase(member, item, command.phase, known.life, out);
    case "reset":
      if (command.phase === undefined) return ask(member, item, out);
      return reset(member, item, command.phase, known.life, out);
    case "status":
      return ask(member, item, out);
    default:
      return arrive(member, item, command, out);
  }
}

/** Asks home how things stand, once for all that want to know it now. */
function ask(member: Member, item: Item, out: Out): void {
  if (item.ask > 0) return;
  member.n += 1;
  item.ask = member.n;
  toHome({ type: "ask", n: item.ask }, out);
  armed(member, true, out);
}

function register(
  member: Member,
  item: Item,
  { life, from }: { readonly life: number; readonly from: number },
  out: Out,
): void {
  if (item.n === 0) item.n = member.n += 1;
  item.named = from;
  toHome({ type: "register", life, n: item.n, phase: from }, out);
  armed(member, true, out);
}

/** Home answers with what is open then, whether or not that was the phase. */
export function reset(member: Member, item: Item, phase: number, life: number, out: Out): void {
  if (item.n > 0) return;
  item.n = member.n += 1;
  item.named = phase;
  toHome({ type: "reset", life, n: item.n, phase }, out);
  armed(member, true, out);
}

function awaitPhase(member: Member, item: Item, phase: number, life: number, out: Out): void {
  if (member.last?.phase === phase) return settle(member, item, member.last, out);
  item.phase = phase;
  item.n = member.n += 1;
  toHome({ type: "await", life, n: item.n, phase }, out);
  armed(member, true, out);
}

type Arriving = Exclude<BarrierCommand, { type: "register" | "await" | "status" | "reset" }>;

function arrive(member: Member, item: Item, command: Arriving, out: Out): void {
  const { known, next } = member;
  if (known === undefined) return;
  const why = whyNot(command, next, known.isDouble);
  if (why !== undefined) {
    const refused = { type: "refused", reason: why, phase: next, limit: 0 } as const;
    return settle(member, item, refused, out);
  }
  const phase = "phase" in command ? command.phase : undefined;
  if (phase !== undefined && phase < next) {
    return awaitPhase(member, item, phase, known.life, out);
  }
  if (member.last?.phase === next) return settle(member, item, member.last, out);
  if (next > known.phase) return ask(member, item, out);
  if (member.arrival !== undefined && member.arrival.phase !== next) return;
  join(member, item, command, out);
}

function whyNot(command: Arriving, next: number, isDouble: boolean): RefusalReason | undefined {
  const { type } = command;
  if (type === "enter" || type === "leave") {
    if (!isDouble) return "not-double";
    const isInside = next % 2 === 1;
    if (type === "enter") return isInside ? "already-entered" : undefined;
    return isInside ? undefined : "not-entered";
  }
  if (isDouble && type !== "arriveAndDeregister") return "not-cyclic";
  return command.phase !== undefined && command.phase > next ? "not-open" : undefined;
}

/** One arrival stands for all clients of this member that arrive at the same phase. */
function join(member: Member, item: Item, command: Arriving, out: Out): void {
  const isLeaving = command.type === "arriveAndDeregister";
  const isAsking = isLeaving || command.type === "arrive";
  const { arrival, next, known } = member;
  item.phase = next;
  if (arrival !== undefined && !isAsking) {
    item.n = arrival.n;
    return;
  }
  item.n = member.n += 1;
  member.arrival = {
    type: "arrived",
    life: known?.life ?? 0,
    n: item.n,
    phase: next,
    value: arrival === undefined ? command.value : arrival.value,
    request: member.isHome ? (arrival?.request ?? item.id) : undefined,
    isLeaving: isLeaving || arrival?.isLeaving === true,
    isAsking: isAsking || arrival?.isAsking === true,
  };
  sendArrival(member, out);
  armed(member, true, out);
}
