/**
 * Goal: each measurement of an actor is in main's histograms once, whatever its thread, and told to
 * listeners; what cannot be is counted.
 */

import { describe, expect, test } from "vitest";
import type { Cell } from "../../actors/cell.ts";
import type { Host } from "../../actors/host.ts";
import { type Batch, FLUSH_MS, isBatch, Measures } from "../../actors/measures.ts";
import { HISTOGRAMS_MAX, Metrics } from "../../actors/metrics.ts";
import { coordination } from "../../actors/protocol/coordination.ts";
import type { Measurement } from "../../dist/actors/index.js";
import { MessageTooLarge } from "../../runtime/errors.ts";
import { fixture, sabeam, testkit } from "./support/native.ts";
import { keepingLog, THREADS, until, useSystem } from "./support/systems.ts";

const { Measuring } = await fixture<typeof import("./fixtures/measured.mjs")>("measured");

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  const count = (kind: string, name: string): number =>
    running.system.metrics.of(kind).get(name)?.count ?? 0;

  test("numbers of several actors are in one histogram, and each is told", async () => {
    const { system } = running;
    const told: Measurement[] = [];
    const end = system.metrics.listen((measurement) => void told.push(measurement));
    const [named, other] = [
      await system.spawn(Measuring, [], { name: "m" }),
      await system.spawn(Measuring, [], { thread: 0 }),
    ];
    named.cast.measure("turn", { durationMs: 2.5, rows: 20 });
    other.cast.measure("turn", { durationMs: 5 });
    await until("both came", () => told.length === 2);
    expect(told.toSorted((one, two) => one.thread - two.thread || two.at - one.at)).toEqual(
      expect.arrayContaining([
        {
          kind: "turn",
          values: { durationMs: 2.5, rows: 20 },
          actor: "m",
          thread: threads,
          at: expect.any(Number),
        },
        {
          kind: "turn",
          values: { durationMs: 5 },
          actor: String(other),
          thread: 0,
          at: expect.any(Number),
        },
      ]),
    );
    const { metrics } = system;
    expect(metrics.kinds).toContain("turn");
    const histograms = metrics.of("turn");
    expect([...histograms.keys()].toSorted()).toEqual(["durationMs", "rows"]);
    expect(histograms.get("durationMs")).toMatchObject({ count: 2, sum: 7.5, min: 2.5, max: 5 });
    // What was given is not changed by what comes later.
    end();
    named.cast.measure("turn", { rows: 1 });
    await until("it came", () => count("turn", "rows") === 2);
    expect(histograms.get("rows")?.count).toBe(1);
    expect(told).toHaveLength(2);
    expect(metrics.of("nothing").size).toBe(0);
  });

  test("a flood comes as a whole, in few records", async () => {
    const { system } = running;
    const flooding = await system.spawn(Measuring);
    const { leftOut } = system.metrics;
    await flooding.call.flood("flood", 5000);
    await until("all came", () => count("flood", "value") === 5000);
    const value = system.metrics.of("flood").get("value");
    expect(value).toMatchObject({ sum: 12_502_500, min: 1, max: 5000 });
    expect(Math.abs((value?.percentile(50) ?? 0) - 2500)).toBeLessThanOrEqual(2500 / 128);
    expect(system.metrics.leftOut).toBe(leftOut);
  });

  test("what is malformed is left out, counted, and named in the log", async () => {
    const { system, lines } = running;
    const actor = await system.spawn(Measuring);
    const before = system.metrics.leftOut;
    const wrong: [kind: unknown, values: unknown][] = [
      ["", { one: 1 }],
      ["x".repeat(65), { one: 1 }],
      [7, { one: 1 }],
      ["wrong", {}],
      ["wrong", null],
      ["wrong", "one"],
      ["wrong", { one: -1 }],
      ["wrong", { one: Number.NaN }],
      ["wrong", { one: "1" }],
      ["wrong", { ["x".repeat(65)]: 1 }],
      ["wrong", Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`n${index}`, 1]))],
    ];
    for (const [kind, values] of wrong) await actor.call.measure(kind as never, values as never);
    await until("all are counted", () => system.metrics.leftOut === before + wrong.length);
    expect(system.metrics.kinds).not.toContain("wrong");
    const causes = lines.filter(({ message }) => message === "a measurement is left out");
    expect(causes.map(({ fields }) => fields.cause)).toContain(
      "wrong: one must be a number from 0 on; got -1",
    );
  });

  test("a listener that throws costs a line in the log; others are refused", async () => {
    const { system, lines } = running;
    const end = system.metrics.listen(() => {
      throw new Error("on purpose");
    });
    const actor = await system.spawn(Measuring);
    actor.cast.measure("heard", { one: 1 });
    await until("the line", () =>
      lines.some(({ message }) => message === "a listener of measurements threw"),
    );
    end();
    expect(() => system.metrics.listen(1 as never)).toThrow(sabeam.InvalidOptions);
  });
});

test("what is held back when the system stops is told then", async () => {
  const system = await sabeam.startSystem({ threads: 1, log: keepingLog().log });
  const actor = await system.spawn(Measuring);
  await actor.call.flood("last", 3);
  await system.stop();
  expect(system.metrics.of("last").get("value")?.count).toBe(3);
});

