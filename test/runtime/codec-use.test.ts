/**
 * How a codec behaves as a part: what it refuses, how it grows, shrinks and nests, what it freezes.
 */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Packr } from "msgpackr";
import { describe, expect, test, vi } from "vitest";
import { DEPTH_MAX, OBJECTS_MAX } from "../../runtime/codec/check.ts";
import { Codec, SCRATCH_KEPT_MAX } from "../../runtime/codec/codec.ts";
import type { ReferencePort } from "../../runtime/codec/reference.ts";
import { LocalShapes } from "../../runtime/codec/shapes.ts";
import { MessageTooLarge, NotSendable, SabeamError } from "../../runtime/errors.ts";
import {
  decoded,
  difference,
  encoded,
  newCodec,
  objectOf,
  Ref,
  ref,
  references,
  sent,
} from "../support/codec-values.ts";

class Account {
  balance = 1;
}

/** Arrays in arrays, with something innermost. */
function nested(levels: number, innermost: unknown = 1): unknown {
  let value = innermost;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

function refusal(value: unknown): NotSendable {
  const errors = ["encode", "copy"].map((way) => {
    try {
      newCodec()[way as "encode" | "copy"](value, "args");
      return undefined;
    } catch (error) {
      return error;
    }
  });
  const [first, second] = errors;
  expect(first).toBeInstanceOf(NotSendable);
  expect(String(second)).toBe(String(first));
  return first as NotSendable;
}

describe("refused, with the path", () => {
  const cycle: { name: string; children: unknown[] } = { name: "a", children: [] };
  cycle.children.push({ parent: cycle });
  const causes = new Error("a");
  causes.cause = { error: causes };
  const table: [path: string, reason: RegExp, value: unknown][] = [
    ["args", /a function/, () => {}],
    ["args[0].user.save", /a function/, [{ user: { save() {} } }]],
    ["args[1]", /a function/, [1, class {}]],
    ["args.a", /a function/, { a: new Proxy(() => {}, {}) }],
    ["args[0]", /a symbol/, [Symbol("s")]],
    ["args.a", /a symbol as key, Symbol\(k\)/, { a: { [Symbol("k")]: 1 } }],
    ['args.get("k")', /a function/, new Map([["k", () => {}]])],
    ["args.get(7).x", /a function/, new Map([[7, { x: () => {} }]])],
    [
      "args.keys()[1].x",
      /a symbol/,
      new Map<unknown, number>([
        [1, 1],
        [{ x: Symbol("s") }, 2],
      ]),
    ],
    ["args.values()[1]", /a function/, new Set([1, () => {}])],
    ['args["odd key"]["1"]', /a function/, { "odd key": { 1: () => {} } }],
    ["args.a", /an instance of Account/, { a: new Account() }],
    ["args", /an instance of LRU/, new (class LRU extends Map {})()],
    ["args", /an instance of List/, new (class List extends Array {})()],
    ["args", /an instance of Bytes/, new (class Bytes extends Uint8Array {})(2)],
    ["args", /an instance of Map/, Object.create(Map.prototype)],
    ["args", /an instance of Date/, Object.create(Date.prototype)],
    ["args", /an instance of Object/, Object.create({ inherited: 1 })],
    ["args", /a prototype of its own/, Object.create(Object.create(null))],
    ["args[0]", /a Promise/, [Promise.resolve()]],
    ["args", /an instance of WeakMap/, new WeakMap()],
    ["args", /an instance of WeakRef/, new WeakRef({})],
    ["args", /an instance of URL/, new URL("http://a")],
    ["args", /a boxed Number/, Object(1)],
    ["args", /a SharedArrayBuffer/, new SharedArrayBuffer(1)],
    ["args", /a view of a SharedArrayBuffer/, new Int32Array(new SharedArrayBuffer(4))],
    ["args[0]", /a hole/, new Array(3)],
    ["args[1]", /a hole/, Object.assign([1], { 2: 1 })],
    ["args.children[0].parent", /in a cycle: it is args again/, cycle],
    ["args.cause.error", /in a cycle: it is args again/, causes],
    ["args.code", /a function/, Object.assign(new Error("x"), { code() {} })],
    ["args.cause.f", /a function/, new Error("x", { cause: { f() {} } })],
    ["args.errors[0]", /a function/, new AggregateError([() => {}])],
  ];
  for (const [path, reason, value] of table) {
    test(`${path} ${reason.source}`, () => {
      const error = refusal(value);
      expect([error.path, error.code, error.name]).toEqual([
        path,
        "ERR_NOT_SENDABLE",
        "NotSendable",
      ]);
      expect(error).toBeInstanceOf(SabeamError);
      expect(error.reason).toMatch(reason);
      expect(error.message).toMatch(/cannot be sent: it is .*; \w+/);
    });
  }

  test("a buffer that was transferred away", () => {
    const bytes = new Uint8Array(4);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    expect(refusal({ bytes }).path).toBe("args.bytes");
    expect(refusal([bytes.buffer]).reason).toMatch(/detached/);
  });

  test("too deep, and not one level less", () => {
    expect(difference(nested(DEPTH_MAX), sent(newCodec(), newCodec(), nested(DEPTH_MAX)))).toBe(
      undefined,
    );
    const error = refusal(nested(DEPTH_MAX + 1));
    expect(error.reason).toBe(`nested more than ${DEPTH_MAX} levels deep`);
    expect(error.path).toBe(`args${"[0]".repeat(DEPTH_MAX)}`);
    expect(refusal(nested(100_000)).reason).toMatch(/levels deep/);
  });

  test("the deepest values of every kind still travel", () => {
    for (const wrap of [
      (inner: unknown) => ({ inner }),
      (inner: unknown) => objectOf([["__proto__", inner]], true),
      (inner: unknown) => new Map([[inner, 1]]),
      (inner: unknown) => new Set([inner]),
      (inner: unknown) => new Error("x", { cause: inner }),
      (inner: unknown) => new AggregateError([inner]),
    ]) {
      let value: unknown = -0;
      for (let level = 0; level < DEPTH_MAX / 2; level += 1) value = wrap(value);
      expect(difference(value, sent(newCodec(), newCodec(), value))).toBe(undefined);
    }
  });

  test("one object in so many places that there are more than anybody can send", () => {
    let value: unknown = [1];
    for (let level = 0; level < 60; level += 1) value = [value, value];
    expect(refusal(value).reason).toBe(`more than ${OBJECTS_MAX} objects`);
  });
});

describe("size", () => {
  test("what is too large is refused, before much memory was taken for it", () => {
    const codec = newCodec(undefined, 1000);
    const parts = Array.from({ length: 500 }, () => "abc");
    const packing = vi.spyOn(Packr.prototype, "useBuffer");
    const large = ["x".repeat(1001), new Uint8Array(1001), parts, Array(1e9), [2n ** 9000n]];
    for (const value of large) {
      expect(() => codec.encode(value, "args")).toThrow(MessageTooLarge);
    }
    expect(packing).not.toHaveBeenCalled();
    packing.mockRestore();
    // Not seen by the check, which counts characters.
    expect(() => codec.encode("€".repeat(900), "args")).toThrow(
      expect.objectContaining({ code: "ERR_MESSAGE_TOO_LARGE", maxBytes: 1000, bytes: 2703 }),
    );
    expect(sent(codec, codec, "still works")).toBe("still works");
  });

  test("large values of all kinds", () => {
    const codec = newCodec();
    for (const value of [
      "€".repeat(2_000_000),
      new Uint8Array(5_000_000).fill(7),
      Array.from({ length: 30_000 }, (_, index) => index / 3),
      Array.from({ length: 5_000 }, (_, id) => ({ id, name: `n${id}`, price: -0 })),
      new Map(Array.from({ length: 66_000 }, (_, index) => [index, `${index}`])),
      Object.fromEntries(Array.from({ length: 66_000 }, (_, index) => [`k${index}`, index])),
    ]) {
      expect(difference(value, sent(codec, newCodec(), value))).toBe(undefined);
      expect(difference(value, codec.copy(value, "args"))).toBe(undefined);
    }
  });

  test("what a large message took is given back", () => {
    const codec = newCodec();
    const large = encoded(codec, new Uint8Array(4 * SCRATCH_KEPT_MAX));
    expect(codec.scratch.length).toBeGreaterThan(4 * SCRATCH_KEPT_MAX);
    codec.trim();
    expect(codec.scratch.length).toBeLessThanOrEqual(SCRATCH_KEPT_MAX);
    decoded(codec, large);
    encoded(codec, "x".repeat(2 * SCRATCH_KEPT_MAX));
    codec.encode(1, "args");
    expect(codec.scratch.length).toBeLessThanOrEqual(SCRATCH_KEPT_MAX);
  });

  test("nobody holds on to a large message after it was decoded", async () => {
    setFlagsFromString("--expose-gc");
    const collect: () => void = runInNewContext("gc");
    const codec = newCodec();
    const pass = (): unknown =>
      decoded(codec, encoded(codec, new Uint8Array(32 * SCRATCH_KEPT_MAX)));
    const before = process.memoryUsage().arrayBuffers;
    pass();
    codec.trim();
    // Freed memory is counted by another thread, some turns after the collection.
    let held = Number.POSITIVE_INFINITY;
    for (let turn = 0; turn < 200 && held > 8 * SCRATCH_KEPT_MAX; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
      held = process.memoryUsage().arrayBuffers - before;
    }
    expect(held).toBeLessThanOrEqual(8 * SCRATCH_KEPT_MAX);
  });

  test("every length around the edges of the scratch", () => {
    const codec = newCodec();
    for (const edge of [2 ** 16, 2 ** 16 / 3, 2 ** 20, 64, 140, 256]) {
      for (let length = Math.floor(edge) - 24; length < edge + 8; length += 1) {
        const value = ["ä".repeat(length / 2), new Uint8Array(length), -0];
        expect(difference(value, sent(codec, codec, value)), `${length}`).toBe(undefined);
      }
    }
  });
});

describe("in one JavaScript thread", () => {
  test("an error's own code may encode while it is encoded", () => {
    const codec = newCodec();
    const inner: unknown[] = [];
    class Busy extends Error {
      override get message(): string {
        inner.push(sent(codec, codec, { inner: [-0, inner.length] }));
        return "busy";
      }
    }
    const after = sent(codec, codec, { before: -0, error: new Busy(), after: new Set([1]) });
    expect(after).toMatchObject({ before: -0, error: { message: "busy" }, after: new Set([1]) });
    expect(inner[0]).toEqual({ inner: [-0, 0] });
    class Plain extends Error {
      override get message(): string {
        codec.copy({ a: [{ b: "x" }] }, "inner");
        return "plain";
      }
    }
    expect(codec.copy({ list: [new Plain()] }, "args")).toMatchObject({
      list: [{ message: "plain" }],
    });
    const refused = { list: [{ a: new Plain(), f: () => {} }] };
    expect(() => codec.copy(refused, "args")).toThrow("args.list[0].f cannot be sent");
  });

  test("a getter may encode while its object is encoded the short way", () => {
    const shapes = new LocalShapes();
    shapes.propose(["a", "b", "c"]);
    const codec = newCodec(shapes);
    const inner: unknown[] = [];
    const before = {
      a: "before",
      get b(): number {
        inner.push(sent(codec, codec, { a: "inner", b: 1, c: "x".repeat(50) }));
        return 2;
      },
      c: "after",
    };
    expect(sent(codec, codec, before)).toEqual({ a: "before", b: 2, c: "after" });
    expect(inner[0]).toEqual({ a: "inner", b: 1, c: "x".repeat(50) });
  });

  test("a codec may decode and encode while it decodes, and so may another", () => {
    const other = newCodec();
    const slots: number[] = [];
    let codec: Codec;
    const port: ReferencePort = {
      ...references,
      read(definition, slot, incarnation) {
        slots.push(slot);
        if (slot > 0) {
          const smaller = ["x".repeat(500), Buffer.from("x"), ref(definition, slot - 1, 0)];
          expect(difference(smaller, sent(codec, codec, smaller))).toBe(undefined);
        }
        const value = { n: [Buffer.from([slot]), -0], ref: ref(9, 9, 9) };
        expect(difference(value, sent(other, other, value))).toBe(undefined);
        return ref(definition, slot, incarnation);
      },
    };
    codec = new Codec({ shapes: new LocalShapes(), references: port, maxBytes: 2 ** 20 });
    const value = [{ a: 1, b: "text" }, ref(1, 2, 5), Buffer.from("after"), ref(1, 0, 7), { a: 1 }];
    expect(difference(value, sent(codec, codec, value))).toBe(undefined);
    expect(slots).toEqual([2, 1, 0, 0]);
  });

  test("references are read by the codec that decodes", () => {
    const codecs = [1, 2].map((id) => {
      const read = (): object => new Ref(id, 0, 0);
      return new Codec({
        shapes: new LocalShapes(),
        references: { ...references, read },
        maxBytes: 1e6,
      });
    });
    const bytes = encoded(newCodec(), [ref(5, 5, 5)]);
    for (const [index, codec] of codecs.entries()) {
      expect(decoded(codec, bytes)).toEqual([new Ref(index + 1, 0, 0)]);
      expect(codec.copy([ref(5, 5, 5)], "a")).toEqual([new Ref(index + 1, 0, 0)]);
    }
  });

  test("a program that uses msgpackr too gets bytes that stay as they are", () => {
    const [codec, packer] = [newCodec(), new Packr()];
    const kept: [Buffer, string][] = [];
    for (let index = 0; index < 50; index += 1) {
      codec.encode({ text: "a".repeat(index) }, "args");
      const bytes = packer.pack({ index, text: "b".repeat(index) });
      kept.push([bytes, bytes.toString("hex")]);
      codec.encode({ text: "c".repeat(1000) }, "args");
    }
    for (const [bytes, before] of kept) expect(bytes.toString("hex")).toBe(before);
  });

  test("a refusal in the middle leaves the codec as it was", () => {
    const codec = newCodec();
    for (const bad of [[1, { a: () => {} }], nested(200), "x".repeat(2 ** 27)]) {
      expect(() => codec.encode(bad, "args")).toThrow(SabeamError);
      expect(() => codec.copy(bad, "args")).toThrow(SabeamError);
      expect(sent(codec, codec, { a: -0 })).toEqual({ a: -0 });
    }
  });

  test("properties that somebody put on Object.prototype do not travel", () => {
    const prototype = Object.prototype as { polluted?: unknown };
    try {
      for (const polluted of [() => {}, 7]) {
        prototype.polluted = polluted;
        const shapes = new LocalShapes();
        shapes.propose(["a", "polluted"]);
        const codec = newCodec(shapes);
        for (const before of [{ a: [{ b: 1 }] }, { a: 1 }]) {
          for (const after of [sent(codec, codec, before), codec.copy(before, "args")]) {
            expect(difference(before, after)).toBe(undefined);
          }
        }
      }
    } finally {
      delete prototype.polluted;
    }
  });
});

describe("small things", () => {
  test("scalars", () => {
    const codec = newCodec();
    const scalars = [true, 0, "", null, undefined, 1n];
    expect(scalars.every((value) => codec.isScalar(value))).toBe(true);
    const others = [{}, [], () => {}, Symbol("s"), new Map(), ref(1, 1, 1)];
    expect(others.some((value) => codec.isScalar(value))).toBe(false);
  });

  test("what was sent is frozen, but for bytes, references and regular expressions", () => {
    const sentOut = {
      list: [{ a: 1 }],
      map: new Map([[{ k: 1 }, { v: 1 }]]),
      set: new Set([{ s: 1 }]),
      error: new Error("x", { cause: { c: 1 } }),
      bare: objectOf([["b", { b: 1 }]], true),
      bytes: new Uint8Array(1),
      ref: new Ref(1, 1, 1),
      pattern: /a/g,
    };
    newCodec().freeze(sentOut);
    const frozen: unknown[] = [
      ...[sentOut, sentOut.list, sentOut.list[0], sentOut.map, ...sentOut.map.keys()],
      ...[...sentOut.map.values(), ...sentOut.set, sentOut.error, sentOut.error.cause],
      ...[sentOut.bare, Reflect.get(sentOut.bare, "b")],
    ];
    expect(frozen.map((value) => Object.isFrozen(value))).toEqual(frozen.map(() => true));
    const open: unknown[] = [sentOut.ref, sentOut.pattern, sentOut.bytes];
    expect(open.map((value) => Object.isFrozen(value))).toEqual(open.map(() => false));
    expect(difference(sentOut.list, sent(newCodec(), newCodec(), sentOut.list))).toBe(undefined);
  });
});
