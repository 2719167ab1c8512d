/**
 * Now: what an actor or a thread does at this moment, in words. A turn that does not end stands
 * out in capitals, since there may be no colours.
 */

import type { ActorView, RunningView, ThreadView } from "../../runtime/index.ts";
import type { Accent, Style } from "../style.ts";
import { time } from "./amounts.ts";

/** A turn that takes so long holds up all that lives on its thread. */
export const STALLED_MS = 1000;

export function isStalled(running: RunningView | undefined): boolean {
  return (running?.ms ?? 0) >= STALLED_MS;
}

/** "idle", "runs 12 ms add", "STALLED 4.2 s add", "waits for Bank<3.1>". */
export function actorNow({ status, running, waitsFor }: ActorView): string {
  if (running !== undefined) return runs(running);
  if (waitsFor !== undefined) return `waits for ${waitsFor}`;
  return status === "recovering" || status === "dead" ? status.toUpperCase() : status;
}

export function actorAccent(
  { status, running }: ActorView,
  { bad, faint }: Style,
): Accent | undefined {
  if (isStalled(running) || status === "recovering" || status === "dead") return bad;
  return status === "idle" ? faint : undefined;
}

export function threadState({ state, running, parked }: ThreadView): string {
  if (state === "dead") return "DEAD";
  if (state === "booting") return "boots";
  if (isStalled(running)) return "STALLED";
  return parked ? "idle" : "busy";
}

export function threadAccent(thread: ThreadView, { bad, warn, faint }: Style): Accent | undefined {
  if (thread.state === "dead" || isStalled(thread.running)) return bad;
  if (thread.state === "booting") return warn;
  return thread.parked ? faint : undefined;
}

/** "Cart<5.3>.add 12 ms". */
export function threadNow({ running }: ThreadView): string {
  if (running === undefined) return "";
  const { actor, handler, ms } = running;
  return `${actor}${handler === undefined ? "" : `.${handler}`} ${time(ms * 1000)}`;
}

function runs(running: RunningView): string {
  const verb = isStalled(running) ? "STALLED" : "runs";
  const handler = running.handler === undefined ? "" : ` ${running.handler}`;
  return `${verb} ${time(running.ms * 1000)}${handler}`;
}
