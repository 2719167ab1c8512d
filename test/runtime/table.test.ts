import fc from "fast-check";
import { expect, test } from "vitest";
import { COUNT, END, ENTRIES_MAX } from "../../runtime/layout-tables.ts";
import { allocateTable, TableCorrupt, TableReader, TableWriter } from "../../runtime/table.ts";

test("what is appended is read, by the id that append gave", () => {
  const property = fc.property(
    fc.array(fc.string({ unit: "grapheme", maxLength: 20 }), { maxLength: 30, size: "max" }),
    (texts) => {
      const memory = allocateTable(100_000, 100);
      const writer = new TableWriter(memory);
      const reader = new TableReader(memory);
      texts.forEach((text, index) => {
        expect(reader.count()).toBe(index);
        expect(reader.get(index)).toBe(undefined);
        expect(writer.append(text)).toBe(index);
      });
      expect(texts.map((_, id) => reader.get(id))).toEqual(texts);
    },
  );
  fc.assert(property, { seed: 1 });
});

test("full is a value: of texts, of bytes, and smaller ones still fit", () => {
  const few = new TableWriter(allocateTable(100, 2));
  expect([few.append("a"), few.append("b"), few.append("c")]).toEqual([0, 1, undefined]);

  const memory = allocateTable(5, 10);
  const writer = new TableWriter(memory);
  expect(writer.append("abc")).toBe(0);
  expect(writer.append("äö")).toBe(undefined);
  expect(writer.append("ä")).toBe(1);
  expect(writer.append("x")).toBe(undefined);
  expect(writer.append("")).toBe(2);
  const reader = new TableReader(memory);
  expect([reader.get(0), reader.get(1), reader.get(2)]).toEqual(["abc", "ä", ""]);
});

test("a second writer goes on where the first ended", () => {
  const memory = allocateTable(100, 10);
  new TableWriter(memory).append("one");
  const second = new TableWriter(memory);
  expect(second.append("two")).toBe(1);
  const reader = new TableReader(memory);
  expect([reader.get(0), reader.get(1)]).toEqual(["one", "two"]);
});

test("a leading byte order mark is part of the text", () => {
  const memory = allocateTable(100, 10);
  new TableWriter(memory).append("\ufeffa");
  expect(new TableReader(memory).get(0)).toBe("\ufeffa");
});

test("ids that nobody gave", () => {
  const memory = allocateTable(100, 10);
  new TableWriter(memory).append("one");
  const reader = new TableReader(memory);
  for (const id of [1, 2, 10, -1, 0.5, 2 ** 31, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(reader.get(id), String(id)).toBe(undefined);
  }
});

// Goal: whatever lies in the memory, a reader gives a text, undefined or TableCorrupt, at once.
test("memory that was written over", () => {
  const property = fc.property(
    fc.array(fc.tuple(fc.nat({ max: 110 }), fc.integer()), { minLength: 1, maxLength: 8 }),
    (writes) => {
      const memory = allocateTable(100, 10);
      const writer = new TableWriter(memory);
      for (const text of ["one", "two", "three"]) writer.append(text);
      const reader = new TableReader(memory);
      const words = new Int32Array(memory, 0, memory.byteLength >> 2);
      for (const [at, value] of writes) if (at < words.length) words[at] = value;
      expect(reader.count()).toBeLessThanOrEqual(10);
      for (let id = 0; id < 12; id += 1) {
        try {
          expect(["string", "undefined"]).toContain(typeof reader.get(id));
        } catch (error) {
          expect(error).toMatchObject({ code: "ERR_TABLE_CORRUPT", id });
        }
      }
    },
  );
  fc.assert(property, { seed: 1, numRuns: 500 });
});

test("positions that no writer wrote are told apart", () => {
  const table: [end0: number, end1: number, good0: boolean, good1: boolean][] = [
    [3, 6, true, true],
    [-1, 6, false, false],
    [7, 6, true, false],
    [3, 101, true, false],
    [3, 100, true, true],
    [0x7fffffff, -0x80000000, false, false],
  ];
  for (const [end0, end1, good0, good1] of table) {
    const memory = allocateTable(100, 10);
    const writer = new TableWriter(memory);
    writer.append("one");
    writer.append("two");
    const words = new Int32Array(memory, 0, memory.byteLength >> 2);
    words[END] = end0;
    words[END + 1] = end1;
    const reader = new TableReader(memory);
    const good = [0, 1].map((id) => {
      try {
        return reader.get(id) !== undefined;
      } catch {
        return false;
      }
    });
    expect(good, `${end0} ${end1}`).toEqual([good0, good1]);
    for (const count of [11, -1]) {
      words[COUNT] = count;
      expect(reader.count()).toBe(0);
      expect(() => new TableWriter(memory), String(count)).toThrow(TableCorrupt);
    }
  }
});

test("memory that is no table is refused", () => {
  for (const bytes of [0, 4, 255, 256, 4096]) {
    const memory = new SharedArrayBuffer(bytes);
    expect(() => new TableReader(memory), String(bytes)).toThrow(TableCorrupt);
    expect(() => new TableWriter(memory), String(bytes)).toThrow(TableCorrupt);
  }
  const others = new Int32Array(new SharedArrayBuffer(4096));
  others[ENTRIES_MAX] = 1;
  expect(() => new TableReader(others.buffer)).toThrow(TableCorrupt);
});
