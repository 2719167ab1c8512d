/**
 * Goal: an instance that cannot be made where it arrives costs its own message, which is told from
 * one that nobody encoded; whatever code of users runs meanwhile, the codec stays sound.
 */

import { pack, unpack } from "msgpackr";
import { beforeEach, describe, expect, test } from "vitest";
import { EXTENSION_NAME_MAX } from "../../runtime/codec/extension.ts";
import { LocalShapes } from "../../runtime/codec/shapes.ts";
import { BadRecord, ExtensionFailed, ExtensionMissing } from "../../runtime/errors.ts";
import { Random } from "../../runtime/random.ts";
import { add, asUsual, Box, Money, Odd, odd } from "../support/codec-classes.ts";
import { decoded, encoded, newCodec, sent } from "../support/codec-values.ts";

beforeEach(asUsual);

const shapes = new LocalShapes();
const codec = newCodec(shapes);

describe("not read at the receiver", () => {
  /** The bytes of a value with an extension that this thread does not have. */
  function foreign(original: unknown): Uint8Array {
    const bytes = encoded(codec, original);
    const text = Buffer.from(bytes).toString("latin1");
    const at = text.indexOf("Money");
    expect(at).toBeGreaterThan(0);
    bytes.set(Buffer.from("Monex"), at);
    return bytes;
  }

  function failed(run: () => unknown): Error & { cause?: unknown } {
    try {
      run();
    } catch (error) {
      return error as Error;
    }
    throw new Error("it was read");
  }

  const reader = newCodec(shapes, undefined, 7);

  test("an extension that the thread has not, and the next message is read", () => {
    for (const original of [new Money(1), [new Money(1)], new Box(new Money(1))]) {
      const error = failed(() => decoded(reader, foreign(original)));
      expect(error).toBeInstanceOf(ExtensionMissing);
      expect(error).toMatchObject({
        code: "ERR_EXTENSION_MISSING",
        extension: "Monex",
        thread: 7,
        message: expect.stringContaining("preload"),
      });
      expect((decoded(reader, encoded(codec, new Money(2))) as Money).cents).toBe(2);
      expect((reader.copy(new Money(3), "args") as Money).cents).toBe(3);
    }
  });

  test("a name that nobody can have given is no message", () => {
    class Long {}
    add(
      "n".repeat(EXTENSION_NAME_MAX),
      Long,
      () => 1,
      () => new Long(),
    );
    const bytes = encoded(codec, new Long());
    const longer = Uint8Array.from([...bytes.subarray(0, -1), 0x6e, ...bytes.subarray(-1)]);
    // A text with 8 bits of length.
    const head = longer.indexOf(0xd9);
    expect(longer[head + 1]).toBe(EXTENSION_NAME_MAX);
    longer[head + 1] = EXTENSION_NAME_MAX + 1;
    expect(failed(() => decoded(reader, longer))).toBeInstanceOf(BadRecord);
    expect(decoded(reader, bytes)).toBeInstanceOf(Long);
  });

  test("bytes that are broken besides are no message at all", () => {
    const bytes = foreign([new Money(1), "more"]);
    expect(failed(() => decoded(reader, bytes.subarray(0, -2)))).toBeInstanceOf(BadRecord);
    expect((decoded(reader, encoded(codec, new Money(2))) as Money).cents).toBe(2);
  });

  test.each<[string, (plain: unknown) => unknown, RegExp]>([
    ["throws", () => JSON.parse("{"), /SyntaxError/],
    ["throws what msgpackr throws", () => unpack(Buffer.from([0xc1])), /Error/],
    ["gives something else", (plain) => plain, /TypeError: it gave number and no instance/],
    ["gives a promise", async () => new Odd(), /it gave object and no instance/],
    ["gives nothing", () => undefined, /it gave undefined and no instance/],
    ["gives another class", () => new Money(1), /no instance/],
  ])("a decode that %s", (_name, decode, message) => {
    const bytes = encoded(codec, [1, new Odd(2)]);
    odd.decode = decode;
    for (const run of [() => decoded(reader, bytes), () => reader.copy([new Odd(2)], "args")]) {
      const error = failed(run);
      expect(error).toBeInstanceOf(ExtensionFailed);
      expect(error).toMatchObject({ code: "ERR_EXTENSION_FAILED", extension: "Odd", thread: 7 });
      expect(error.message).toMatch(message);
      expect(error.cause).toBeInstanceOf(Error);
      expect((decoded(reader, encoded(codec, new Money(2))) as Money).cents).toBe(2);
    }
  });

  test("after the first failure no other decode is run", () => {
    const bytes = encoded(codec, [new Odd(1), new Odd(2), new Box(new Odd(3))]);
    const seen: unknown[] = [];
    odd.decode = (plain) => {
      seen.push(plain);
      throw new Error(`number ${plain}`);
    };
    expect(failed(() => decoded(reader, bytes)).message).toContain("number 1");
    expect(seen).toEqual([1]);
  });

  test("a decode may decode: with this codec, with another, and with msgpackr", () => {
    const inner = encoded(codec, { list: ["text", new Money(5)], "own key": 1 });
    odd.decode = (plain) => {
      const read = [decoded(reader, inner), decoded(codec, inner), reader.copy(new Box(1), "args")];
      expect(unpack(pack({ a: ["text", { "own key": 2 }] }))).toEqual({
        a: ["text", { "own key": 2 }],
      });
      expect(failed(() => decoded(reader, foreign(new Money(1))))).toBeInstanceOf(ExtensionMissing);
      expect(read).toHaveLength(3);
      return new Odd(plain as number);
    };
    const original = [{ "own key": 1 }, new Odd(3), { "own key": "text" }, "ä".repeat(200)];
    expect(decoded(reader, encoded(codec, original))).toEqual(original);
    expect(reader.copy(original, "args")).toEqual(original);
  });

  test("bytes changed at random: a value, no message, or one that cannot be read", () => {
    const [random, victim] = [new Random("extension bytes"), newCodec(shapes)];
    const bytes = encoded(codec, [
      new Box([new Money(1), new Odd(2), "text"]),
      { a: new Money(3) },
    ]);
    const counts: Record<string, number> = {};
    for (let times = 0; times < 3000; times += 1) {
      const changed = Uint8Array.from(bytes);
      changed[random.int(changed.length)] = random.int(256);
      let outcome = "read";
      try {
        decoded(victim, changed);
      } catch (error) {
        outcome = (error as Error).name;
      }
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
    const names = ["BadRecord", "ExtensionFailed", "ExtensionMissing", "read"];
    expect(Object.keys(counts).toSorted()).toEqual(names);
    expect(sent(codec, victim, [new Odd(4)])).toEqual([new Odd(4)]);
  });
});
