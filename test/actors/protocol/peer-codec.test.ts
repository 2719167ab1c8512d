/** Goal: what a table of fields says is what comes through, and nothing else. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PeerCodec } from "../../../actors/protocol/contract.ts";
import {
  type Field,
  fielded,
  finite,
  flag,
  list,
  oneOf,
  optional,
  plain,
  text,
  whole,
} from "../../../actors/protocol/fields.ts";
import { peerCodec } from "../../../actors/protocol/peer-codec.ts";
import { Codec } from "../../../runtime/codec/codec.ts";
import { LocalShapes } from "../../../runtime/codec/shapes.ts";

const rows: [string, Field<unknown>, unknown[], unknown[]][] = [
  ["whole", whole(1, 9), [1, 9], [0, 10, 1.5, Number.NaN, "1", null, undefined, 1n]],
  ["finite", finite(-1, 1), [-1, 0.5, 1], [2, Number.NaN, Number.POSITIVE_INFINITY, "0"]],
  ["finite, any", finite(), [1e300], [Number.NEGATIVE_INFINITY, Number.NaN]],
  ["flag", flag(), [true, false], [0, null, undefined]],
  ["text", text(3, 1), ["a", "abc"], ["", "abcd", 7, ["a"]]],
  ["oneOf", oneOf("yes", "no"), ["yes"], ["maybe", "toString", undefined]],
  ["optional", optional(flag()), [undefined, true], [null, 1]],
  ["list", list(flag(), 2), [[], [true, false]], [[1], [true, true, true], { length: 1, 0: true }]],
  ["fielded", fielded({ a: whole() }), [{ a: 1 }], [{}, { a: "1" }, { a: 1, b: 2 }, [1], null]],
  [
    "plain",
    plain(100),
    [1, "x", null, undefined, { a: [1, { b: true }] }, new Uint8Array(90), 1n],
    ["x".repeat(40), new Uint8Array(100), () => 1, Symbol("x"), new Map(), new Date(0)],
  ],
];

describe.each(rows)("%s", (_name, field, right, wrong) => {
  test("right", () => expect(right.filter((value) => !field.holds(value))).toEqual([]));
  test("wrong", () => expect(wrong.filter((value) => field.holds(value))).toEqual([]));
});

test("fields come in any order, and those that may be left out are in any place", () => {
  const [a, c] = [optional(whole()), optional(flag())];
  const field = fielded({ a, b: text(1), c, d: flag() });
  const names = fc.shuffledSubarray(["a", "b", "c", "d", "x"]);
  const values = fc.record({ a: fc.constantFrom(1, "1"), b: fc.constantFrom("b", 7) });
  fc.assert(
    fc.property(names, values, (order, given) => {
      const all: Record<string, unknown> = { ...given, c: true, d: false, x: 0 };
      const value = Object.fromEntries(order.map((name) => [name, all[name]]));
      const isWhole = order.includes("b") && order.includes("d") && !order.includes("x");
      const isRight = (!order.includes("a") || given.a === 1) && given.b === "b";
      expect(field.holds(value)).toBe(isWhole && isRight);
    }),
    { numRuns: 500 },
  );
});

test("plain data that is too long is not read to its end", () => {
  let read = 0;
  const next = (): { value: number } => {
    read += 1;
    if (read > 1000) throw new Error("it is read on");
    return { value: read };
  };
  const endless = Object.assign(new Array(2 ** 32 - 1), { [Symbol.iterator]: () => ({ next }) });
  expect(plain(1000).holds(endless)).toBe(false);
  expect(read).toBe(0);
});

test("plain data has a bound in depth, and cycles end", () => {
  let deep: unknown = 1;
  for (let level = 0; level < 20; level += 1) deep = [deep];
  const round: unknown[] = [];
  round.push(round, round);
  expect([plain(10_000).holds(deep), plain(10_000).holds(round)]).toEqual([false, false]);
});

test("what is within its bound takes no more bytes on the way", () => {
  const codec = new Codec({
    shapes: new LocalShapes(),
    references: { isReference: () => false, write: () => [""], read: () => ({}) },
    maxBytes: 1_000_000,
  });
  const values = fc.jsonValue({ maxDepth: 4 });
  fc.assert(
    fc.property(values, (value) => {
      let min = 1;
      while (!plain(min).holds(value)) min *= 2;
      expect(codec.encode(value, "value")).toBeLessThanOrEqual(min + 16);
    }),
    { numRuns: 300 },
  );
});

const codec = peerCodec({
  version: 3,
  messages: { arrived: { phase: whole(), value: optional(plain(50)) }, gone: {} },
  previous: {
    messages: { came: { round: whole() }, gone: {} },
    upgrade: (message) => {
      if (message.type === "gone") return { type: "gone" };
      return { type: "arrived", phase: (message as unknown as { round: number }).round };
    },
  },
});

describe("messages", () => {
  const arrived = { type: "arrived", phase: 1 } as const;
  test("this version", () => expect(codec.decode(3, codec.encode(arrived))).toEqual(arrived));
  test("the one before", () => {
    expect(codec.decode(2, { type: "came", round: 4 })).toEqual({ type: "arrived", phase: 4 });
    expect(codec.decode(2, arrived)).toBeUndefined();
  });
  test.each([
    [1, arrived],
    [4, arrived],
    [3, { type: "came", round: 4 }],
    [3, { type: "arrived" }],
    [3, { type: "arrived", phase: -1 }],
    [3, { type: "arrived", phase: 1, more: 1 }],
    [3, { type: "arrived", phase: 1, value: "x".repeat(100) }],
    [3, { type: "toString" }],
    [3, { type: ["gone"] }],
    [3, "gone"],
    [3, null],
    [3, [arrived]],
  ])("not understood: %j %j", (version, value) => {
    expect(codec.decode(version, value)).toBeUndefined();
  });

  test("anything at all is decoded or not, and never throws", () => {
    fc.assert(
      fc.property(fc.anything(), fc.integer({ min: 0, max: 5 }), (value, version) => {
        codec.decode(version, value);
      }),
    );
  });

  test.each([0, 1.5, Number.NaN])("no version: %j", (version) => {
    expect(() => peerCodec({ version, messages: {} })).toThrow("version");
  });

  test("no message is larger than 1 MiB", () => {
    expect(() => peerCodec({ version: 1, messages: { a: { b: text(400_000) } } })).toThrow("1200");
  });
});

test("what may be left out is typed as what may be left out, and not as undefined", () => {
  interface Said {
    readonly type: "said";
    readonly why?: string;
  }
  const codec: PeerCodec<Said> = peerCodec({
    version: 1,
    messages: { said: { why: optional(text(9)) } },
  });
  expect(codec.decode(1, { type: "said" })).toEqual({ type: "said" });
  expect(codec.decode(1, { type: "said", why: "so" })).toEqual({ type: "said", why: "so" });
});
