/**
 * Barrier: nobody is in the next phase before all parties have arrived at this one.
 *
 * The member "home" counts. The others tell it that they have arrived, again and again until they
 * hear what became of the phase, so a lost message costs time and never correctness:
 *
 *     home (counts)              w1                   w2
 *     |<---- arrived 0 ----------|                    |
 *     |<---- arrived 0 -------------------------------|
 *     |----- passed 0 ---------->|                    |
 *     |----- passed 0 ------------------------------->|
 *
 * home.ts counts, release.ts ends phases, parties.ts says who has to come, keeping.ts what outlives
 * home; member.ts and answers.ts are the side of those that arrive, home's own clients among them.
 *
 * Cost: 2 messages per party and phase, one round; onAdvance adds one question to home's
 * participant. Left out: trees of barriers, so one home hears all.
 *
 * @source Mellor-Crummey & Scott, TOCS 9(1), 1991, section 3.1 (the centralized barrier), with
 *   messages in place of the counter; java.util.concurrent.Phaser (parties that come and go);
 *   ZooKeeper's double barrier.
 */

import { HOME, type Protocol, type ProtocolEvent } from "../../actors/index.ts";
import { heard, loseHome } from "./answers.ts";
import { checkConfig } from "./config.ts";
import { hear, partyDown } from "./home.ts";
import { keepSnapshot } from "./keeping.ts";
import { command } from "./member.ts";
import { isToHome, messages } from "./messages.ts";
import { recovered, snapshotOf, startHome } from "./recovery.ts";
import { advanced, OVER_MS, timeOut } from "./release.ts";
import { greet, repeat } from "./repeat.ts";
import {
  type BarrierSpec,
  type BarrierState,
  type Home,
  type Item,
  type Member,
  memberOf,
  type Out,
} from "./state.ts";
import { watch } from "./watch.ts";

type Event = ProtocolEvent<BarrierSpec>;
type Command = Event & { readonly type: "command" };

export const barrier: Protocol<BarrierSpec> = {
  peers: messages,
  check: checkConfig,
  init: recovered,
  step,
  snapshot: snapshotOf,
  watch,
};

function step(state: BarrierState, event: Event): Out {
  const { home, member } = state;
  const out: Out = [];
  member.now = event.at;
  if (home !== undefined) home.now = event.at;
  switch (event.type) {
    case "start":
      start(state, out);
      break;
    case "command":
      command(member, itemOf(event, home), out);
      break;
    case "message":
      receive(state, event, out);
      break;
    case "timer":
      timer(state, event.key, out);
      break;
    case "down":
      if (event.member === HOME) homeDown(state, event.reason, out);
      else if (home !== undefined) partyDown(home, event.member, event.reason, out);
      break;
    case "durable":
      if (home !== undefined) home.durable = event.upTo;
      break;
    case "answer":
      if (home !== undefined) advanced(home, event.key, event.answer, out);
      break;
  }
  if (home !== undefined) keepSnapshot(home, out);
  return out;
}

function start(state: BarrierState, out: Out): void {
  if (state.isRecovered) {
    // Clients that still wait send their commands again.
    state.member = memberOf(state.member.seed, state.member.now, state.member.isHome);
    state.isRecovered = false;
  }
  if (state.home === undefined) greet(state.member, out);
  else startHome(state.home, out);
}

function itemOf({ id, command, deadline, at }: Command, home: Home | undefined): Item {
  const phase = home?.requests.get(id);
  // It has arrived in an earlier life, and asks what became of that.
  const asked = phase === undefined ? command : ({ type: "await", phase } as const);
  return { id, command: asked, deadline, since: at, ask: 0, n: 0, phase: undefined, named: 0 };
}

function receive(
  { home, member }: BarrierState,
  { from, incarnation, message }: Event & { readonly type: "message" },
  out: Out,
): void {
  if (isToHome(message)) {
    if (home !== undefined) hear(home, from, incarnation, message, out);
  } else if (from === HOME) {
    heard(member, message, out);
  }
}

function timer(state: BarrierState, key: string, out: Out): void {
  const { home, member } = state;
  if (key === "repeat") repeat(member, out);
  else if (home === undefined) return;
  else if (key === "phase") timeOut(home, out);
  else if (key === "over") finish(home, member, out);
}

/** All have left, and whoever has asked knows it: nothing is held back any more. */
function finish(home: Home, member: Member, out: Out): void {
  if (home.durable < home.seq) {
    out.push({ type: "timer", key: "over", inMs: OVER_MS });
    return;
  }
  loseHome(member, "ended", "all parties have left", out);
  out.push({ type: "finish", participants: home.partiesMost });
}

/** What was volatile at home is lost; a durable home comes back and knows where it was. */
function homeDown({ member }: BarrierState, reason: string, out: Out): void {
  member.isWatching = false;
  if (reason === "normal") loseHome(member, "ended", "home has finished", out);
  if (member.known?.isDurable === false) {
    loseHome(member, "home-lost", `home died: ${reason}`, out);
  }
}
