import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RestartWindow, wrongIntensity } from "../../runtime/intensity.ts";

describe("table", () => {
  test("N restarts are within, one more is not, and the edge of the period counts", () => {
    const table: [intensity: number, period: number, stamps: number[], within: boolean[]][] = [
      [0, 5000, [0], [false]],
      [0, 5000, [0, 9000], [false, false]],
      [1, 5000, [10, 20], [true, false]],
      [1, 5000, [0, 4999], [true, false]],
      [1, 5000, [0, 5000], [true, false]],
      [1, 5000, [0, 5001], [true, true]],
      [1, 5000, [0, 5000.5], [true, true]],
      [3, 100, [0, 0, 0, 0], [true, true, true, false]],
      [3, 100, [0, 50, 100, 101], [true, true, true, true]],
      [3, 100, [0, 50, 100, 100, 201, 202], [true, true, true, false, true, true]],
      [2, 10, [1, 2, 3, 4, 30, 31, 32], [true, true, false, false, true, true, false]],
    ];
    for (const [intensity, period, stamps, within] of table) {
      const window = new RestartWindow({ intensity, period });
      const got = stamps.map((now) => window.add(now));
      expect(got, JSON.stringify([intensity, period, stamps])).toEqual(within);
    }
  });

  test("what is left out is 3 in 5000 ms", () => {
    const { intensity, periodMs } = new RestartWindow();
    expect([intensity, periodMs]).toEqual([3, 5000]);
    expect(new RestartWindow({ intensity: undefined, period: undefined }).intensity).toBe(3);
  });

  test("wrong options are named", () => {
    const table: [options: object, key: string | undefined][] = [
      [{}, undefined],
      [{ intensity: undefined, period: undefined }, undefined],
      [{ intensity: 0, period: 1 }, undefined],
      [{ intensity: 1_000_000, period: 2 ** 31 - 1, strategy: "somebody else's" }, undefined],
      [{ intensity: -1 }, "intensity"],
      [{ intensity: 1_000_001 }, "intensity"],
      [{ intensity: 1.5 }, "intensity"],
      [{ intensity: Number.POSITIVE_INFINITY }, "intensity"],
      [{ intensity: "3" }, "intensity"],
      [{ intensity: null }, "intensity"],
      [{ period: 0 }, "period"],
      [{ period: Number.NaN }, "period"],
      [{ period: 2 ** 31 }, "period"],
      [{ intensity: -1, period: 0 }, "intensity"],
    ];
    for (const [options, key] of table) {
      expect(wrongIntensity(options)?.key, JSON.stringify(options)).toBe(key);
    }
    expect(wrongIntensity({ period: 0.5 })).toEqual({
      key: "period",
      allowed: "a whole number from 1 to 2147483647",
      got: 0.5,
    });
  });
});

/** OTP's words: keep the stamps from now - period on, add now, over if there are more than N. */
class Listed {
  #stamps: number[] = [];
  readonly #intensity: number;
  readonly #period: number;

  constructor(intensity: number, period: number) {
    this.#intensity = intensity;
    this.#period = period;
  }

  add(now: number): boolean {
    this.#stamps = [...this.#stamps.filter((stamp) => stamp >= now - this.#period), now];
    return this.#stamps.length <= this.#intensity;
  }
}

// Method: steps of 0 to 12 around periods of 1 to 10 hit the edges often.
test("property: as a list of all stamps would say it", () => {
  fc.assert(
    fc.property(
      fc.nat(6),
      fc.integer({ min: 1, max: 10 }),
      fc.array(fc.nat(12), { maxLength: 60 }),
      (intensity, period, steps) => {
        const window = new RestartWindow({ intensity, period });
        const listed = new Listed(intensity, period);
        let now = 1000;
        for (const step of steps) {
          now += step;
          expect(window.add(now)).toBe(listed.add(now));
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test("a million restarts at the widest window stay within it", () => {
  const window = new RestartWindow({ intensity: 1_000_000, period: 5000 });
  let within = 0;
  for (let index = 0; index < 1_000_000; index += 1) within += window.add(index / 1000) ? 1 : 0;
  expect(within).toBe(1_000_000);
  expect(window.add(1000)).toBe(false);
  expect(window.add(6500)).toBe(true);
});
