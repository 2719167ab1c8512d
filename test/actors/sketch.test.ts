/**
 * Goal: a short text about anything at all, which runs none of its code, does not end up in
 * circles, and is no longer than its bound.
 */
import { expect, test } from "vitest";
import { SKETCH_MAX, shapeOf, shapeOfArguments, sketch } from "../../actors/sketch.ts";

class Point {
  x = 1;
  y = 2;
}
class Loud {
  toString(): string {
    throw new Error("toString ran");
  }
  toJSON(): string {
    throw new Error("toJSON ran");
  }
  get [Symbol.toStringTag](): string {
    throw new Error("the tag ran");
  }
}

const rows: [value: unknown, sketch: string, shape: string][] = [
  [undefined, "undefined", "undefined"],
  [null, "null", "null"],
  [true, "true", "boolean"],
  [-1.5, "-1.5", "number"],
  [12n, "12n", "bigint"],
  [2n ** 100n, "bigint", "bigint"],
  ["text", '"text"', "string(4)"],
  [Symbol("here"), "Symbol(here)", "symbol"],
  [() => {}, "function", "function"],
  [[1, "a"], '[1, "a"]', "[number, string(1)]"],
  [[], "[]", "[]"],
  [new Array(3), "[empty, empty, empty]", "[empty, empty, empty]"],
  [{}, "{}", "{}"],
  [{ a: { b: [1] } }, "{ a: { b: [1] } }", "{ a: { b: [number] } }"],
  [{ "me@here": 1 }, '{ "me@here": 1 }', "{ string(7): number }"],
  [Object.create(null), "{}", "{}"],
  [new Point(), "Point { x: 1, y: 2 }", "Point { x: number, y: number }"],
  [new Loud(), "Loud", "Loud"],
  [
    new Map<unknown, unknown>([["k", { v: 1 }]]),
    'Map(1) { "k" => { v: 1 } }',
    "Map(1) { string(1) => { v: number } }",
  ],
  [new Set(["s"]), 'Set(1) { "s" }', "Set(1) { string(1) }"],
  [new Map(), "Map(0)", "Map(0)"],
  [new Date(0), "1970-01-01T00:00:00.000Z", "Date"],
  [new Date(Number.NaN), "Date(invalid)", "Date"],
  [new Uint16Array(4), "Uint16Array(8 bytes)", "Uint16Array(8 bytes)"],
  [new SharedArrayBuffer(5), "SharedArrayBuffer(5 bytes)", "SharedArrayBuffer(5 bytes)"],
  [new TypeError("wrong"), 'TypeError("wrong")', "TypeError"],
  [/x/, "RegExp", "RegExp"],
  [Promise.resolve(1), "Promise", "Promise"],
];
test.each(rows.map(([value, text, shape]) => ({ text, shape, value })))("$text", (row) => {
  const { value, text, shape } = row;
  expect(sketch(value)).toBe(text);
  expect(shapeOf(value)).toBe(shape);
});

test("no getter, trap or method of what is looked at runs", () => {
  const fail = (): never => {
    throw new Error("it ran");
  };
  const traps = new Proxy({}, { get: () => fail });
  const value = {
    get secret() {
      return fail();
    },
    proxy: new Proxy({ a: 1 }, traps),
    revoked: revoked(),
    list: Object.defineProperty([1, 2], "1", { get: fail, enumerable: true }),
    map: Object.assign(new Map([[1, 2]]), { entries: fail, [Symbol.iterator]: fail }),
    error: Object.defineProperty(new Error("x"), "message", { get: fail }),
    date: Object.assign(new Date(0), { getTime: fail, toISOString: fail }),
    made: Object.create({
      get constructor() {
        return fail();
      },
    }),
    child: Object.create(new Proxy({}, { get: fail, getPrototypeOf: fail })),
  };
  expect(sketch(value)).toBe(
    "{ secret: getter, proxy: Proxy, revoked: Proxy, list: [1, getter], map: Map(1) { 1 => 2 }, " +
      "error: Error, date: 1970-01-01T00:00:00.000Z, made: ?, child: (unreadable) }",
  );
  for (const one of Object.values(Object.getOwnPropertyDescriptors(value))) {
    expect(shapeOf(one.value)).toEqual(expect.any(String));
  }
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

test("circles end, and what is there twice is no circle", () => {
  const twice = { a: 1 };
  const value: Record<string, unknown> = { one: twice, two: twice, list: [] };
  (value.list as unknown[]).push(value);
  expect(sketch(value)).toBe("{ one: { a: 1 }, two: { a: 1 }, list: [circular] }");
});

test("deep, long and wide values are cut, and what is missing is told", () => {
  let deep: unknown = "bottom";
  for (let depth = 0; depth < 10_000; depth += 1) deep = { deep };
  expect(sketch(deep)).toBe("{ deep: { deep: { deep: { deep: Object(1) } } } }");
  expect(sketch("x".repeat(10_000_000))).toBe(`"${"x".repeat(100)}"… 9999900 more`);
  expect(shapeOf(new Array(1000).fill(1))).toMatch(/^\[(number, ){16}… 984 more\]$/);
  const wide = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, index]));
  expect(sketch(wide)).toMatch(/^\{ k0: 0, .* k15: 15, … 84 more \}$/);
  const bush = (depth: number): unknown =>
    depth === 0 ? "y".repeat(200) : Array.from({ length: 20 }, () => bush(depth - 1));
  expect(sketch(bush(4)).length).toBeLessThanOrEqual(SKETCH_MAX + 1);
  expect(shapeOf(bush(4)).length).toBeLessThanOrEqual(SKETCH_MAX + 1);
});

test("arguments", () => {
  expect(shapeOfArguments([])).toBe("()");
  expect(shapeOfArguments([1, { by: "secret" }])).toBe("(number, { by: string(6) })");
});
