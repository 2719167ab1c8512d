/** Goal: a member believes what answers its own life, and says what it must until it is heard. */

import { expect, test } from "vitest";
import { HOME } from "../../../dist/actors/index.js";
import { type BarrierReply, barrier } from "../../../dist/protocols/barrier/index.js";
import type { BarrierMessage, ToHome, Welcome } from "../../../dist/protocols/barrier/spec.js";
import { LIFE } from "./support.ts";

/** A member that has just begun, and what it says to home and to its clients. */
function memberOf(at: number) {
  const boot = { self: "a", instance: "b", config: undefined, isDurable: false, seed: 1 };
  const state = barrier.init({ ...boot, at, recovered: undefined });
  let now = at;
  const step = (event: object, laterMs = 1): { sent: ToHome[]; replies: BarrierReply[] } => {
    now += laterMs;
    const effects = barrier.step(state, { ...event, at: now } as never);
    return {
      sent: effects.flatMap((one) => (one.type === "send" ? [one.message as ToHome] : [])),
      replies: effects.flatMap((one) => (one.type === "reply" ? [one.reply] : [])),
    };
  };
  const [first] = step({ type: "start" }).sent;
  if (first?.type !== "ask") throw new Error("it asks how things stand");
  const hear = (message: BarrierMessage) =>
    step({ type: "message", from: HOME, incarnation: 1, message });
  const ask = (id: string, command: object) =>
    step({ type: "command", id, command, deadline: now + 1000, isRepeated: false });
  return { ask, first: first.n, hear, step };
}

function welcome(n: number): Welcome {
  const counts = { parties: 2, arrived: 0, openSeats: 0 };
  const kind = { isRegistered: true, isDouble: false, isDurable: false };
  return { type: "welcome", life: LIFE, n, phase: 0, from: 0, ...kind, ...counts };
}

const passed: BarrierMessage = {
  type: "over",
  life: LIFE,
  outcome: { type: "passed", phase: 0, arrived: 2, results: [] },
};

test("an answer to an earlier life of it is none to this one", () => {
  const [before, now] = [memberOf(0), memberOf(100_000)];
  expect(before.first).not.toBe(now.first);
  now.ask("1", { type: "arriveAndAwait" });
  expect(now.hear(welcome(before.first)).sent).toEqual([]);
  expect(now.hear(welcome(now.first)).sent).toMatchObject([{ type: "arrived", phase: 0 }]);
});

test("that it leaves is said until it is acknowledged, also behind the end of its phase", () => {
  const { ask, first, hear, step } = memberOf(0);
  hear(welcome(first));
  const [leaving] = ask("1", { type: "arriveAndDeregister" }).sent;
  expect(hear(passed).replies).toEqual([]);
  expect(step({ type: "timer", key: "repeat" }, 500).sent).toEqual([leaving]);
  const n = leaving?.n ?? 0;
  expect(hear({ type: "counted", life: LIFE, n, phase: 0 }).replies).toMatchObject([
    { type: "arrived", phase: 0 },
  ]);
  expect(step({ type: "timer", key: "repeat" }, 5000).sent).toEqual([]);
});

test("what is no command is refused, and more than any barrier takes", () => {
  const { ask } = memberOf(0);
  const reason = (command: object): unknown => ask("1", command).replies[0];
  expect(reason({ type: "fly" })).toMatchObject({ type: "refused", reason: "not-a-command" });
  expect(reason({ type: "await" })).toMatchObject({ reason: "not-a-command" });
  expect(reason({ type: "arrive", phase: -1 })).toMatchObject({ reason: "not-a-command" });
  expect(reason({ type: "arrive", value: "x".repeat(300_000) })).toMatchObject({
    reason: "too-large",
  });
});
