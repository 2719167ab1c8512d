/**
 * Goal: a timer's tick comes when it is due and not before, and never after its timer was cancelled
 * or replaced, or its actor has ended. No test looks at how late a tick is, only at what came and
 * in which order.
 */
import { describe, expect, test } from "vitest";
import { basic, fixture } from "./support/native.ts";
import { quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Gate } = basic;
const { Clock } = await fixture<typeof import("./fixtures/clocks.mjs")>("clocks");
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  test("after: once, with its arguments, and not too early", async () => {
    const clock = await running.system.spawn(Clock);
    expect(await clock.call.after("a", 5, "one", { two: 2 })).toBe(true);
    await clock.call.after("b", 0);
    await until("it came", async () => (await clock.call.size()) === 2);
    expect(await clock.call.notes()).toEqual(["one", { two: 2 }]);
    expect(await clock.call.has("a")).toBe(false);
    for (const ms of [0, 1, 7, 25]) {
      await clock.call.measure(ms);
      await until("it came", async () => (await clock.call.size()) === 1);
      const [took] = await clock.call.notes();
      expect(took).toBeGreaterThanOrEqual(ms);
    }
  });

  test("in the order in which they are due", async () => {
    const clock = await running.system.spawn(Clock);
    const delays = [40, 10, 30, 0, 20];
    await Promise.all(delays.map((ms) => clock.call.after(`key ${ms}`, ms, ms)));
    await until("all came", async () => (await clock.call.size()) === 5);
    expect(await clock.call.notes()).toEqual([0, 10, 20, 30, 40]);
  });

  test("a timer of init", async () => {
    const clock = await running.system.spawn(Clock, [0]);
    await until("it came", async () => (await clock.call.size()) === 1);
    expect(await clock.call.notes()).toEqual(["from init"]);
  });

  test("every: again and again, until it is cancelled", async () => {
    const clock = await running.system.spawn(Clock);
    await clock.call.every("beat", 2, "tick");
    await until("five came", async () => (await clock.call.size()) >= 5);
    expect(await clock.call.has("beat")).toBe(true);
    expect(await clock.call.cancel("beat")).toBeLessThanOrEqual(2);
    await clock.call.notes();
    await pause(20);
    expect(await clock.call.notes()).toEqual([]);
  });

  test("every: while one tick waits, no other is added", async () => {
    const { system } = running;
    const [clock, gate] = [await system.spawn(Clock), await system.spawn(Gate)];
    clock.cast.everyThen(gate, 1, "tick");
    await until("it waits", async () => (await gate.call.came()) === 1);
    await pause(50);
    const notes = clock.call.notes();
    await gate.call.open();
    const ticks = (await notes).length;
    expect(ticks).toBeGreaterThanOrEqual(1);
    expect(ticks).toBeLessThanOrEqual(2);
    await until("it goes on", async () => (await clock.call.size()) > 2);
    await clock.call.cancel("beat");
  });

  test("cancel: what it had left", async () => {
    const clock = await running.system.spawn(Clock);
    await clock.call.after("long", 60_000);
    const left = await clock.call.cancel("long");
    expect(left).toBeGreaterThan(30_000);
    expect(left).toBeLessThanOrEqual(60_000);
    expect(await clock.call.cancel("long")).toBe(undefined);
    expect(await clock.call.cancel("never started")).toBe(undefined);
  });

  test("a timer of the same key replaces it", async () => {
    const clock = await running.system.spawn(Clock);
    await clock.call.after("key", 60_000, "old");
    await clock.call.after("key", 1, "new");
    await until("it came", async () => (await clock.call.size()) === 1);
    await clock.call.every("key", 1, "beat");
    await clock.call.after("key", 1, "once");
    await until("it came", async () => (await clock.call.notes()).includes("once"));
    await pause(10);
    expect(await clock.call.notes()).toEqual([]);
  });

  test.each([
    ["nothing", true, ["old tick"]],
    ["cancel", 0, []],
    ["replace", true, ["new tick"]],
  ] as const)("a tick that waits already, and then: %s", async (what, answer, notes) => {
    const { system } = running;
    const [clock, gate] = [await system.spawn(Clock), await system.spawn(Gate)];
    const done = clock.call.tickThen(gate, what);
    await until("it waits", async () => (await gate.call.came()) === 1);
    await pause(20);
    await gate.call.open();
    expect(await done).toBe(answer);
    if (notes.length > 0) await until("it came", async () => (await clock.call.size()) > 0);
    await pause(10);
    expect(await clock.call.notes()).toEqual(notes);
  });

  test("they end with their actor, and leave no message", async () => {
    const { system } = running;
    const clocks = await Promise.all(Array.from({ length: 5 }, () => system.spawn(Clock)));
    for (const clock of clocks) {
      await clock.call.after("key", 20, "never");
      await clock.call.every("beat", 10, "never");
      await clock.call.stop();
    }
    const before = await quiet(system);
    await pause(50);
    expect(await quiet(system)).toEqual(before);
  });

  test("wrong use is an error that says what is right", async () => {
    const clock = await running.system.spawn(Clock);
    const wrong = (...args: [string, ...unknown[]]) => clock.call.wrong(...args);
    expect(await wrong("after", "k", 1, "nope")).toMatchObject({
      code: "ERR_UNKNOWN_HANDLER",
      message: expect.stringContaining('Clock has no handler "nope"; it has note, notes'),
    });
    for (const ms of [-1, Number.NaN, 2 ** 31, "x"]) {
      expect(await wrong("after", "k", ms, "note")).toMatchObject({ code: "ERR_INVALID_OPTIONS" });
      expect(await wrong("every", "k", ms, "note")).toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    }
    expect(await wrong("every", "k", 0, "note")).toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    expect(await clock.call.has("k")).toBe(false);
    expect(await clock.call.many(1024)).toBe(true);
    expect(await wrong("after", "one more", 1, "note")).toMatchObject({
      message: expect.stringContaining("at most 1024 per actor"),
    });
    expect(await wrong("after", "k7", 60_000, "note")).toBe(undefined);
  });

  test("every message of these tests is accounted for", () => quiet(running.system));
});
