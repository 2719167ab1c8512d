/** Goal: a turn that does not return is found by the heartbeat, and nothing else is taken so. */
import { expect, test } from "vitest";
import { HANDLER_UNKNOWN } from "../../runtime/layout.ts";
import { allocateSignals, Signals } from "../../runtime/signals.ts";
import { Stalls } from "../../runtime/stalls.ts";

const THREAD = 3;

function made(tellMs: number): { signals: Signals; stalls: Stalls } {
  const signals = new Signals(allocateSignals());
  return { signals, stalls: new Stalls(signals, tellMs) };
}

test("a turn that goes on is told once, with its handler and its time", () => {
  const { signals, stalls } = made(100);
  signals.beat(THREAD, 12);
  signals.handles(THREAD, 5);
  expect(stalls.look(THREAD, 0)).toBe(true);
  expect(stalls.news(THREAD, 0)).toBe(undefined);
  expect(stalls.look(THREAD, 99)).toBe(true);
  expect(stalls.news(THREAD, 99)).toBe(undefined);
  const stall = { thread: THREAD, slot: 12, handler: 5, ms: 100 };
  expect(stalls.news(THREAD, 100)).toEqual(stall);
  expect(stalls.news(THREAD, 200)).toBe(undefined);
  expect(stalls.of(THREAD, 200)).toEqual({ ...stall, ms: 200 });
});

test("the next one is told again", () => {
  const { signals, stalls } = made(100);
  for (const start of [0, 1000]) {
    signals.beat(THREAD, 12);
    stalls.look(THREAD, start);
    const told = { thread: THREAD, slot: 12, handler: 0, ms: 100 };
    expect(stalls.news(THREAD, start + 100)).toEqual(told);
  }
});

test("a thread that works on, or rests, is not in a turn for long", () => {
  const { signals, stalls } = made(100);
  for (let now = 0; now < 1000; now += 50) {
    signals.beat(THREAD, 12);
    stalls.look(THREAD, now);
    expect(stalls.news(THREAD, now)).toBe(undefined);
  }
  signals.rests(THREAD);
  expect(signals.beating(THREAD)).toEqual({ slot: 0, handler: HANDLER_UNKNOWN });
  expect(stalls.look(THREAD, 2000)).toBe(false);
  expect(stalls.news(THREAD, 2000)).toBe(undefined);
  expect(stalls.of(THREAD, 2000)).toBe(undefined);
});

test("nobody is told where nobody wants to know", () => {
  const { signals, stalls } = made(Number.POSITIVE_INFINITY);
  signals.beat(THREAD, 12);
  stalls.look(THREAD, 0);
  expect(stalls.news(THREAD, 1e9)).toBe(undefined);
});
