import fc from "fast-check";
import { expect, test } from "vitest";
import { type PartitionKey, placeOf } from "../../../actors/supervision/partition-spec.ts";

test("whole numbers by their remainder, other keys by a hash that never changes", () => {
  const table: [key: PartitionKey, count: number, place: number][] = [
    [0, 4, 0],
    [7, 4, 3],
    [-1, 4, 3],
    [-4, 4, 0],
    [Number.MAX_SAFE_INTEGER, 10, 1],
    [7n, 4, 3],
    [-1n, 4, 3],
    [2n ** 70n + 3n, 4, 3],
    ["anything", 1, 0],
    // Computed by a second program, in another language.
    ["", 1000, 923],
    ["ann", 1000, 533],
    ["Ünïcødé 🦜", 1000, 408],
    [1.5, 1000, 77],
    [true, 1000, 617],
    [null, 1000, 351],
    [undefined, 1000, 326],
  ];
  for (const [key, count, place] of table) {
    expect(placeOf(key, count), `${typeof key} ${String(key)} of ${count}`).toBe(place);
  }
});

test("objects, functions and symbols are no keys", () => {
  for (const key of [{}, [], () => {}, Symbol("key"), new Date(0)]) {
    expect(() => placeOf(key as never, 4)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTIONS", option: "key" }),
    );
  }
});

test("property: a place is always one of them", () => {
  const key = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.bigInt(), fc.boolean());
  fc.assert(
    fc.property(key, fc.integer({ min: 1, max: 65_536 }), (any, count) => {
      const place = placeOf(any, count);
      expect(Number.isInteger(place) && place >= 0 && place < count).toBe(true);
    }),
  );
});

// The bound leaves one good hash in 10 000 outside. Letters that differ by two have one last bit,
// which a plain FNV would hand on: with two partitions, one would get them all.
test("texts are spread evenly, also those that are much alike", () => {
  const alike = ["a", "c", "e", "g", "i", "k", "m", "o", "q", "s"];
  const keys = alike.flatMap((one) =>
    alike.flatMap((two) => alike.map((three) => one + two + three)),
  );
  const numbered = Array.from({ length: 1000 }, (_, index) => `user-${index}`);
  for (const [texts, count, bound] of [
    [keys, 2, 15.1],
    [keys, 8, 29.9],
    [numbered, 2, 15.1],
    [numbered, 10, 33.7],
  ] as const) {
    const counts = new Array<number>(count).fill(0);
    for (const text of texts)
      counts[placeOf(text, count)] = (counts[placeOf(text, count)] ?? 0) + 1;
    const expected = texts.length / count;
    const chi = counts.reduce((sum, got) => sum + (got - expected) ** 2 / expected, 0);
    expect(chi, `${count} of ${texts[0]}`).toBeLessThan(bound);
  }
});
