/** Distributions of delays: their shape, and that one number makes one delay. */

import { expect, test } from "vitest";
import { type Delay, delayNs, wrongDelay } from "../../../runtime/sim/delay.ts";

const ALMOST_1 = 1 - Number.EPSILON / 2;

test("numbers from 0 to 1 become delays from the shortest to the longest", () => {
  expect(delayNs({ type: "uniform", minMs: 0, maxMs: 0.000_001 })(0.6)).toBe(1);
  const rows: [delay: Delay, at: readonly [u: number, ns: number][]][] = [
    [
      { type: "fixed", ms: 1.5 },
      [
        [0, 1_500_000],
        [ALMOST_1, 1_500_000],
      ],
    ],
    [
      { type: "uniform", minMs: 1, maxMs: 3 },
      [
        [0, 1_000_000],
        [0.5, 2_000_000],
        [ALMOST_1, 3_000_000],
      ],
    ],
    [
      {
        type: "table",
        // Not in the order of their lengths, which is that of the numbers.
        rows: [
          { weight: 1, minMs: 100, maxMs: 200 },
          { weight: 9, minMs: 0, maxMs: 1 },
        ],
      },
      [
        [0, 0],
        [0.45, 500_000],
        [0.9, 100_000_000],
        [0.95, 150_000_000],
        [ALMOST_1, 200_000_000],
      ],
    ],
  ];
  for (const [delay, at] of rows) {
    const ns = delayNs(delay);
    for (const [u, expected] of at) expect(Math.abs(ns(u) - expected), `${u}`).toBeLessThan(2);
    let last = 0;
    for (let u = 0; u < 1; u += 0.001) {
      expect(ns(u)).toBeGreaterThanOrEqual(last);
      expect(Number.isInteger(ns(u))).toBe(true);
      last = ns(u);
    }
  }
});

test("the shares of a table are those of its weights", () => {
  const ns = delayNs({
    type: "table",
    rows: [3, 1, 2].map((weight, row) => ({ weight, minMs: row * 10, maxMs: row * 10 + 1 })),
  });
  const counts = [0, 0, 0];
  for (let index = 0; index < 6000; index += 1) {
    const row = Math.floor(ns(index / 6000) / 10_000_000);
    counts[row] = (counts[row] ?? 0) + 1;
  }
  expect(counts).toEqual([3000, 1000, 2000]);
});

test("what is no delay, with the place (more in plan.test.ts)", () => {
  expect(wrongDelay({ type: "fixed", ms: 0 })).toBeUndefined();
  expect(wrongDelay({ type: "fixed", ms: -1 })).toMatchObject({ key: "ms", got: -1 });
  expect(wrongDelay({ type: "fixed", ms: 3_600_001 })).toMatchObject({ key: "ms" });
  expect(wrongDelay({ type: "uniform", minMs: Number.NaN, maxMs: 1 })).toMatchObject({
    key: "minMs",
  });
  const rows = [
    { weight: 1, minMs: 0, maxMs: 1 },
    { weight: 1.5, minMs: 0, maxMs: 1 },
  ];
  expect(wrongDelay({ type: "table", rows })).toMatchObject({ key: "rows[1].weight", got: 1.5 });
  expect(wrongDelay({ type: "table", rows: [null] })).toMatchObject({ key: "rows[0]" });
});
