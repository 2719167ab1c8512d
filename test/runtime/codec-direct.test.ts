/**
 * The short way writes the very bytes that msgpackr writes, or nothing.
 *
 * Method: the same values, with the same table of shapes, through both. That it gives up where it
 * must is seen by the tests of the codec, which do not know that there are two ways.
 */

import fc from "fast-check";
import { Packr } from "msgpackr";
import { expect, test } from "vitest";
import { Direct } from "../../runtime/codec/direct.ts";
import { LocalShapes } from "../../runtime/codec/shapes.ts";
import { value } from "../support/codec-values.ts";

const SCRATCH_BYTES = 64 * 1024;

/**
 * Every list of up to three of these keys is a known shape, so there are ids of one and two bytes.
 */
const KEYS = ["id", "name", "x", "0", "constructor", "ä€"];

function allShapes(): LocalShapes {
  const shapes = new LocalShapes();
  for (const a of KEYS) {
    for (const b of KEYS) {
      for (const c of KEYS) shapes.propose(Object.keys({ [a]: 1, [b]: 1, [c]: 1 }));
    }
  }
  shapes.propose([]);
  return shapes;
}

const shapes = allShapes();
const direct = new Direct();
direct.learn(shapes, 0, shapes.count());
const packer = new Packr({
  getStructures: () => Array.from({ length: shapes.count() }, (_, id) => [...shapes.get(id)]),
  maxSharedStructures: shapes.count(),
  maxOwnStructures: 32,
  useRecords: true,
  moreTypes: true,
  useToJSON: false,
});

/** What the short way wrote; undefined if it gave up. */
function written(from: unknown, bytes = 4096): string | undefined {
  const scratch = Buffer.alloc(bytes);
  const length = direct.write(from, scratch);
  return length === 0 ? undefined : scratch.toString("hex", 0, length);
}

const { plain } = fc.letrec<{ plain: unknown }>((tie) => ({
  plain: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.integer(),
    fc.integer({ min: -40_000, max: 70_000 }),
    fc.integer({ min: -300, max: 300 }),
    fc.double(),
    fc.constantFrom(true, false, null, undefined, 0.5, Number.NaN, Infinity, 2 ** 32),
    fc.string({ maxLength: 80 }),
    fc.string({ unit: "grapheme", maxLength: 120 }),
    fc.nat(300).map((length) => "ü".repeat(length)),
    fc.array(tie("plain"), { maxLength: 20 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie("plain"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

test("plain data of known shapes", () => {
  expect(shapes.count()).toBeGreaterThan(100);
  let short = 0;
  const runs = 3000;
  fc.assert(
    fc.property(plain, (from) => {
      const mine = written(from, SCRATCH_BYTES);
      if (mine === undefined) return;
      short += 1;
      expect(mine).toBe(packer.pack(from).toString("hex"));
    }),
    { numRuns: runs },
  );
  // It may give up at minus zero and at a byte order mark.
  expect(short).toBeGreaterThan(runs * 0.8);
});

test("anything else", () => {
  fc.assert(
    fc.property(value, (from) => {
      const mine = written(from, SCRATCH_BYTES);
      if (mine !== undefined) expect(mine).toBe(packer.pack(from).toString("hex"));
    }),
    { numRuns: 500 },
  );
});

test("every length of text, of arrays, and every room", () => {
  for (const length of [0, 1, 15, 16, 30, 31, 32, 33, 62, 63, 64, 65, 84, 85, 86, 255, 256, 1000]) {
    for (const from of [
      "a".repeat(length),
      "é".repeat(length),
      "€".repeat(length),
      Array(length).fill(1),
    ]) {
      expect(written(from)).toBe(packer.pack(from).toString("hex"));
    }
  }
  const from = { id: "ab", name: [1.5, 70_000, "c".repeat(40)], x: "ü" };
  const whole = written(from);
  const rooms = Array.from({ length: 120 }, (_, room) => written(from, room));
  expect(new Set(rooms)).toEqual(new Set([undefined, whole]));
  expect(written(from, 110)).toBe(whole);
});

test("every shape", () => {
  for (let id = 0; id < shapes.count(); id += 1) {
    const from = Object.fromEntries(shapes.get(id).map((key) => [key, id]));
    expect(written(from)).toBe(packer.pack(from).toString("hex"));
  }
});

test("it gives up at what it cannot be sure of", () => {
  const late = {
    get id() {
      Reflect.deleteProperty(late, "name");
      return 1;
    },
    name: 2,
  };
  // Asked for the shape, for symbols, and for the values.
  const keys = [["name"], ["id"], ["id"]];
  const shifty = new Proxy({ id: 1, name: 1 }, { ownKeys: () => keys.pop() ?? [] });
  const deep = Array.from({ length: 200 }).reduce((inner) => [inner], 1);
  const list = [1, 2];
  Object.defineProperty(list, 0, {
    get() {
      list.pop();
      return 1;
    },
  });
  for (const from of [
    ...[-0, [-0], { id: -0 }, 1n, () => {}, Symbol("s"), { id: () => {} }, new Date(1), new Map()],
    ...[{ id: 1, [Symbol("s")]: 1 }, { unknown: 1 }, Object.create(null), Object.create({ id: 1 })],
    ...[
      "\ufeffa",
      "\ud800",
      { id: "\udc00".repeat(90) },
      new Array(2),
      new (class extends Array {})(2),
    ],
    ...[late, shifty, deep, list],
  ]) {
    expect(written(from)).toBe(undefined);
  }
});
