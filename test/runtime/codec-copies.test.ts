/**
 * Goal: two copies of the runtime in one JavaScript thread, as of two packages that depend on
 * different versions of it, read their own values, though they may share one msgpackr.
 */

import { expect, test, vi } from "vitest";

class Mark {}

/** A codec of a copy of its own; references are read as what is given. */
async function copy(read: () => object) {
  vi.resetModules();
  const { Codec } = await import("../../runtime/codec/codec.ts");
  const { LocalShapes } = await import("../../runtime/codec/shapes.ts");
  const marked = new Mark();
  const references = {
    isReference: (value: object) => value === marked,
    write: () => [1, 2, 3],
    read,
  };
  const codec = new Codec({ shapes: new LocalShapes(), references, maxBytes: 4096 });
  const again = (): unknown => {
    const bytes = codec.encode({ marked, at: new Date(5) }, "value");
    return codec.decode(codec.scratch.slice(codec.start, codec.start + bytes), 0, bytes);
  };
  return { Codec, again };
}

test("each copy makes its own values again, also one inside the other", async () => {
  const first = await copy(() => ({ of: "first" }));
  const second = await copy(() => ({ of: "second", inside: first.again() }));
  const third = await copy(() => ({ of: "third", inside: second.again() }));
  expect(second.Codec).not.toBe(first.Codec);
  const at = new Date(5);
  const one = { marked: { of: "first" }, at };
  const two = { marked: { of: "second", inside: one }, at };
  expect(first.again()).toEqual(one);
  expect(second.again()).toEqual(two);
  expect(third.again()).toEqual({ marked: { of: "third", inside: two }, at });
  expect(first.again()).toEqual(one);
});
