/** Postings: packing, and that whatever is written is read, and nothing else is. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  countOf,
  DOCUMENTS_MAX,
  documentOf,
  POSTING_COUNT_MAX,
  PostingWriter,
  packPosting,
  readPostings,
} from "../../demo/postings.ts";

const documents = fc.integer({ min: 0, max: DOCUMENTS_MAX - 1 });
const counts = fc.integer({ min: 1, max: POSTING_COUNT_MAX });
const lists = fc
  .uniqueArray(fc.tuple(documents, counts), { selector: ([document]) => document, maxLength: 50 })
  .map((pairs) =>
    pairs.map(([document, count]) => packPosting(document, count)).sort((a, b) => a - b),
  );

test("postings: packing keeps both numbers, and the order of documents", () => {
  fc.assert(
    fc.property(documents, counts, documents, counts, (d1, c1, d2, c2) => {
      const [first, second] = [packPosting(d1, c1), packPosting(d2, c2)];
      expect([documentOf(first), countOf(first)]).toEqual([d1, c1]);
      if (d1 < d2) expect(first).toBeLessThan(second);
    }),
  );
});

test("postings: what does not fit is refused", () => {
  for (const [document, count] of [
    [-1, 1],
    [DOCUMENTS_MAX, 1],
    [0, 0],
    [0, POSTING_COUNT_MAX + 1],
    [Number.NaN, 1],
  ] as const) {
    expect(() => packPosting(document, count)).toThrow(RangeError);
  }
});

test("postings: lists are read as they were written", () => {
  fc.assert(
    fc.property(fc.array(lists, { maxLength: 5 }), (all) => {
      const writer = new PostingWriter();
      const ends = all.map((list) => {
        writer.write(list);
        return writer.length;
      });
      const bytes = writer.finish();
      expect(bytes.length).toBe(writer.length);
      expect(ends.map((end, at) => [...readPostings(bytes, ends[at - 1] ?? 0, end)])).toEqual(all);
    }),
  );
});

test("postings: the writer grows with what is written", () => {
  const list = Array.from({ length: 10_000 }, (_, at) => packPosting(at * 9, POSTING_COUNT_MAX));
  const writer = new PostingWriter();
  writer.write(list);
  expect([...readPostings(writer.finish(), 0, writer.length)]).toEqual(list);
});

test("postings: the writer refuses a list out of order, or with a document twice", () => {
  const [first, second] = [packPosting(1, 1), packPosting(2, 1)];
  expect(() => new PostingWriter().write([second, first])).toThrow(RangeError);
  expect(() => new PostingWriter().write([first, packPosting(1, 2)])).toThrow(RangeError);
});

test("postings: a list ends where it ends, even if a number goes on behind", () => {
  expect(() => readPostings(Uint8Array.from([1, 0x81, 1]), 0, 2)).toThrow("no whole number");
});

test("postings: bytes that nobody wrote are refused", () => {
  for (const bytes of [
    [1],
    [0x80],
    [1, 0x80],
    [0, 1],
    [1, 1, 0, 1],
    [1, 0],
    [0xff, 0xff, 0xff, 0xff, 0xff, 1, 1],
  ]) {
    expect(() => readPostings(Uint8Array.from(bytes), 0, bytes.length)).toThrow(RangeError);
  }
});
