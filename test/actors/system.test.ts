/** Goal: a system starts with options that make sense, ends once, and is honest after it. */
import { describe, expect, test } from "vitest";
import type { SystemOptions } from "../../dist/actors/index.js";
import { basic, fixture, sabeam } from "./support/native.ts";
import { ended, errorOf, failure, keepingLog, quiet, THREADS, until } from "./support/systems.ts";

const { startSystem } = sabeam;
const { Gate, Notepad, Waiter } = basic;
const { Asking } = await fixture<typeof import("./fixtures/births.mjs")>("births");
const { Mortal, Stubborn } = await fixture<typeof import("./fixtures/mortals.mjs")>("mortals");
const { lend, Nest } = await fixture<typeof import("./fixtures/nests.mjs")>("nests");

test("wrong options are refused, and the message says what is allowed", async () => {
  const wrong: [unknown, string, RegExp][] = [
    [{ thread: 1 }, "startSystem", /an object with threads, ownThreads, .* only; got an object/],
    [null, "startSystem", /an object with threads.*got null/],
    [{ threads: -1 }, "threads", /a whole number from 0 to 63; got -1/],
    [{ threads: 64 }, "threads", /from 0 to 63/],
    [{ standbys: 5 }, "standbys", /a whole number from 0 to 4; got 5/],
    [{ heapMb: 15 }, "heapMb", /from 16 to 65536/],
    [{ threadIntensity: 3 }, "threadIntensity", /an object with deaths and period/],
    [{ threadIntensity: { death: 3 } }, "threadIntensity", /deaths and period only/],
    [{ threadIntensity: { deaths: -1 } }, "threadIntensity.deaths", /from 0 to 1000000/],
    [{ threadIntensity: { period: 0 } }, "threadIntensity.period", /from 1 to 2147483647/],
    [{ threads: 1.5 }, "threads", /a whole number/],
    [{ threads: "2" }, "threads", /got "2"/],
    [{ maxActors: 1000 }, "maxActors", /from 1024 to 1048576; got 1000/],
    [{ development: "yes" }, "development", /true or false; got "yes"/],
    [{ callTimeout: 0 }, "callTimeout", /from 1 to 2147483647/],
    [{ stopTimeout: -1 }, "stopTimeout", /from 0 to 600000/],
    [{ maxMessageBytes: 10 }, "maxMessageBytes", /from 1024 to 16777216/],
    [{ laneBytes: 100_000 }, "laneBytes", /a power of two; got 100000/],
    [{ laneBytes: 1024 }, "laneBytes", /from 16384 to/],
    [{ mailbox: { policy: "drop" } }, "mailbox.policy", /one of reject, drop-newest/],
    [{ actors: "./actors.js" }, "actors", /a URL/],
    [{ spin: 1 }, "spin", /true or false/],
    [{ log: console.log }, "log", /an object with debug, info, warn, error/],
  ];
  for (const [options, option, message] of wrong) {
    const error = await errorOf(startSystem(options as SystemOptions));
    expect(error).toMatchObject({ name: "InvalidOptions", code: "ERR_INVALID_OPTIONS", option });
    expect(error.message).toMatch(message);
  }
});

