/** Bytes that no codec wrote give a BadRecord or some value; never another error, never a hang. */

import { describe, expect, test } from "vitest";
import { Codec } from "../../runtime/codec/codec.ts";
import { LocalShapes } from "../../runtime/codec/shapes.ts";
import { BadRecord } from "../../runtime/errors.ts";
import { Random } from "../../runtime/random.ts";
import { decoded, difference, encoded, newCodec, ref } from "../support/codec-values.ts";

const CASES = 20_000;

const shapes = new LocalShapes();
for (let index = 0; index < 40; index += 1) shapes.propose([`k${index}`, "v"]);

const good = {
  list: [
    1,
    -0,
    "text",
    "ä".repeat(50),
    2n ** 80n,
    null,
    undefined,
    { k3: 1, v: 2 },
    { k39: 3, v: 4 },
  ],
  map: new Map<unknown, unknown>([
    ["a", new Set([1])],
    [{ x: 1 }, /a/g],
  ]),
  error: new RangeError("x", { cause: new Error("y") }),
  bytes: [Buffer.from("abc"), new Float64Array(3), new Uint8Array(9)],
  ref: ref(1, 2, 3),
  date: new Date(1e12),
};

/** Decodes; anything but a value or a BadRecord is a failure of the test. */
function outcome(codec: ReturnType<typeof newCodec>, bytes: Uint8Array): "value" | "bad" {
  try {
    decoded(codec, bytes);
    return "value";
  } catch (error) {
    if (!(error instanceof BadRecord)) throw error;
    expect([error.code, error.bytes]).toEqual(["ERR_BAD_RECORD", bytes.length]);
    return "bad";
  }
}

describe("bytes that nobody encoded", () => {
  test("random ones", () => {
    const [random, codec] = [new Random("random bytes"), newCodec(shapes)];
    const counts = { value: 0, bad: 0 };
    for (let index = 0; index < CASES / 2; index += 1) {
      const bytes = Uint8Array.from({ length: 1 + random.int(200) }, () => random.int(256));
      counts[outcome(codec, bytes)] += 1;
    }
    expect(counts.bad).toBeGreaterThan(CASES / 4);
    expect(difference(good, decoded(codec, encoded(newCodec(shapes), good)))).toBe(undefined);
  });

  test("good ones with some bytes changed, cut off or moved; the codec stays sound", () => {
    const [random, codec] = [new Random("changed bytes"), newCodec(shapes)];
    const original = encoded(newCodec(shapes), good);
    const counts = { value: 0, bad: 0 };
    for (let index = 0; index < CASES / 2; index += 1) {
      const bytes = original.slice(
        0,
        random.int(4) === 0 ? 1 + random.int(original.length) : undefined,
      );
      for (let change = random.int(4); change >= 0; change -= 1) {
        bytes[random.int(bytes.length)] = random.int(256);
      }
      if (random.int(4) === 0) bytes.copyWithin(random.int(bytes.length), random.int(bytes.length));
      counts[outcome(codec, bytes)] += 1;
      if (index % 50 === 0) expect(difference(good, decoded(codec, original))).toBe(undefined);
    }
    expect(Math.min(counts.bad, counts.value)).toBeGreaterThan(CASES / 20);
  });

  const table: [string, number[] | Uint8Array][] = [
    ["a million nested arrays", new Uint8Array(1_000_000).fill(0x91)],
    ["a million nested records", new Uint8Array(1_000_000).fill(0x40)],
    [
      "a million nested rare values",
      new Uint8Array(1_000_002).map((_, at) => [0xd4, 0xb5, 0][at % 3] ?? 0),
    ],
    ["an array of 2 ** 32 - 1", [0xdd, 0xff, 0xff, 0xff, 0xff, 1]],
    ["a map of 2 ** 32 - 1", [0xdf, 0xff, 0xff, 0xff, 0xff, 1, 1]],
    ["a text of 2 ** 32 - 1", [0xdb, 0xff, 0xff, 0xff, 0xff, 1]],
    ["a record of an unknown shape, then nothing", [0x7f, 0x07]],
    ["a kind that does not exist", [0xd4, 0xb5, 0, 0x91, 99]],
    [
      "a view on a length instead of bytes",
      [0xd4, 0xb5, 0, 0x93, 8, 5, 0xce, 0xff, 0xff, 0xff, 0xff],
    ],
    ["a reference made of text", [0xd4, 0xb5, 0, 0x94, 10, 0xa1, 97, 1, 1]],
    ["a reference without prototype", [0xd4, 0xb5, 0, 0x92, 4, 0xd4, 0xb5, 0, 0x94, 10, 1, 2, 3]],
    ["an error with a list of properties", [0xd4, 0xb5, 0, 0x94, 7, 0, 0x90, 0x90]],
    ["a broken regular expression", [0xd4, 0xb5, 0, 0x93, 6, 0xa1, 40, 0xa0]],
    ["a pointer into a cycle", [0x92, 1, 0xd6, 0x70, 0, 0, 0, 0]],
    ["bytes after the end", [1, 2]],
    ["no bytes", []],
  ];
  for (const [name, bytes] of table) {
    test(name, () => expect(outcome(newCodec(shapes), Uint8Array.from(bytes))).toBe("bad"));
  }

  test("a place outside of the memory", () => {
    const [codec, memory] = [newCodec(), new Uint8Array(10)];
    for (const [start, length] of [
      [0, 11],
      [10, 1],
      [-1, 2],
      [5, Number.NaN],
      [0, 0],
      [2, -1],
    ] as const) {
      expect(() => codec.decode(memory, start, length)).toThrow(BadRecord);
    }
  });

  test("a port that knows no such reference", () => {
    const codec = newCodec(shapes);
    const bytes = encoded(codec, [ref(1, 2, 3)]);
    const cause = new Error("no definition 1");
    const read = (): never => {
      throw cause;
    };
    const port = { isReference: () => false, write: () => [], read };
    const other = new Codec({ shapes, references: port, maxBytes: 1000 });
    expect(() => other.decode(bytes, 0, bytes.length)).toThrow(expect.objectContaining({ cause }));
  });
});
