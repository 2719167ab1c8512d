/**
 * Goal: instances of classes with an extension arrive as what they were, the same by bytes and by
 * copy, and what cannot be encoded is refused with its place.
 */

import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { DEPTH_MAX } from "../../runtime/codec/check.ts";
import { LocalShapes } from "../../runtime/codec/shapes.ts";
import { DuplicateExtension, NotSendable } from "../../runtime/errors.ts";
import { add, asUsual, Box, Broke, Euro, Leaf, Money, Odd, odd } from "../support/codec-classes.ts";
import { difference, newCodec, ref, sent, value } from "../support/codec-values.ts";

beforeEach(asUsual);

const shapes = new LocalShapes();
const codec = newCodec(shapes);

/** What arrives by bytes. */
function arrived<Value>(original: Value): Value {
  return sent(codec, newCodec(shapes), original) as Value;
}

describe("what arrives", () => {
  test("an instance of the class, whose fields may be private", () => {
    for (const [here, there] of [0, 1, 2 ** 40].map((n) => [n, arrived(new Money(n))] as const)) {
      expect(there).toBeInstanceOf(Money);
      expect(there.cents).toBe(here);
    }
    expect(arrived(new URL("http://a/b?c")).href).toBe("http://a/b?c");
  });

  test("wherever it stands", () => {
    const { list, map, set, error, bare, box } = arrived({
      list: [new Money(1), new Money(2)],
      map: new Map([[new Money(3), new Money(4)]]),
      set: new Set([new Money(5)]),
      error: new Error("x", { cause: new Money(6) }),
      bare: Object.assign(Object.create(null), { money: new Money(7) }),
      box: new Box([new Box(new Money(8)), ref(1, 2, 3), -0, new Uint8Array([1])]),
    });
    const found = [...list, ...map.keys(), ...map.values(), ...set, error.cause, bare.money];
    expect(found.map((money) => (money as Money).cents)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const [inner, address, zero, bytes] = box.content as [Box, object, number, Uint8Array];
    expect((inner.content as Money).cents).toBe(8);
    expect(address).toBe(ref(1, 2, 3));
    expect([zero, bytes]).toEqual([-0, new Uint8Array([1])]);
  });

  test("an error class of one's own keeps its class and its fields", () => {
    const broke = new Broke(new Money(9));
    for (const error of [arrived(broke), codec.copy(broke, "args") as Broke]) {
      expect(error).toBeInstanceOf(Broke);
      expect([error.message, error.owed.cents]).toEqual(["9 owed", 9]);
    }
  });

  test("what has cycles, if what it is encoded as has none", () => {
    const tree: Leaf[] = [];
    const first = new Leaf(tree, "a");
    new Leaf(tree, "b");
    expect(arrived(first).tree.map(({ name }) => name)).toEqual(["a", "b"]);
    // Freezing everything it knows would never end, and is not what was sent.
    codec.freeze([first]);
    expect(Object.isFrozen(first)).toBe(false);
  });

  test("what decode gets is its own", () => {
    const content = { bytes: new Uint8Array([1]), list: [1] };
    const box = codec.copy(new Box(content), "args") as Box;
    (box.content as typeof content).bytes[0] = 9;
    (box.content as typeof content).list.push(2);
    expect(content).toEqual({ bytes: new Uint8Array([1]), list: [1] });
  });

  test("any value, in boxes or not, is the same by bytes and by copy", () => {
    const boxed = fc.tuple(value, value, fc.boolean()).map(([one, two, deep]) => {
      const box = new Box(deep ? [one, new Box(two)] : one);
      return deep ? { one, box } : [box, two];
    });
    fc.assert(
      fc.property(boxed, (original) => {
        for (const other of [arrived(original), codec.copy(original, "args")]) {
          expect(difference(original, other)).toBe(undefined);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("refused at the sender", () => {
  function refusal(original: unknown): NotSendable {
    const errors = (["encode", "copy"] as const).map((way) => {
      try {
        newCodec()[way](original, "args");
      } catch (error) {
        return error;
      }
      return undefined;
    });
    expect(errors[0]).toBeInstanceOf(NotSendable);
    expect(String(errors[1])).toBe(String(errors[0]));
    return errors[0] as NotSendable;
  }

  test("an instance of a subclass", () => {
    const error = refusal([new Euro(1)]);
    expect(error.message).toContain("args[0] cannot be sent: it is an instance of Euro; the ext");
    expect(error.message).toContain('extension "Money" is for the class above it');
    const forged: object = Object.create(Object.create(null));
    expect(refusal(forged).reason).toBe("an object with a prototype of its own");
  });

  test("an encode that throws is the cause", () => {
    const cause = new TypeError("not today");
    odd.encode = () => {
      throw cause;
    };
    const error = refusal({ a: [new Odd()] });
    expect([error.path, error.cause]).toEqual(["args.a[0]", cause]);
    expect(error.reason).toContain('extension "Odd" cannot encode it (TypeError: not today)');
  });

  test.each<[string, (one: Odd) => unknown, RegExp]>([
    ["args[0].encode()", (one) => one, /in a cycle: it is args\[0\] again/],
    ["args[0].encode().a", (one) => ({ a: { b: one } }), /in a cycle: it is args\[0\] again/],
    ["args[0].encode()", async () => 1, /a Promise/],
    ["args[0].encode()", () => () => {}, /a function/],
    ["args[0].encode()[1].f", () => [1, { f: Symbol("s") }], /a symbol/],
  ])("what encode gives cannot travel: %s", (path, encode, reason) => {
    odd.encode = encode;
    const error = refusal([new Odd()]);
    expect(error.path.startsWith(path)).toBe(true);
    expect(error.reason).toMatch(reason);
  });

  test("an encode without end is bounded by the depth", () => {
    let calls = 0;
    odd.encode = () => {
      calls += 1;
      return new Odd(calls);
    };
    expect(refusal(new Odd()).reason).toContain(`nested more than ${DEPTH_MAX} levels`);
    expect(calls).toBeLessThanOrEqual(2 * DEPTH_MAX);
  });

  test("an encode that sends meanwhile spoils nothing", () => {
    odd.encode = ({ n }) => {
      codec.encode({ other: [1, 2, 3] }, "args");
      return codec.copy([n, new Money(n)], "args");
    };
    odd.decode = (plain) => new Odd((plain as [number])[0]);
    expect(arrived([new Odd(1), "text", new Odd(2)])).toEqual([new Odd(1), "text", new Odd(2)]);
  });
});

test("a name and a class have one extension", () => {
  class Fresh {}
  const none = () => undefined;
  expect(() => add("Money", Fresh, none, none)).toThrow(DuplicateExtension);
  expect(() => add("Fresh", Money, none, none)).toThrow('its class has the extension "Money"');
});
