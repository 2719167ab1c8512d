/** Whether a core that is asked the same again does the same: it has no clock and no chance. */

import type { Effect, Protocol, ProtocolEvent, ProtocolSpec } from "../../protocol/contract.ts";
import { LawBroken } from "./errors.ts";
import { copy, equal } from "./plain.ts";
import { effectText, valueText } from "./text.ts";

const LAW = "the same state and event give the same effects and state";

export type Trial<S extends ProtocolSpec> = (effects: readonly Effect<S>[]) => void;

/** Takes copies before a step; what it gives is called after it. */
export function stepAgain<S extends ProtocolSpec>(
  protocol: Protocol<S>,
  state: S["state"],
  event: ProtocolEvent<S>,
): Trial<S> {
  const [again, same] = [copy(state), copy(event)];
  return (effects) => {
    const others = protocol.step(again, same);
    if (!equal(effects, others)) {
      throw new LawBroken(LAW, `${event.type} gave ${texts(effects)}, and ${texts(others)} again`);
    }
    if (equal(state, again)) return;
    throw new LawBroken(LAW, `${event.type} led to ${valueText(state)}, and ${valueText(again)}`);
  };
}

function texts<S extends ProtocolSpec>(effects: readonly Effect<S>[]): string {
  return `[${effects.map(effectText).join("; ")}]`;
}