test("messages as small as can be carry them one by one", async () => {
  const options = { threads: 1, maxMessageBytes: 1024, log: keepingLog().log };
  const system = await sabeam.startSystem(options);
  const actor = await system.spawn(Measuring);
  await actor.call.flood("small", 100);
  const long = Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [`${index}`.padEnd(64, "x"), 1]),
  );
  await actor.call.measure("x".repeat(64), long);
  await until("all came", () => system.metrics.of("small").get("value")?.count === 100);
  await system.stop();
  const { kinds, leftOut } = system.metrics;
  expect(kinds.length - 1 + leftOut).toBe(1);
});

test("in a stepper a measurement is an effect", () => {
  const step = testkit.stepper(Measuring);
  step.cast.measure("turn", { rows: 2 });
  expect(step.effects().map(testkit.formatEffect)).toEqual(["measure turn { rows: 2 }"]);
});

test("there are so many histograms, and others are counted", () => {
  const metrics = new Metrics(
    () => {},
    () => {},
  );
  const one = (kind: string): Measurement => {
    return { kind, values: { one: 1 }, actor: "a", thread: 0, at: 0 };
  };
  for (let index = 0; index < HISTOGRAMS_MAX + 3; index += 1) {
    metrics.add({ measured: [one(`${index}`)], leftOut: 0 });
  }
  metrics.add({ measured: [one("0")], leftOut: 4 });
  expect(metrics.kinds).toHaveLength(HISTOGRAMS_MAX);
  expect(metrics.of("0").get("one")?.count).toBe(2);
  expect(metrics.leftOut).toBe(3 + 4);
});

describe("a thread by hand", () => {
  function thread(measured: (batch: Batch) => boolean) {
    const timers: (() => void)[] = [];
    let now = 0;
    const env = { now: () => now, timer: (_ms: number, step: () => void) => timers.push(step) };
    const host = { thread: { env, index: 1 }, notes: { measured } } as unknown as Host;
    const measures = new Measures(host);
    const pass = (): void => {
      now += FLUSH_MS;
      for (const step of timers.splice(0)) step();
    };
    const cell = { name: "a" } as Cell;
    return { add: (value: number) => measures.add(cell, "kind", { value }), pass };
  }

  const valuesIn = (batches: readonly Batch[]): unknown[] =>
    batches.flatMap(({ measured }) => measured.map(({ values }) => values.value));

  test("the first goes at once, and the next ones together", () => {
    const batches: Batch[] = [];
    const { add, pass } = thread((batch) => batches.push(batch) > 0);
    for (const value of [1, 2, 3]) add(value);
    expect(valuesIn(batches)).toEqual([1]);
    pass();
    expect(valuesIn(batches)).toEqual([1, 2, 3]);
    expect(batches).toHaveLength(2);
    pass();
    expect(batches).toHaveLength(2);
  });

  test("without a way they wait in order, and those that are too many are counted", () => {
    const batches: Batch[] = [];
    let isOpen = false;
    const { add, pass } = thread((batch) => isOpen && batches.push(batch) > 0);
    for (let value = 0; value < 2000; value += 1) add(value);
    pass();
    expect(batches).toEqual([]);
    isOpen = true;
    pass();
    expect(valuesIn(batches)).toEqual(Array.from({ length: 1024 }, (_, value) => value));
    expect(batches.reduce((sum, { leftOut }) => sum + leftOut, 0)).toBe(2000 - 1024);
  });

  test("what is too large for a message goes in halves, down to one", () => {
    const batches: Batch[] = [];
    const { add, pass } = thread((batch) => {
      const isTooLarge = batch.measured.length > 2 || batch.measured[0]?.values.value === 3;
      if (isTooLarge) throw new MessageTooLarge("measurements", 2000, 1024);
      return batches.push(batch) > 0;
    });
    for (const value of [0, 1, 2, 3, 4, 5]) add(value);
    pass();
    add(6);
    pass();
    expect(valuesIn(batches)).toEqual([0, 1, 2, 4, 5, 6]);
    expect(batches.at(-1)?.leftOut).toBe(1);
  });
});

const PLACE = { actor: "a", thread: 1, at: 0.5 };

test.each([
  [{ measured: [], leftOut: 0 }, true],
  [{ measured: [{ ...PLACE, kind: "k", values: { one: 1 } }], leftOut: 1 }, true],
  [{ measured: [{ ...PLACE, kind: "k", values: { one: "1" } }], leftOut: 0 }, false],
  [{ measured: [{ ...PLACE, kind: "k" }], leftOut: 0 }, false],
  [{ measured: [{ kind: "k", values: { one: 1 } }], leftOut: 0 }, false],
  [{ measured: [null], leftOut: 0 }, false],
  [{ measured: {}, leftOut: 0 }, false],
  [{ measured: [], leftOut: -1 }, false],
  [{}, false],
])("a record with %j is one of measurements: %s", (value, expected) => {
  expect(isBatch(value)).toBe(expected);
});

test("an instance that took no time has a throughput, too", () => {
  expect(coordination(20, 5)).toEqual({
    durationMs: 20,
    participants: 5,
    participantsPerSecond: 250,
  });
  const { participantsPerSecond } = coordination(0, 3);
  expect(participantsPerSecond).toBe(3_000_000);
});
