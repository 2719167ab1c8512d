/** Goal: a call settles once, with the answer or within its time, and late answers reach nobody. */
import { describe, expect, test } from "vitest";
import type { MessageOptions } from "../../dist/actors/index.js";
import { basic, fixture, sabeam } from "./support/native.ts";
import { errorOf, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Gate, Notepad, Waiter } = basic;
const { Answerer } = await fixture<typeof import("./fixtures/answers.mjs")>("answers");
const { Sender } = await fixture<typeof import("./fixtures/senders.mjs")>("senders");

const VALUES: unknown[] = [
  undefined,
  null,
  true,
  false,
  0,
  -0,
  1,
  -(2 ** 31),
  2 ** 31,
  0.1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2n ** 70n,
  "",
  "latin ÿ",
  "日本 🎈",
  "x".repeat(100),
  "long ".repeat(20_000),
  [],
  [1, 2.5, -0],
  ["a", [["b"]], { c: undefined }],
  { a: 1, nested: { list: [null, { deep: true }] } },
  new Date(1e12),
  new Map([["k", new Set([1, { x: 1 }])]]),
  new Uint8Array([1, 2, 3]),
  new Float64Array([0.5, -0]),
  /a+b/gi,
];

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  /** An actor that waits in its turn, and what it waits for. */
  async function waiting() {
    const { system } = running;
    const [gate, waiter] = [await system.spawn(Gate), await system.spawn(Waiter)];
    waiter.cast.wait(gate);
    await until("it waits", async () => (await gate.call.came()) === 1);
    return { gate, waiter };
  }

  test("one that comes right after a sleep of the thread runs out of time", async () => {
    const gate = await running.system.spawn(Gate, [], { thread: 0 });
    const before = gate.call.pass();
    // The first one has its deadline once the thread sleeps: less than a millisecond ago.
    await new Promise(setImmediate);
    const late = errorOf(gate.with({ timeout: 30 }).call.pass());
    const awaited = await Promise.race([late, new Promise((resolve) => setTimeout(resolve, 5000))]);
    expect(awaited).toMatchObject({ code: "ERR_CALL_TIMEOUT" });
    gate.cast.open();
    await before;
  });

  test("values arrive as they were sent, there and back", async () => {
    const notepad = await running.system.spawn(Notepad);
    for (const value of VALUES) expect(await notepad.call.echo(value)).toStrictEqual(value);
    expect(await notepad.call.all(...VALUES)).toStrictEqual(VALUES);
    expect(await notepad.call.all()).toEqual([]);
    expect(await notepad.call.all(undefined)).toEqual([undefined]);
    expect(await notepad.call.all(1, undefined)).toEqual([1, undefined]);
  });

  test("many in flight, each gets its own answer", async () => {
    const notepad = await running.system.spawn(Notepad);
    const calls = Array.from({ length: 2000 }, (_, number) => notepad.call.echo(number));
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 2000 }, (_, number) => number));
  });

  test("the time-out of this call, and it may be kept", async () => {
    const { gate, waiter } = await waiting();
    const soon = waiter.with({ timeout: 30 });
    for (const call of [soon.call.seen(), soon.call.seen()]) {
      const error = await errorOf(call);
      expect(error).toBeInstanceOf(sabeam.CallTimeout);
      expect(error).toMatchObject({ code: "ERR_CALL_TIMEOUT", handler: "seen", timeoutMs: 30 });
      expect(error.target).toBe(String(waiter));
      expect(error.message).toContain(`no answer from ${waiter} to seen within 30 ms`);
    }
    await gate.call.open();
    expect((await soon.call.seen()).ended).toBe(1);
  });

  test("the time-out of the system, where a call has none", async () => {
    const short = await sabeam.startSystem({ threads, callTimeout: 40 });
    const gate = await short.spawn(Gate);
    const error = await errorOf(gate.call.pass());
    expect(error).toMatchObject({ code: "ERR_CALL_TIMEOUT", timeoutMs: 40 });
    const slow = gate.with({ timeout: 9000 }).call.pass();
    expect(await Promise.race([slow, errorOf(gate.call.pass())])).toBeInstanceOf(Error);
    await gate.call.open();
    expect(await slow).toBe(true);
    await short.stop();
  });

  test("wrong options are refused at once", async () => {
    const notepad = await running.system.spawn(Notepad);
    const wrong: [unknown, RegExp][] = [
      [{ timeout: 0 }, /timeout must be a whole number from 1 to 2147483647; got 0/],
      [{ timeout: 1.5 }, /timeout must be a whole number/],
      [{ timeout: Number.POSITIVE_INFINITY }, /got Infinity/],
      [{ signal: "x" }, /signal must be an AbortSignal; got "x"/],
      [{ timeOut: 1 }, /an object with timeout, signal, priority only; got an object timeOut/],
      [null, /an object with timeout, signal, priority; got null/],
    ];
    for (const [options, message] of wrong) {
      expect(() => notepad.with(options as MessageOptions)).toThrow(sabeam.InvalidOptions);
      expect(() => notepad.with(options as MessageOptions)).toThrow(message);
    }
  });

  test("a late answer reaches nobody", async () => {
    const { system } = running;
    const before = system.counters().lateReplies;
    const answerer = await system.spawn(Answerer);
    const late = errorOf(answerer.with({ timeout: 30 }).call.keep());
    expect(await late).toMatchObject({ code: "ERR_CALL_TIMEOUT", handler: "keep" });
    // Their places in the table of calls are of those that were given up.
    const others = Array.from({ length: 10 }, () => answerer.call.keep());
    await answerer.call.give("too late");
    for (const number of others.keys()) await answerer.call.give(number);
    expect(await Promise.all(others)).toEqual([...others.keys()]);
    await until("it is counted", () => system.counters().lateReplies === before + 1);
  });

  test("what has expired before it began is not begun", async () => {
    const { system } = running;
    const letters: string[] = [];
    const end = system.deadLetters(({ reason, type, handler }) => {
      letters.push(`${type} ${handler}: ${reason}`);
    });
    const { gate, waiter } = await waiting();
    const timedOut = errorOf(waiter.with({ timeout: 20 }).call.note("never"));
    const inTime = waiter.call.note("in time");
    expect(await timedOut).toMatchObject({ code: "ERR_CALL_TIMEOUT" });
    await gate.call.open();
    await inTime;
    expect((await waiter.call.seen()).notes).toEqual(["in time"]);
    await until("its letter comes", () => letters.length > 0);
    expect(letters).toEqual(["call note: expired"]);
    end();
  });

  test("a call inside a turn gets no more than what is left of the turn's time", async () => {
    const { system } = running;
    const [gate, sender] = [await system.spawn(Gate), await system.spawn(Sender)];
    // Both have the same deadline, so either may learn it first.
    await Promise.allSettled([sender.with({ timeout: 200 }).call.askQuietly(gate, "pass")]);
    const noted = await sender.call.noted();
    expect(noted).toMatchObject([{ error: { code: "ERR_CALL_TIMEOUT" } }]);
    expect(noted[0]?.error?.timeoutMs).toBeLessThanOrEqual(200);

    // With more than its turn has, and with less.
    const more = { timeout: 100_000 };
    const { call } = sender.with({ timeout: 100 });
    await Promise.allSettled([call.askQuietly(gate, "pass", more)]);
    const [, second] = await sender.call.noted();
    expect(second?.error?.timeoutMs).toBeLessThanOrEqual(100);
    const less = await sender.with({ timeout: 9000 }).call.ask(gate, "pass", [], { timeout: 30 });
    expect(less).toMatchObject({ error: { code: "ERR_CALL_TIMEOUT", timeoutMs: 30 } });
  });

  test("an answer that cannot travel is the caller's error, and the actor lives", async () => {
    const { system } = running;
    const answerer = await system.spawn(Answerer);
    for (const handler of ["bad", "badLater", "badSoon"] as const) {
      const error = await errorOf(answerer.call[handler]());
      expect(error, handler).toMatchObject({ code: "ERR_NOT_SENDABLE", path: "answer.f" });
    }
    expect(await answerer.call.good()).toEqual({ good: true });
  });

  test("every message of these tests is accounted for", () => quiet(running.system));
});
