/**
 * Goal: a system goes down in phases (hooks, what was sent is handled, actors end, threads end),
 * each within its time, and with a report of what had not ended.
 */
import { describe, expect, test } from "vitest";
import type { PhaseReport, StopReport } from "../../dist/actors/index.js";
import { basic, fixture, sabeam } from "./support/native.ts";
import { errorOf, keepingLog, THREADS, until } from "./support/systems.ts";

const { startSystem } = sabeam;
const { Gate, Notepad, Waiter } = basic;
const { SlowMortal, Stubborn } = await fixture<typeof import("./fixtures/mortals.mjs")>("mortals");
const { Parent } = await fixture<typeof import("./fixtures/births.mjs")>("births");
const { Sender } = await fixture<typeof import("./fixtures/senders.mjs")>("senders");
const { lend, Nest } = await fixture<typeof import("./fixtures/nests.mjs")>("nests");

const NAMES = ["intake", "drain", "tree", "rest", "threads"];
const never = new Promise<void>(() => {});

function phase({ phases }: StopReport, name: string): PhaseReport {
  const found = phases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no phase ${name}`);
  return found;
}

describe.each(THREADS)("threads: %i", (threads) => {
  const begin = async (options: object = {}) => {
    const { log, lines } = keepingLog();
    return { lines, system: await startSystem({ threads, log, ...options }) };
  };

  test("phases in order, told as they pass, and in the report; one stop for all", async () => {
    const { system, lines } = await begin();
    const told: PhaseReport[] = [];
    system.stopPhases((one) => told.push(one));
    system.stopPhases(() => {
      throw new Error("listener");
    });
    const notepad = await system.spawn(Notepad);
    const [first, second] = [system.stop(), system.stop()];
    expect(second).toBe(first);
    const report = await first;
    expect(report.phases.map(({ name }) => name)).toEqual(NAMES);
    expect(told).toEqual(report.phases);
    expect(report.cause).toBe("stop()");
    for (const { stillRunning, failed, ms, deadlineMs } of told) {
      expect({ stillRunning, failed }).toEqual({ stillRunning: [], failed: [] });
      expect(ms).toBeLessThanOrEqual(deadlineMs + 1000);
    }
    expect(report.ms).toBeGreaterThanOrEqual(told.reduce((sum, { ms }) => sum + ms, 0));
    expect(report.counters).toEqual(system.counters());
    expect(lines.map(({ message }) => message)).toEqual(
      told.map(() => "a listener of stop phases threw"),
    );
    expect(await errorOf(notepad.call.size())).toMatchObject({ code: "ERR_ACTOR_DOWN" });
  });

  test("what was sent is handled before anybody ends, however far it goes", async () => {
    const { system } = await begin();
    const notepad = await system.spawn(Notepad);
    const waiter = await system.spawn(Waiter);
    let size = -1;
    system.onStop("late", async () => {
      // What comes from outside is still answered: requests that are under way need that.
      for (let note = 0; note < 500; note += 1) notepad.cast.note(note);
      size = await notepad.call.size();
      for (let note = 0; note < 5000; note += 1) notepad.cast.note(note);
    });
    const slept = waiter.call.sleep(80, "slept");
    const report = await system.stop();
    expect(await slept).toBe("slept");
    expect(size).toBe(500);
    expect(report.counters).toMatchObject({ sent: 5502, handled: 5502, deadLettered: 0 });
    expect(phase(report, "drain").stillRunning).toEqual([]);
  });

  test("what is not handled within drainTimeout is a dead letter, and named", async () => {
    const { system, lines } = await begin({ drainTimeout: 50 });
    const [gate, waiter] = [await system.spawn(Gate), await system.spawn(Waiter)];
    const waits = errorOf(waiter.call.wait(gate));
    await until("it waits", async () => (await gate.call.came()) === 1);
    for (let note = 0; note < 30; note += 1) waiter.cast.note(note);
    const report = await system.stop();
    const drain = phase(report, "drain");
    expect(drain.ms).toBeGreaterThanOrEqual(50);
    expect(drain.stillRunning[0]).toMatch(/^Waiter<.*> in wait for .* waits for Gate</);
    expect(drain.stillRunning[1]).toMatch(/^Waiter<.*>: 30 messages wait$/);
    expect(phase(report, "rest").deadLettered).toBe(30);
    expect(await waits).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    const { sent, handled, deadLettered, queued } = report.counters;
    expect({ sent, queued }).toEqual({ sent: handled + deadLettered, queued: 0 });
    expect(lines.filter(({ level }) => level !== "debug")).toEqual([]);
  });

  test("drainTimeout 0: nobody waits for anything", async () => {
    const { system } = await begin({ drainTimeout: 0 });
    const gate = await system.spawn(Gate);
    const waits = errorOf((await system.spawn(Waiter)).call.wait(gate));
    const { phases } = await system.stop();
    expect(phases[1]).toMatchObject({ name: "drain", deadlineMs: 0, stillRunning: [] });
    await waits;
  });

  test("from outside nothing is spawned any more, by actors it is", async () => {
    const { system } = await begin();
    const parent = await system.spawn(Parent);
    let outside: unknown;
    let inside: unknown;
    system.onStop("spawns", async () => {
      outside = await errorOf(system.spawn(Notepad));
      inside = (await parent.call.child(["born"])).notes;
    });
    await system.stop();
    expect(outside).toMatchObject({ code: "ERR_SYSTEM_STOPPED" });
    expect(inside).toEqual(["born"]);
    expect(system.counters().actors).toBe(0);
  });

  test("who does not end in time is in the report and in the log", async () => {
    const { system, lines } = await begin({ stopTimeout: 60 });
    const stubborn = await system.spawn(Stubborn);
    const notepad = await system.spawn(Notepad);
    await system.spawn(SlowMortal, [notepad, 1]);
    const report = await system.stop();
    const late = [`${stubborn}: its terminate has not ended`];
    expect(phase(report, "rest").stillRunning).toEqual(late);
    expect(lines.map(({ fields }) => fields.late)).toEqual([late]);
    expect(report.counters.actors).toBe(0);
  });

  test("a turn that waits for the stop it asked for does not hold it up", async () => {
    const { system } = await begin({ drainTimeout: 20_000 });
    lend(system);
    const nest = await system.spawn(Nest, [], { thread: 0 });
    // It cannot be answered: the actor ends before its turn does.
    expect(await errorOf(nest.call.stopAll())).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    expect(phase(await system.stop(), "drain").stillRunning).toEqual([]);
  });
});

test("a thread that does not hear of the stop dies, and nothing is lost silently", async () => {
  const { log, lines } = keepingLog();
  const system = await startSystem({ threads: 2, log, stopTimeout: 0, drainTimeout: 0 });
  const nest = await system.spawn(Nest, [], { thread: 1 });
  const deaf = await system.spawn(Notepad, [], { thread: 1 });
  const sender = await system.spawn(Sender, [], { thread: 2 });
  const blocked = errorOf(nest.call.block(60_000));
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (let note = 0; note < 100; note += 1) deaf.cast.note(note);
  await sender.call.burst(deaf, 0, 50);
  const report = await system.stop();
  const { counters } = report;
  expect(phase(report, "rest").stillRunning.join()).toMatch(
    /^Nest<.*> in block on thread 1 for 1\.\d s, does/,
  );
  expect(phase(report, "threads").stillRunning).toEqual([]);
  expect(counters).toMatchObject({ sent: 152, deadLettered: 150, queued: 0, actors: 0 });
  expect(await blocked).toMatchObject({ code: "ERR_ACTOR_DOWN", handled: "maybe" });
  expect(lines.map(({ level }) => level)).toEqual(["warn"]);
});

describe("hooks", () => {
  test("the last registered runs first, each when the one before has ended", async () => {
    const { log, lines } = keepingLog();
    const system = await startSystem({ threads: 0, log });
    const order: string[] = [];
    const hook = (name: string, ms: number) => async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, ms));
      order.push(`${name} ends`);
    };
    system.onStop("database", hook("database", 1));
    const remove = system.onStop("gone", hook("gone", 1));
    system.onStop("throws", () => {
      throw new TypeError("cannot close");
    });
    let aborted = false;
    system.onStop(
      "late",
      ({ signal, cause }) => {
        order.push(cause);
        signal.addEventListener("abort", () => {
          aborted = true;
        });
        return never;
      },
      { timeout: 30 },
    );
    system.onStop("server", hook("server", 20));
    // One that calls what it is called by, at once: the same stop.
    system.onStop("again", () => void system.stop().then(() => order.push("stopped")));
    remove();
    const report = await system.stop();
    await Promise.resolve();
    expect(order).toEqual([
      "server begins",
      "server ends",
      "stop()",
      "database begins",
      "database ends",
      "stopped",
    ]);
    expect(aborted).toBe(true);
    expect(report.phases[0]).toMatchObject({
      name: "intake",
      deadlineMs: 4 * 5000 + 30,
      stillRunning: ["late: took longer than 30 ms"],
      failed: ["throws: TypeError: cannot close"],
    });
    const told = lines.map(({ level, fields }) => [level, fields.failed ?? fields.late]);
    expect(told).toEqual([
      ["error", ["throws: TypeError: cannot close"]],
      ["warn", ["late: took longer than 30 ms"]],
    ]);
    expect(() => system.onStop("more", () => {})).toThrow(/stopped/);
  });

  test("wrong ones are refused", async () => {
    const system = await startSystem({ threads: 0 });
    const add = system.onStop.bind(system) as (...args: unknown[]) => () => void;
    const hook = (): void => {};
    const wrong: [unknown[], RegExp][] = [
      [["", hook], /a name of 1 to 200 characters/],
      [[1, hook], /a name of 1 to 200 characters/],
      [["a"], /onStop a must be a function/],
      [["a", hook, { timeout: 0 }], /onStop a: timeout must be a whole number from 1 to 600000/],
      [["a", hook, { time: 1 }], /an object with timeout only/],
    ];
    for (const [args, message] of wrong) {
      expect(() => add(...args)).toThrow(message);
      expect(() => add(...args)).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTIONS" }));
    }
    const removes = Array.from({ length: 64 }, (_, at) => add(`hook ${at}`, hook));
    expect(() => add("one more", hook)).toThrow(/at most 64 hooks/);
    removes[0]?.();
    removes[0]?.();
    add("in its place", hook);
    expect(() => add("one more", hook)).toThrow(/at most 64 hooks/);
    await system.stop();
  });
});
