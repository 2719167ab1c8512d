/** Goal: home counts whoever arrives once, whatever it is told and how often; all has a bound. */

import { expect, test } from "vitest";
import type { Recovered } from "../../../dist/actors/index.js";
import { type BarrierSpec, barrier } from "../../../dist/protocols/barrier/index.js";
import { OUTCOMES_MAX, SNAPSHOT_RECORDS } from "../../../dist/protocols/barrier/keeping.js";
import { PHASE_MAX } from "../../../dist/protocols/barrier/phases.js";
import { arrived, homeOf, LIFE } from "./support.ts";

test("seed-bug-01: one that arrives twice is counted once", () => {
  const { tell } = homeOf({ count: 3 });
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
  const { tell } = homeOf({ count: 2 });
  tell("a", arrived(1, 0));
  tell("b", arrived(1, 0));
  expect(tell("a", arrived(1, 0))).toMatchObject([{ outcome: { type: "passed", phase: 0 } }]);
  expect(tell("b", arrived(2, 1))).toEqual([]);
  expect(tell("a", arrived(2, 1))).toMatchObject([
    { outcome: { type: "passed", phase: 1, arrived: 2 } },
  ]);
});

test("one more than was counted on is refused", () => {
  const { tell } = homeOf({ count: 2 });
  tell("a", arrived(1, 0));
  tell("b", arrived(1, 0));
  expect(tell("c", arrived(1, 1))).toMatchObject([{ type: "refused", reason: "full", limit: 2 }]);
});

test("what was said before somebody registered, and comes behind it, does not count", () => {
  const { tell } = homeOf({ members: ["a"], membership: "changing" });
  expect(tell("b", arrived(1, 0))).toMatchObject([{ reason: "not-registered", n: 1 }]);
  expect(tell("b", { type: "register", life: LIFE, n: 2, phase: 0 })).toMatchObject([
    { isRegistered: true },
  ]);
  expect(tell("b", arrived(1, 0))).toEqual([]);
  expect(tell("a", arrived(1, 0))).toEqual([]);
  expect(tell("b", arrived(3, 0))).toMatchObject([{ outcome: { arrived: 2 } }]);
});

test("who has left is not brought back by a repeat of what it said when it came", () => {
  const { state, tell } = homeOf({ members: ["a"], membership: "changing" });
  const register = { type: "register", life: LIFE, n: 1, phase: 0 } as const;
  tell("b", register);
  tell("b", arrived(2, 0, { isLeaving: true, isAsking: true }));
  expect(tell("b", register)).toMatchObject([{ isRegistered: false, from: 1, n: 0 }]);
  expect(state.home?.parties.size).toBe(1);
});

test("a reset that comes late leaves the next phase alone", () => {
  const { tell } = homeOf({ members: ["a", "b"] });
  const reset = { type: "reset", life: LIFE, n: 2, phase: 0 } as const;
  tell("a", arrived(1, 0));
  expect(tell("b", reset)).toMatchObject([{ outcome: { cause: "reset" } }, { phase: 1 }]);
  tell("a", arrived(3, 1));
  expect(tell("b", reset)).toMatchObject([{ type: "welcome", phase: 1, arrived: 1 }]);
});

test("a double barrier that broke begins with a phase to enter", () => {
  for (const broken of [0, 1]) {
    const { tell } = homeOf({ members: ["a", "b"], kind: "double" });
    if (broken === 1) for (const from of ["a", "b"]) tell(from, arrived(1, 0));
    tell("a", arrived(2, broken));
    const reset = { type: "reset", life: LIFE, n: 3, phase: broken } as const;
    expect(tell("b", reset).at(-1)).toMatchObject({ type: "welcome", phase: 2 });
  }
});

test("more than may be brought, and what is no plain data, is refused and not counted", () => {
  const { tell } = homeOf({ count: 1, valueBytesMax: 64 });
  for (const value of ["x".repeat(100), new Date(0), { deep: () => 0 }]) {
    expect(tell("a", arrived(1, 0, { value }))).toMatchObject([
      { type: "refused", reason: "too-large", limit: 64 },
    ]);
  }
  expect(tell("a", arrived(2, 0, { value: "x" }))).toMatchObject([{ type: "over" }]);
});

