/** What home and readers do: from one event to effects. No clock, no chance, no I/O. */

import { type Effect, HOME, type ProtocolEvent } from "../actors/index.ts";
import type { Home, NoticeSpec, Reader } from "./own-protocol.spec.ts";

type Event = ProtocolEvent<NoticeSpec>;
type Effects = Effect<NoticeSpec>[];
const AGAIN_MS = 100;

/** Tells the readers, again and again, until all have read or the time is over. */
export function home(state: Home, event: Event): Effects {
  if (event.type === "command") state.waiting.push(event.id);
  if (event.type === "message" && event.message.type === "read") state.missing.delete(event.from);
  const missing = [...state.missing];
  if (missing.length > 0 && event.at < state.until) {
    if (event.type !== "start" && event.type !== "timer") return [];
    return [
      { type: "send", to: missing, message: { type: "told", words: state.words } },
      { type: "timer", key: "again", inMs: AGAIN_MS },
    ];
  }
  const effects: Effects = [];
  const reply = { type: "outcome", missing } as const;
  for (const id of state.waiting.splice(0)) effects.push({ type: "reply", id, reply });
  const participants = state.readers.length - missing.length;
  if (!state.isOver) effects.push({ type: "finish", participants });
  state.isOver = true;
  return effects;
}

/** Shows the words to the actor behind it, keeps that it has, and says so, each time it is told. */
export function reader(state: Reader, event: Event): Effects {
  if (event.type === "command")
    return [{ type: "reply", id: event.id, reply: { type: "not-home" } }];
  const effects: Effects = [];
  if (event.type === "answer") {
    state.isAsking = false;
    if (event.answer.type === "failed") return []; // home tells it again
    state.hasRead = true;
    state.seq += 1;
    effects.push({ type: "persist", seq: state.seq, records: ["read"] });
  }
  if (state.hasRead) {
    // Only when it is kept: whoever dies after that has read all the same.
    const after = state.seq;
    effects.push({ type: "send", to: HOME, message: { type: "read" }, after });
    effects.push({ type: "finish", participants: 1, after });
  } else if (event.type === "message" && event.message.type === "told" && !state.isAsking) {
    state.isAsking = true;
    const question = { type: "show", words: event.message.words } as const;
    effects.push({ type: "ask", key: "show", question, withinMs: 1000 });
  }
  return effects;
}
