/** Goal: never against causality, never back, never further from a wall than the walls are. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidOptions } from "../../actors/index.ts";
import { ClockAhead } from "../../protocols/errors.ts";
import * as hybrid from "../../protocols/hybrid-clock.ts";
import { executions, forPairs, isCause, type Member } from "./executions.ts";

const at = (ms: number, counter: number): hybrid.HybridTime => ({ ms, counter });

describe("order", () => {
  const walls = fc.array(fc.integer({ min: 1000, max: 1010 }), { minLength: 40, maxLength: 40 });

  test("a cause is earlier, whatever the walls say; and close to them", () => {
    const property = fc.property(executions, walls, (happenings, wall) => {
      const clocks = new Map<Member, hybrid.HybridTime>();
      const times: hybrid.HybridTime[] = [];
      let highest = 0;
      happenings.forEach(({ member, received }, index) => {
        const now = wall[index] ?? 0;
        highest = Math.max(highest, now);
        const time = clocks.get(member) ?? hybrid.START;
        const remote = received === undefined ? undefined : times[received];
        const next =
          remote === undefined ? hybrid.tick(time, now) : hybrid.receive(time, remote, now, 10);
        // Between the wall here and the furthest that any wall was.
        expect(next.ms).toBeGreaterThanOrEqual(now);
        expect(next.ms).toBeLessThanOrEqual(highest);
        // The paper's bound: the counter counts events, each of them once.
        expect(next.counter).toBeLessThanOrEqual(index);
        clocks.set(member, next);
        times.push(next);
      });
      forPairs(times.length, (first, second) => {
        if (!isCause(happenings, first, second)) return;
        const [a, b] = [times[first] ?? hybrid.START, times[second] ?? hybrid.START];
        if (!(hybrid.compare(a, b) < 0 && hybrid.compare(b, a) > 0)) throw new Error("order");
      });
    });
    fc.assert(property);
  });

  test("step by step", () => {
    const table: [time: hybrid.HybridTime, remote: hybrid.HybridTime | undefined, wall: number][] =
      [
        [at(10, 0), undefined, 11],
        [at(10, 3), undefined, 10.9],
        [at(10, 3), undefined, 7],
        [at(10, 3), at(10, 7), 10],
        [at(10, 7), at(10, 3), 9],
        [at(10, 3), at(12, 7), 11],
        [at(12, 3), at(10, 7), 11],
        [at(10, 3), at(11, 7), 12],
        [at(10, 3), at(12, 7), 12],
      ];
    const results = table.map(([time, remote, wall]) =>
      remote === undefined ? hybrid.tick(time, wall) : hybrid.receive(time, remote, wall),
    );
    expect(results.map(({ ms, counter }) => `${ms}.${counter}`)).toEqual([
      "11.0",
      "10.4",
      "10.4",
      "10.8",
      "10.8",
      "12.8",
      "12.4",
      "12.0",
      "12.8",
    ]);
  });

  test("a counter that runs out takes the next millisecond, and stays in 16 bits", () => {
    const last = at(10, hybrid.COUNTER_MAX);
    const results = [
      hybrid.tick(last, 10),
      hybrid.receive(at(9, 0), last, 10),
      hybrid.receive(last, at(10, 3), 10),
    ];
    expect(results).toEqual([at(11, 0), at(11, 0), at(11, 0)]);
    for (const time of results) expect(hybrid.compare(last, time)).toBeLessThan(0);
  });
});

describe("drift", () => {
  test("a time too far ahead is refused, and what is within the bound is not", () => {
    const time = at(1000, 0);
    expect(hybrid.tryReceive(time, at(1500, 9), 1000)).toEqual(at(1500, 10));
    expect(hybrid.tryReceive(time, at(1501, 0), 1000)).toBeUndefined();
    expect(hybrid.tryReceive(time, at(1500, 0), 999.9)).toBeUndefined();
    expect(() => hybrid.receive(time, at(5000, 0), 1000, 20)).toThrow(ClockAhead);
    expect(() => hybrid.receive(time, at(5000, 0), 1000, 20)).toThrow(
      expect.objectContaining({ code: "ERR_CLOCK_AHEAD", aheadMs: 4000, driftMaxMs: 20 }),
    );
  });

  test("a wall that is no time is refused, before it is in a time", () => {
    for (const wall of [Number.NaN, -1, 2 ** 48, Number.POSITIVE_INFINITY]) {
      expect(() => hybrid.tick(hybrid.START, wall)).toThrow(InvalidOptions);
      expect(() => hybrid.tryReceive(hybrid.START, hybrid.START, wall)).toThrow(InvalidOptions);
    }
  });
});

test("what a stranger sent is looked at", () => {
  const table: [value: unknown, isTime: boolean][] = [
    [at(0, 0), true],
    [at(hybrid.MS_MAX, hybrid.COUNTER_MAX), true],
    [at(2 ** 48, 0), false],
    [at(0, 2 ** 16), false],
    [at(-1, 0), false],
    [at(1.5, 0), false],
    [at(1, Number.NaN), false],
    [{ ms: "1", counter: 0 }, false],
    [{ ms: 1 }, false],
    [null, false],
    [7, false],
  ];
  for (const [value, isTime] of table) expect(hybrid.isHybridTime(value)).toBe(isTime);
});
