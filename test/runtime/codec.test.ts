/**
 * What is sent arrives exactly as it was: through bytes, through bytes with other shapes known, and
 * as a copy on one thread.
 */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LocalShapes, SHAPES_MAX } from "../../runtime/codec/shapes.ts";
import {
  difference,
  encoded,
  newCodec,
  objectOf,
  ref,
  sent,
  value,
} from "../support/codec-values.ts";

const RUNS = 1000;

describe("anything that can travel", () => {
  test("through bytes, while the table of shapes grows", () => {
    const shapes = new LocalShapes();
    const [a, b] = [newCodec(shapes), newCodec(shapes)];
    fc.assert(
      fc.property(value, (before) => {
        expect(difference(before, sent(a, b, before))).toBe(undefined);
        expect(difference(before, sent(b, a, before))).toBe(undefined);
      }),
      { numRuns: RUNS },
    );
    expect(shapes.count()).toBeGreaterThan(5);
  });

  test("as a copy, which shares no object with the original", () => {
    const codec = newCodec();
    fc.assert(
      fc.property(value, (before) => {
        const after = codec.copy(before, "args");
        expect(difference(before, after)).toBe(undefined);
        if (typeof before === "object" && before !== null && !difference(before, before)) {
          expect(after === before).toBe(before.constructor?.name === "Ref");
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("the original is left as it was", () => {
    const codec = newCodec();
    fc.assert(
      fc.property(value, (before) => {
        const after = codec.copy(before, "args");
        codec.encode(before, "args");
        codec.copy(before, "args");
        expect(difference(before, after)).toBe(undefined);
      }),
      { numRuns: RUNS / 5 },
    );
  });
});

describe("one by one", () => {
  const table: [string, unknown][] = [
    ["minus zero in an array of doubles", [0.5, -0, 1]],
    ["minus zero in an array of integers", [1, -0, 2]],
    ["minus zero as a field", { a: -0 }],
    ["minus zero", -0],
    ["an undefined field", { a: undefined, b: 1 }],
    ["a bigint of 70000 bits", [2n ** 70_000n + 1n, -(2n ** 70_000n) - 1n]],
    [
      "bigints around 64 bits",
      [-1n, 0, 1].flatMap((d) => [63n, 64n].map((e) => 2n ** e + BigInt(d))),
    ],
    ["negative bigints", [63n, 64n, 65n].flatMap((e) => [-1n, 0n, 1n].map((d) => -(2n ** e) + d))],
    [
      "integers around the widths",
      [31, 32, 63, 64, 127, 128, 255, 256, 65535, 65536, 2 ** 31, 2 ** 32],
    ],
    ["negative ones", [-1, -32, -33, -128, -129, -32768, -32769, -(2 ** 31), -(2 ** 31) - 1]],
    ["a long text with a byte order mark", `\ufeff${"a".repeat(100)}`],
    ["a lone surrogate", "a\ud800b"],
    [
      "keys that msgpackr uses itself",
      objectOf([
        ["__keys__", 1],
        ["__proto__", 2],
      ]),
    ],
    [
      "the same keys on a shape that is known",
      [
        { a: 1 },
        objectOf([
          ["a", 1],
          ["__keys__", 2],
        ]),
      ],
    ],
    [
      "keys that objects inherit",
      objectOf(["constructor", "then", "hasOwnProperty", "toJSON"].map((key) => [key, 1])),
    ],
    ["an empty object", {}],
    ["empty lists", [[], new Map(), new Set()]],
    [
      "more keys than a shape may have",
      Object.fromEntries(Array.from({ length: 70 }, (_, i) => [i, i])),
    ],
    ["an object without prototype", objectOf([["a", objectOf([["b", 1]], true)]], true)],
    ["a Map with objects as keys", new Map([[{ a: 1 }, new Map([[[], -0]])]])],
    [
      "dates before 1970, with ms, at the ends",
      [-1, -62_198_755_200_001, 8.64e15, -8.64e15].map((t) => new Date(t)),
    ],
    ["an invalid date", new Date(Number.NaN)],
    ["a Buffer", Buffer.from("häh")],
    ["a Uint8Array", new Uint8Array([1, 2])],
    ["a cause that is undefined", new Error("x", { cause: undefined })],
    [
      "a chain of causes",
      new Error("a", { cause: new TypeError("b", { cause: new RangeError("c") }) }),
    ],
    ["an error without message", new Error()],
    ["an AggregateError", new AggregateError([new Error("a"), 1], "both")],
    ["references", { a: ref(1, 2, 3), b: [ref(-1, 2 ** 31 - 1, -(2 ** 31))] }],
  ];
  for (const [name, before] of table) {
    test(name, () => {
      const codec = newCodec();
      expect(difference(before, sent(codec, newCodec(), before))).toBe(undefined);
      expect(difference(before, codec.copy(before, "args"))).toBe(undefined);
    });
  }

  test("a Float16Array, where there are any", () => {
    const Float16 = (globalThis as { Float16Array?: Float32ArrayConstructor }).Float16Array;
    const before = Float16 ? new Float16([1.5, -0]) : undefined;
    expect(difference(before, sent(newCodec(), newCodec(), before))).toBe(undefined);
  });

  test("bytes arrive alone, and not with the buffer that they are a window of", () => {
    const before = new Uint8Array(new ArrayBuffer(1000), 10, 3);
    for (const after of [sent(newCodec(), newCodec(), before), newCodec().copy(before, "a")]) {
      expect((after as Uint8Array).buffer.byteLength).toBe(3);
    }
  });

  test("bytes are a copy, on both ways", () => {
    const [before, codec] = [{ bytes: new Uint8Array([1]), buffer: Buffer.from([1]) }, newCodec()];
    const [copied, received] = [codec.copy(before, "a"), encoded(codec, before)];
    before.bytes[0] = 9;
    before.buffer[0] = 9;
    const after = codec.decode(received, 0, received.length);
    received.fill(7);
    for (const one of [copied, after] as (typeof before)[]) {
      expect([one.bytes[0], one.buffer[0]]).toEqual([1, 1]);
    }
  });

  test("an object that occurs twice arrives as two", () => {
    const twin = { a: 1 };
    for (const after of [
      sent(newCodec(), newCodec(), [twin, twin]),
      newCodec().copy([twin, twin], "a"),
    ]) {
      const [first, second] = after as object[];
      expect(first).toEqual(second);
      expect(first).not.toBe(second);
    }
  });
});

describe("what changes on the way", () => {
  class NotFound extends TypeError {
    readonly code = "ERR_NOT_FOUND";
    readonly where = { x: -0 };
  }
  class Coded extends Error {
    override get name(): string {
      return "Coded!";
    }
    get code(): number {
      return 7;
    }
  }

  /** The value as it arrives, by bytes and as a copy; both are tried. */
  function arrived(before: unknown): unknown[] {
    return [sent(newCodec(), newCodec(), before), newCodec().copy(before, "args")];
  }

  test("an error of a class becomes one of the nearest builtin class", () => {
    const before = new NotFound("no", { cause: "why" });
    for (const after of arrived(before) as NotFound[]) {
      expect(Object.getPrototypeOf(after)).toBe(TypeError.prototype);
      expect({ ...after }).toEqual({ code: "ERR_NOT_FOUND", where: { x: -0 } });
      expect(after).toMatchObject({ name: "NotFound", message: "no", cause: "why" });
      expect(after.stack).toBe(before.stack);
    }
  });

  test("what an error computes is kept", () => {
    for (const after of arrived(new Coded("x")) as Coded[]) {
      expect([after.name, after.code, Object.keys(after)]).toEqual(["Coded!", 7, []]);
    }
  });

  test("a DOMException, as AbortSignal makes them", () => {
    for (const after of arrived(AbortSignal.abort().reason) as Error[]) {
      expect(after).toMatchObject({ name: "AbortError", code: 20 });
      expect(after.message).toContain("aborted");
    }
  });

  test("errors of Node itself, which have hidden functions and symbols", () => {
    const thrown = (() => {
      try {
        return Buffer.alloc("x" as unknown as number);
      } catch (error) {
        return error;
      }
    })();
    for (const after of arrived(thrown) as (Error & { code: string })[]) {
      expect(after).toBeInstanceOf(TypeError);
      expect(after.code).toBe("ERR_INVALID_ARG_TYPE");
    }
  });

  test("a computed property arrives as a value it had; no later one gets in", () => {
    for (const way of ["sent", "sent with a known shape", "copied"]) {
      let reads = 0;
      const before = {
        get a(): unknown {
          reads += 1;
          return reads === 3 ? () => {} : reads;
        },
      };
      const shapes = new LocalShapes();
      if (way === "sent with a known shape") shapes.propose(["a"]);
      const codec = newCodec(shapes);
      const after = way === "copied" ? codec.copy(before, "a") : sent(codec, codec, before);
      expect(after, way).toEqual({ a: reads });
    }
  });

  test("a regular expression starts anew, a proxy arrives as what it shows", () => {
    const pattern = /a/g;
    pattern.lastIndex = 5;
    for (const after of arrived(pattern) as RegExp[]) expect(after.lastIndex).toBe(0);
    for (const after of arrived(new Proxy({ a: [1] }, {}))) expect(after).toEqual({ a: [1] });
  });

  test("toJSON is not asked", () => {
    const before = { a: 1, toJSON: "never" };
    for (const after of arrived(before)) expect(after).toEqual(before);
  });
});

describe("shapes", () => {
  /** Objects of `count` different shapes. */
  function varied(count: number, from = 0): object[] {
    return Array.from({ length: count }, (_, index) => ({
      [`k${from + index}`]: 1,
      v: [index],
      w: "w",
    }));
  }

  for (const count of [0, 1, 31, 32, 33, 34, 63, 64, 65, 255, SHAPES_MAX]) {
    test(`${count} known, 100 unknown, in one message`, () => {
      const shapes = new LocalShapes();
      for (const object of varied(count)) shapes.propose(Object.keys(object));
      expect(shapes.count()).toBe(count);
      const before = [...varied(count), varied(100, 1000), ...varied(count), varied(100, 1000)];
      for (let round = 0; round < 6; round += 1) {
        expect(difference(before, sent(newCodec(shapes), newCodec(shapes), before))).toBe(
          undefined,
        );
      }
    });
  }

  test("bytes of every age are understood by codecs of every age", () => {
    const shapes = new LocalShapes();
    const old = newCodec(shapes);
    const messages: Uint8Array[] = [];
    const objects = varied(SHAPES_MAX);
    for (const [index, object] of objects.entries()) {
      if (index % 3 === 0)
        expect(difference(object, sent(newCodec(shapes), old, object))).toBe(undefined);
      shapes.propose(Object.keys(object));
      messages.push(
        encoded(newCodec(shapes), [object, objects.slice(0, index + 2), varied(3, 5000)]),
      );
    }
    for (const [index, bytes] of messages.entries()) {
      const before = [objects[index], objects.slice(0, index + 2), varied(3, 5000)];
      expect(difference(before, old.decode(bytes, 0, bytes.length))).toBe(undefined);
    }
  });

  test("what repeats is proposed once, whatever becomes of it", () => {
    const proposals: (readonly string[])[] = [];
    const get = (): never => expect.unreachable();
    const propose = (keys: readonly string[]): number => proposals.push(keys);
    const codec = newCodec({ count: () => 0, get, propose });
    for (let repeat = 0; repeat < 5000; repeat += 1) codec.encode({ identity: 1, other: "x" }, "a");
    expect(proposals).toEqual([["identity", "other"]]);
  });

  test("what is known travels without its keys", () => {
    const codec = newCodec();
    const message = { identity: 1, denomination: "x" };
    const first = codec.encode(message, "a");
    for (let repeat = 0; repeat < 10; repeat += 1) codec.encode(message, "a");
    expect(codec.encode(message, "a")).toBeLessThan(first / 4);
  });

  test("dictionaries are not proposed, however many come", () => {
    const shapes = new LocalShapes();
    const codec = newCodec(shapes);
    for (let index = 0; index < 5000; index += 1) codec.encode({ [`user ${index}`]: 1 }, "a");
    const wide = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`k${index}`, index]));
    for (let index = 0; index < 100; index += 1) codec.encode(wide, "a");
    // Not as records: msgpackr would keep a tree of all keys, and compile readers for them.
    expect([...encoded(codec, wide).subarray(0, 2)]).toEqual([0xd4, 0xb5]);
    expect(shapes.count()).toBe(0);
  });

  test("the table is bounded", () => {
    const shapes = new LocalShapes();
    const codec = newCodec(shapes);
    for (let index = 0; index < 3 * SHAPES_MAX; index += 1) {
      const [object] = varied(1, index);
      shapes.propose(Object.keys(object ?? {}));
      codec.encode([object, object, object, object], "a");
    }
    expect(shapes.count()).toBe(SHAPES_MAX);
  });

  test("what comes late, and always as the second of two messages, is learned too", () => {
    const shapes = new LocalShapes();
    const codec = newCodec(shapes);
    // A date, so that both go the long way, on which shapes are counted.
    const [usual, late] = [{ a: new Date(1) }, { b: new Date(1) }];
    for (let index = 0; index < 2000; index += 1) codec.encode(usual, "a");
    expect(shapes.count()).toBe(1);
    for (let index = 0; index < 20_000; index += 1)
      codec.encode(index % 2 === 0 ? usual : late, "a");
    expect(shapes.count()).toBe(2);
  });
});
