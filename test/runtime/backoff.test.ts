import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Backoff, type BackoffOptions, wrongBackoff } from "../../runtime/backoff.ts";

/** Waits of failures that follow each other without ever coming up. */
function row(options: BackoffOptions, count: number, random = 0): number[] {
  const backoff = new Backoff(options);
  return Array.from({ length: count }, () => backoff.next(0, random));
}

describe("table", () => {
  test("rows of waits", () => {
    const table: [options: BackoffOptions, random: number, waits: number[]][] = [
      [{}, 0, [100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000]],
      [{}, 0.5, [90, 180, 360, 720]],
      [{ min: 1, max: 8 }, 0, [1, 2, 4, 8, 8]],
      [{ min: 10, factor: 1 }, 0, [10, 10, 10]],
      // A row that was rounded on its way would stay at 1 for ever.
      [{ min: 1, factor: 1.25 }, 0, [1, 1, 2, 2, 2, 3, 4, 5, 6, 7]],
      [{ min: 100, max: 1000, factor: 100 }, 0, [100, 1000, 1000]],
      [{ min: 1000, jitter: 1 }, 0.75, [250, 500]],
      [{ min: 1000, jitter: 0 }, 0.75, [1000, 2000]],
      [{ min: 40_000 }, 0, [40_000, 40_000]],
      [{ min: 7, max: 7 }, 0, [7, 7]],
    ];
    for (const [options, random, waits] of table) {
      expect(row(options, waits.length, random), JSON.stringify(options)).toEqual(waits);
    }
  });

  test("the row begins anew after a quiet period, which counts from `up`", () => {
    const table: [
      resetAfter: number | undefined,
      up: number | undefined,
      now: number,
      ms: number,
    ][] = [
      [1000, 500, 1499, 20],
      [1000, 500, 1500, 10],
      [0, 500, 500, 10],
      [1000, undefined, 1_000_000, 20],
      [undefined, 500, 30_499, 20],
      [undefined, 500, 30_500, 10],
    ];
    for (const [resetAfter, up, now, ms] of table) {
      const backoff = new Backoff({ min: 10, resetAfter, jitter: 0 });
      backoff.next(100, 0);
      if (up !== undefined) backoff.up(up);
      expect(backoff.next(now, 0), `resetAfter ${resetAfter} up ${up}`).toBe(ms);
      expect(backoff.next(now + 1_000_000, 0), "it has not been up again").toBe(2 * ms);
    }
  });

  test("wrong options are named", () => {
    const table: [options: unknown, key: string | undefined][] = [
      [{}, undefined],
      [{ min: undefined, max: undefined, factor: undefined }, undefined],
      [{ min: 1, max: 1, factor: 1, jitter: 0, resetAfter: 0 }, undefined],
      [{ min: 2 ** 31 - 1 }, undefined],
      [{ jitter: 1, factor: 100 }, undefined],
      [undefined, ""],
      [null, ""],
      [100, ""],
      [{ minimum: 100 }, ""],
      [{ min: 0 }, "min"],
      [{ min: 1.5 }, "min"],
      [{ min: 200, max: 199 }, "max"],
      [{ max: 99 }, "max"],
      [{ max: 2 ** 31 }, "max"],
      [{ factor: 0.99 }, "factor"],
      [{ factor: Number.NaN }, "factor"],
      [{ factor: 101 }, "factor"],
      [{ jitter: -0.1 }, "jitter"],
      [{ jitter: 1.1 }, "jitter"],
      [{ jitter: "0.5" }, "jitter"],
      [{ resetAfter: -1 }, "resetAfter"],
      [{ resetAfter: Number.POSITIVE_INFINITY }, "resetAfter"],
    ];
    for (const [options, key] of table) {
      expect(wrongBackoff(options)?.key, JSON.stringify(options)).toBe(key);
    }
    expect(wrongBackoff({ min: 50, max: 10 })).toEqual({
      key: "max",
      allowed: "a whole number from 50 to 2147483647",
      got: 10,
    });
  });
});

const anyOptions: fc.Arbitrary<Record<keyof BackoffOptions, number>> = fc
  .record({
    min: fc.integer({ min: 1, max: 1000 }),
    more: fc.nat(100_000),
    factor: fc.double({ min: 1, max: 100, noNaN: true }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    resetAfter: fc.nat(1000),
  })
  .map(({ more, ...options }) => ({ ...options, max: options.min + more }));
const anyRandom: fc.Arbitrary<number> = fc.double({
  min: 0,
  max: 1,
  maxExcluded: true,
  noNaN: true,
});

test("property: without jitter a row rises from min to max and stays there", () => {
  fc.assert(
    fc.property(anyOptions, (options) => {
      expect(wrongBackoff(options)).toBeUndefined();
      const waits = row({ ...options, jitter: 0 }, 40);
      expect(waits[0]).toBe(options.min);
      for (const [index, wait] of waits.entries()) {
        const before = waits[index - 1] ?? 0;
        expect(Number.isInteger(wait) && wait >= before && wait <= options.max).toBe(true);
        // No wait differs by more than its rounding from what the one before promised.
        if (index > 0 && wait < options.max) {
          expect(Math.abs(wait - before * options.factor)).toBeLessThanOrEqual(1 + options.factor);
        }
      }
      if (options.factor >= 2) expect(waits.at(-1)).toBe(options.max);
    }),
  );
});

test("property: jitter takes away the part it was given, never more", () => {
  fc.assert(
    fc.property(
      anyOptions,
      fc.array(anyRandom, { minLength: 1, maxLength: 20 }),
      (options, drawn) => {
        const whole = row({ ...options, jitter: 0 }, drawn.length);
        const backoff = new Backoff(options);
        for (const [index, random] of drawn.entries()) {
          const wait = backoff.next(0, random);
          const most = whole[index] ?? 0;
          expect(wait).toBeLessThanOrEqual(most);
          expect(wait).toBeGreaterThanOrEqual(Math.floor((most - 1) * (1 - options.jitter)));
        }
      },
    ),
  );
});
