/** Goal: what counts as the message that a test expects, and what is said of one that is not. */

import { expect, test } from "vitest";
import { difference } from "../../../actors/testkit/match.ts";

const cyclic = (): object => {
  const value: Record<string, unknown> = { a: 1 };
  value.self = value;
  return value;
};

const rows: readonly (readonly [expected: unknown, got: unknown, said?: string])[] = [
  [1, 1],
  [Number.NaN, Number.NaN],
  [0, -0, "v is 0, and not 0"],
  [1, "1", 'v is "1", and not 1'],
  [undefined, null, "v is null, and not undefined"],
  [
    { a: 1, b: 2 },
    { b: 2, a: 1 },
  ],
  [{ a: 1 }, { a: 1, b: undefined }, "v.b is there, and not expected"],
  [{ a: 1, b: undefined }, { a: 1 }, "v.b is missing"],
  [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  [[1, [2, 3]], [1, [2, 4]], "v[1][1] is 4, and not 3"],
  [[1], [1, 2], "v has 2 elements, and not 1"],
  [[], {}, "v is {}, and not []"],
  [new Date(5), new Date(5)],
  [
    new Date(5),
    new Date(6),
    `v is ${new Date(6).toISOString()}, and not ${new Date(5).toISOString()}`,
  ],
  [new Map([["a", { b: 1 }]]), new Map([["a", { b: 1 }]])],
  [new Set([1]), new Set([2]), "v is Set(1) { 2 }, and not Set(1) { 1 }"],
  [new Uint8Array([1]), new Uint8Array([1])],
  [{ a: { "odd key": [0] } }, { a: { "odd key": [1] } }, 'v.a["odd key"][0] is 1, and not 0'],
  [(n: number) => n > 1, 2],
  [(n: number) => n > 1, 1, "v is 1, and not what the predicate wants"],
  [() => "yes", 1, "v is 1, and not what the predicate wants"],
  [{ a: [(n: number) => n > 1] }, { a: [0] }, "v.a[0] is 0, and not what the predicate wants"],
  [{ a: expect.any(Number) }, { a: 7 }],
  [{ a: expect.any(Number) }, { a: "7" }, 'v.a is "7", and not Any'],
  [expect.objectContaining({ a: 1 }), { a: 1, b: 2 }],
  [cyclic(), cyclic()],
];

test.each(rows)("%# expected %o, got %o", (expected, got, said) => {
  expect(difference(expected, got, "v")).toBe(said);
});
