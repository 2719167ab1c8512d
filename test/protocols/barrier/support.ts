/** Home of a barrier without a network: told one thing after the other. */

import { type Effect, HOME, type Recovered } from "../../../dist/actors/index.js";
import { type BarrierSpec, barrier } from "../../../dist/protocols/barrier/index.js";
import type {
  Arrived,
  BarrierConfig,
  BarrierMessage,
} from "../../../dist/protocols/barrier/spec.js";

export const LIFE = 7;

export interface Alone {
  readonly state: BarrierSpec["state"];
  /** What home says to a message of this member, whoever hears it. */
  tell(from: string, message: BarrierMessage, incarnation?: number): BarrierMessage[];
  step(event: object): readonly Effect<BarrierSpec>[];
}

export function homeOf(
  config: BarrierConfig,
  isDurable = false,
  recovered?: Recovered<BarrierSpec>,
): Alone {
  const checked = barrier.check(config);
  const boot = { self: HOME, instance: "b", config: checked, isDurable, seed: LIFE, at: 0 };
  const state = barrier.init({ ...boot, recovered });
  let at = 0;
  const step = (event: object): readonly Effect<BarrierSpec>[] => {
    at += 1;
    return barrier.step(state, { ...event, at } as never);
  };
  const tell: Alone["tell"] = (from, message, incarnation = 1) => {
    const effects = step({ type: "message", from, incarnation, message });
    return effects.flatMap((effect) => (effect.type === "send" ? [effect.message] : []));
  };
  return { state, step, tell };
}

export function arrived(n: number, phase: number, more: Partial<Arrived> = {}): Arrived {
  return { type: "arrived", life: LIFE, n, phase, isLeaving: false, isAsking: false, ...more };
}
