/** Messages between members on their way: what each holds, and how large it may be. */

import {
  type Field,
  fielded,
  flag,
  list,
  oneOf,
  optional,
  type PeerCodec,
  peerCodec,
  plain,
  text,
  whole,
} from "../../actors/index.ts";
import { PARTIES_MAX } from "./config.ts";
import { DETAIL_CHARACTERS_MAX, MISSING_TOLD } from "./release.ts";
import { type BarrierMessage, BREAK_CAUSES, type Outcome, REFUSALS, type ToHome } from "./spec.ts";
import { RESULTS_BYTES_MAX } from "./value.ts";

const REQUEST_CHARACTERS_MAX = 128;
const life = whole(0, 2 ** 32 - 1);
const n = whole();
const phase = whole();
const count = whole(0, PARTIES_MAX);
const member = text(64, 1);
const brought = fielded({ member, value: plain(RESULTS_BYTES_MAX) });

/** All of it together, and not each of its parts. */
function within<T>(bytesMax: number, field: Field<T>): Field<T> {
  const whole = plain(bytesMax);
  return { bytesMax, holds: (value) => whole.holds(value) && field.holds(value) };
}

const passed = fielded({
  type: oneOf("passed"),
  phase,
  arrived: count,
  results: within(RESULTS_BYTES_MAX, list(brought, PARTIES_MAX)),
  outcome: optional(plain(RESULTS_BYTES_MAX)),
});
const broken = fielded({
  type: oneOf("broken"),
  phase,
  cause: oneOf(...BREAK_CAUSES),
  detail: text(DETAIL_CHARACTERS_MAX),
  missing: list(member, MISSING_TOLD),
  missingCount: whole(0, 2 * PARTIES_MAX),
});
const outcome: Field<Outcome> = {
  bytesMax: Math.max(passed.bytesMax, broken.bytesMax),
  holds: (value) => passed.holds(value) || broken.holds(value),
};

export const messages: PeerCodec<BarrierMessage> = peerCodec({
  version: 1,
  messages: {
    ask: { n },
    register: { life, n, phase },
    arrived: {
      life,
      n,
      phase,
      value: optional(plain(RESULTS_BYTES_MAX)),
      request: optional(text(REQUEST_CHARACTERS_MAX, 1)),
      isLeaving: flag(),
      isAsking: flag(),
    },
    await: { life, n, phase },
    reset: { life, n, phase },
    welcome: {
      life,
      n,
      phase,
      from: phase,
      isRegistered: flag(),
      isDouble: flag(),
      isDurable: flag(),
      broken: optional(broken),
      parties: count,
      arrived: count,
      openSeats: count,
    },
    counted: { life, n, phase },
    over: { life, outcome },
    refused: { life, n, reason: oneOf(...REFUSALS), phase, limit: whole() },
  },
});

const TO_HOME: ReadonlySet<string> = new Set<ToHome["type"]>([
  "ask",
  "register",
  "arrived",
  "await",
  "reset",
]);

export function isToHome(message: BarrierMessage): message is ToHome {
  return TO_HOME.has(message.type);
}