test("what was long ago is forgotten, and said so", () => {
  const { tell } = homeOf({ members: ["a"] });
  for (let phase = 0; phase <= OUTCOMES_MAX; phase += 1) tell("a", arrived(phase, phase));
  const old = { type: "await", life: LIFE, n: 99, phase: 0 } as const;
  expect(tell("a", old)).toMatchObject([{ reason: "forgotten", limit: OUTCOMES_MAX, n: 99 }]);
  expect(tell("a", { ...old, phase: 1 })).toMatchObject([{ outcome: { phase: 1 } }]);
});

test("behind the last phase it is broken for good", () => {
  const { tell } = homeOf({ members: ["a"], firstPhase: PHASE_MAX });
  expect(tell("a", arrived(1, PHASE_MAX))).toMatchObject([
    { outcome: { type: "passed", phase: PHASE_MAX } },
    { outcome: { type: "broken", phase: PHASE_MAX + 1, cause: "exhausted" } },
  ]);
  const reset = { type: "reset", life: LIFE, n: 2, phase: PHASE_MAX + 1 } as const;
  expect(tell("a", reset)).toMatchObject([{ type: "refused", reason: "over" }]);
  expect(Number.isSafeInteger(PHASE_MAX + 2)).toBe(true);
});

test("of a thousand parties the last one releases all, in one message to all", () => {
  const { step, tell } = homeOf({ count: 1000 });
  for (let member = 1; member < 1000; member += 1) {
    expect(tell(`w${member}`, arrived(1, 0))).toEqual([]);
  }
  const message = arrived(1, 0);
  const effects = step({ type: "message", from: "w0", incarnation: 1, message });
  const sends = effects.filter(({ type }) => type === "send") as { to?: string[] }[];
  expect(sends.map(({ to }) => to?.length)).toEqual([1000]);
});

test("the log is short: a snapshot stands for it, and a next life goes on from it", () => {
  const { state, step } = homeOf({ members: ["a", "b"] }, true);
  let kept: Recovered<BarrierSpec> = { metadata: undefined, snapshot: undefined, records: [] };
  const drive = (event: object): void => {
    for (const effect of step(event)) {
      if (effect.type === "persist") {
        kept = { ...kept, records: [...kept.records, ...effect.records] };
      } else if (effect.type === "snapshot") {
        const upTo = (kept.snapshot?.upTo ?? 0) + kept.records.length;
        expect(effect.upTo).toBe(upTo);
        kept = { ...kept, snapshot: { upTo, data: barrier.snapshot?.(state) }, records: [] };
      }
    }
  };
  drive({ type: "start" });
  for (let phase = 0; phase < 2 * SNAPSHOT_RECORDS; phase += 1) {
    for (const from of ["a", "b"]) {
      drive({ type: "message", from, incarnation: 1, message: arrived(phase, phase) });
    }
  }
  expect(kept.snapshot?.upTo).toBeGreaterThan(SNAPSHOT_RECORDS);
  expect(kept.records.length).toBeLessThan(SNAPSHOT_RECORDS);
  const next = homeOf({ members: ["a", "b"] }, true, kept);
  next.step({ type: "start" });
  const { home } = next.state;
  expect(home).toMatchObject({ life: LIFE, phase: 2 * SNAPSHOT_RECORDS, waitingFor: 2 });
  expect(home?.outcomes).toEqual(state.home?.outcomes);
});

test("what one brought who has left is there in the next life of home", () => {
  const { step } = homeOf({ members: ["a", "b"] }, true);
  const message = arrived(1, 0, { value: 5, isLeaving: true, isAsking: true });
  const effects = step({ type: "message", from: "a", incarnation: 1, message });
  const records = effects.flatMap((one) => (one.type === "persist" ? one.records : []));
  const kept = { metadata: undefined, snapshot: undefined, records };
  const next = homeOf({ members: ["a", "b"] }, true, kept);
  next.step({ type: "start" });
  expect(next.tell("b", arrived(1, 0))).toMatchObject([
    { outcome: { arrived: 2, results: [{ member: "a", value: 5 }] } },
  ]);
});

test("home does not finish before its last words are durable", () => {
  const { state, step } = homeOf({ members: ["a"] }, true);
  const message = arrived(1, 0, { isLeaving: true, isAsking: true });
  step({ type: "message", from: "a", incarnation: 1, message });
  const over = { type: "timer", key: "over" };
  expect(step(over)).toMatchObject([{ type: "timer", key: "over" }]);
  step({ type: "durable", upTo: state.home?.seq });
  expect(step(over)).toMatchObject([{ type: "finish", participants: 1 }]);
});
