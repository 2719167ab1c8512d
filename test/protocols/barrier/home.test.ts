/** Goal: home counts whoever arrives once, whatever it is told and how often. */

import { expect, test } from "vitest";
import { HOME } from "../../../actors/index.ts";
import { type BarrierSpec, barrier } from "../../../protocols/barrier/index.ts";
import type { BarrierMessage } from "../../../protocols/barrier/spec.ts";

const LIFE = 7;

/** Home of a barrier of three, and what it says to one member. */
function homeOf(count: number) {
  const state = barrier.init({
    self: HOME,
    instance: "b",
    config: barrier.check({ count }),
    isDurable: false,
    seed: LIFE,
    at: 0,
    recovered: undefined,
  });
  let at = 0;
  const tell = (from: string, message: BarrierMessage, incarnation = 1): BarrierMessage[] => {
    at += 1;
    const effects = barrier.step(state, { type: "message", at, from, incarnation, message });
    return effects.flatMap((effect) => (effect.type === "send" ? [effect.message] : []));
  };
  return { tell, state };
}

function arrived(n: number, phase: number): BarrierSpec["message"] {
  return { type: "arrived", life: LIFE, n, phase, isLeaving: false, isAsking: false };
}

test("seed-bug-01: one that arrives twice is counted once", () => {
  const { tell } = homeOf(3);
  expect(tell("a", arrived(1, 0))).toEqual([]);
  // It has said so again: it hears that home lives.
  expect(tell("a", arrived(1, 0))).toMatchObject([{ type: "counted", n: 1 }]);
  expect(tell("a", arrived(2, 0))).toMatchObject([{ type: "counted", n: 2 }]);
  expect(tell("b", arrived(1, 0))).toEqual([]);
  expect(tell("c", arrived(1, 0))).toMatchObject([
    { outcome: { type: "passed", phase: 0, arrived: 3 } },
  ]);
});

test("one that arrives late is told at once, and not counted for the next phase", () => {
  const { tell } = homeOf(2);
  tell("a", arrived(1, 0));
  tell("b", arrived(1, 0));
  expect(tell("a", arrived(1, 0))).toMatchObject([{ outcome: { type: "passed", phase: 0 } }]);
  expect(tell("b", arrived(2, 1))).toEqual([]);
  expect(tell("a", arrived(2, 1))).toMatchObject([
    { outcome: { type: "passed", phase: 1, arrived: 2 } },
  ]);
});

test("one more than was counted on is refused", () => {
  const { tell } = homeOf(2);
  tell("a", arrived(1, 0));
  tell("b", arrived(1, 0));
  expect(tell("c", arrived(1, 1))).toMatchObject([{ type: "refused", reason: "full", limit: 2 }]);
});