describe.each(THREADS)("threads: %i", (threads) => {
  test("threads and counters of a system in which nothing happened", async () => {
    const system = await startSystem({ threads });
    expect(system.threads.map(({ index, running }) => [index, running])).toEqual(
      [0, 1].slice(0, threads + 1).map((index) => [index, true]),
    );
    const none = { sent: 0, handled: 0, deadLettered: 0, dropped: 0, queued: 0 };
    expect(system.counters()).toEqual({
      ...none,
      actors: 0,
      crashes: 0,
      lateReplies: 0,
      badLanes: 0,
    });
    await system.stop();
    expect(system.counters()).toMatchObject(none);
  });

  test("stop: as often as you like, and afterwards everything says so", async () => {
    const system = await startSystem({ threads });
    const notepad = await system.spawn(Notepad, [], { name: "notepad" });
    await notepad.call.note(1);
    const stops = [system.stop(), system.stop()];
    await Promise.all(stops);
    await system.stop();
    await system[Symbol.asyncDispose]();

    expect(notepad.cast.note(2)).toBe(true);
    const down = { name: "ActorDown", handled: "no", reason: { type: "noproc" } };
    expect(await errorOf(notepad.call.note(2))).toMatchObject(down);
    expect(await errorOf(notepad.with({ timeout: 10 }).call.note(2))).toMatchObject(down);
    expect(await errorOf(notepad.ready())).toMatchObject(down);
    expect(await errorOf(system.spawn(Notepad))).toMatchObject({
      name: "SystemStopped",
      code: "ERR_SYSTEM_STOPPED",
      message: expect.stringContaining("start another one"),
    });
    expect(system.whereis(Notepad, "notepad")).toBe(undefined);
    expect(system.threads.map(({ running }) => running)).not.toContain(true);
    system.deadLetters(() => {})();
    system.unref();
    system.ref();
    const { sent, handled, deadLettered } = system.counters();
    expect({ sent, handled, deadLettered }).toEqual({ sent: 4, handled: 1, deadLettered: 3 });
  });

  test("stop in the middle of everything: every promise settles", async () => {
    const { log, lines } = keepingLog();
    const system = await startSystem({ threads, log });
    const [gate, waiter] = [await system.spawn(Gate), await system.spawn(Waiter)];
    const spawning = failure(system.spawn(Asking, [gate]));
    const calls = [
      waiter.call.wait(gate),
      waiter.call.note(1),
      gate.call.pass(),
      waiter.with({ signal: new AbortController().signal }).call.note(2),
    ].map((call) => failure(call));
    await until("two wait", async () => (await gate.call.came()) >= 3);
    for (let number = 0; number < 100; number += 1) waiter.cast.note(number);
    const spawningMore = Promise.allSettled(
      Array.from({ length: 50 }, () => system.spawn(Notepad)),
    );
    await system.stop();
    expect(await spawning).toBeInstanceOf(Error);
    for (const error of await Promise.all(calls)) {
      expect(error).toMatchObject({ code: expect.stringMatching(/ACTOR_DOWN|SYSTEM_STOPPED/) });
    }
    for (const spawn of await spawningMore) {
      if (spawn.status === "fulfilled") await ended(spawn.value);
      else expect(spawn.reason.code).toMatch(/ERR_(SYSTEM_STOPPED|ACTOR_DOWN|THREAD_UNAVAILABLE)/);
    }
    expect(system.counters().actors).toBe(0);
    expect(lines.filter(({ level }) => level === "error")).toEqual([]);
    await quiet(system);
  });

  test("who does not end in time is named in the log", async () => {
    const { log, lines } = keepingLog();
    const system = await startSystem({ threads, log, stopTimeout: 60 });
    const stubborn = await system.spawn(Stubborn);
    await system.spawn(Mortal);
    await system.stop();
    const late = lines.filter(({ level }) => level === "warn" || level === "error");
    expect(JSON.stringify(late)).toContain(String(stubborn));
    expect(JSON.stringify(late)).not.toContain("Mortal<");
  });

  test("a system can be stopped from inside of it, and another started after it", async () => {
    const system = await startSystem({ threads });
    lend(system);
    const nest = await system.spawn(Nest, [], { thread: 0 });
    // Its turn ends when all has ended, so its answer has nobody to go to.
    expect(await errorOf(nest.call.stopAll())).toMatchObject({
      code: expect.stringMatching(/ACTOR_DOWN|SYSTEM_STOPPED/),
    });
    await system.stop();
    const next = await startSystem({ threads });
    expect(await (await next.spawn(Notepad)).call.echo(1)).toBe(1);
    await next.stop();
  });

  test("two at once do not know each other", async () => {
    const systems = [await startSystem({ threads }), await startSystem({ threads })] as const;
    const options = { name: "same" };
    const refs = [
      await systems[0].spawn(Notepad, [1], options),
      await systems[1].spawn(Notepad, [2], options),
    ] as const;
    expect(systems[0].whereis(Notepad, "same")).toBe(refs[0]);
    expect(systems[1].whereis(Notepad, "same")).toBe(refs[1]);
    await systems[0].stop();
    expect(await refs[1].call.notes()).toEqual([2]);
    await systems[1].stop();
  });
});

describe("a system inside of a system", () => {
  test("on a worker thread it is refused, before anything is made", async () => {
    const system = await startSystem({ threads: 2 });
    for (const thread of [1, 2]) {
      const nest = await system.spawn(Nest, [], { thread });
      for (const options of [{ threads: 0 }, { threads: 1 }, { threads: -1 }]) {
        const told = await nest.call.start(options);
        expect(told).toMatchObject({ name: "NestedSystem", code: "ERR_NESTED_SYSTEM", thread });
        expect(told.message).toContain(`startSystem was called on thread ${thread}`);
        expect(told.message).toContain("put the actors into a file of their own");
      }
    }
    await system.stop();
  });

  test("on main it is just another one", async () => {
    const system = await startSystem({ threads: 0 });
    const nest = await system.spawn(Nest);
    expect(await nest.call.start({ threads: 0 })).toEqual({ threads: 1 });
    await system.stop();
  });
});

test("a thread that does not even listen is named, and ended", async () => {
  const { log, lines } = keepingLog();
  const system = await startSystem({ threads: 1, log, stopTimeout: 0 });
  const nest = await system.spawn(Nest);
  const blocked = errorOf(nest.call.block(60_000));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await system.stop();
  expect(await blocked).toMatchObject({ code: expect.stringMatching(/ACTOR_DOWN|SYSTEM_STOPPED/) });
  const late = lines.find(({ message }) => message === "these did not end in time");
  expect(JSON.stringify(late?.fields.late)).toContain("thread 1");
});
