/** A client is answered, and its member goes on from the phase that it now knows of. */

import { following } from "./phases.ts";
import type { BarrierReply } from "./spec.ts";
import type { Item, Member, Out } from "./state.ts";

export function settle(member: Member, item: Item, reply: BarrierReply, out: Out): void {
  member.items.delete(item.id);
  out.push({ type: "reply", id: item.id, reply });
  if (reply.type === "passed" || reply.type === "broken") {
    goOn(member, reply.phase, reply.type === "broken");
  }
}

/** Where its users arrive next, now that this phase is over and somebody knows it. */
export function goOn(member: Member, phase: number, isBroken: boolean): void {
  if (phase < member.next) return;
  member.next = following(phase, isBroken, member.known?.isDouble === true);
}
