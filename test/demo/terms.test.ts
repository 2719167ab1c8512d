/** Terms: the table of what is one, and that the fast way and the general way agree. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchesOf } from "../../demo/batches.ts";
import { countTerms, shardOf, TERM_CHARS_MAX, termsOf } from "../../demo/terms.ts";

const table: readonly [name: string, text: string, terms: readonly string[]][] = [
  ["words", "Promise rejection, handled.", ["promise", "rejection", "handled"]],
  ["a name in camel case", "unhandledRejection", ["unhandled", "rejection"]],
  ["capitals before a word", "HTTPServer XMLHttp", ["http", "server", "xml"]],
  ["capitals alone", "BM25 SHA1", ["bm", "25", "sha"]],
  ["snake and kebab", "max_bytes no-cache", ["max", "bytes", "no", "cache"]],
  ["numbers", "in 2024: 404, 7", ["in", "2024", "404"]],
  ["single letters are none", "a b c = x", []],
  ["accents", "naïvely Çédille ÉTÉ", ["naïvely", "çédille", "été"]],
  ["accents in two parts are the same", "nai\u0308vely", ["naïvely"]],
  ["other scripts", "Привет мир 日本語 ελληνικά", ["привет", "мир", "日本語", "ελληνικά"]],
  ["astral letters", "𐐨𐐩 x", ["𐐨𐐩"]],
  ["nothing", " \n\t--- ", []],
];

for (const [name, text, expected] of table) {
  test(`terms: ${name}`, () => expect(termsOf(text)).toEqual(expected));
}

test("terms: each is counted, and all together are the length", () => {
  const { counts, length } = countTerms("to be or not to be");
  expect(Object.fromEntries(counts)).toEqual({ to: 2, be: 2, or: 1, not: 1 });
  expect(length).toBe(6);
});

test("terms: encoded data is none", () => {
  const longest = "a".repeat(TERM_CHARS_MAX);
  expect(termsOf(`${longest} ${longest}a`)).toEqual([longest]);
});

test("terms: one letter outside of ASCII changes nothing for the rest", () => {
  const ascii = fc.string({ unit: "binary-ascii", maxLength: 200 });
  fc.assert(
    fc.property(ascii, (text) => {
      // The single letter is too short to be a term itself, and takes the general way.
      const general = countTerms(`${text} é`);
      const fast = countTerms(text);
      expect([...general.counts]).toEqual([...fast.counts]);
      expect(general.length).toBe(fast.length);
    }),
    { numRuns: 500 },
  );
});

test("terms: a text takes time in proportion to its length, whatever is in it", () => {
  // A backtracking pattern would not end within the time-out on these.
  for (const unit of ["A", "a", "Aa", "É", "éA", "1", "_"]) {
    countTerms(unit.repeat(1_000_000));
  }
});

describe("batches", () => {
  const counts = new Map(Array.from({ length: 100 }, (_, at) => [`term${at}`, at + 1]));

  test("each term goes to its shard once, with its count", () => {
    const seen = new Map<string, number>();
    for (const { shard, terms, counts: own } of batchesOf(counts, 4)) {
      for (const [at, term] of terms.entries()) {
        expect(shardOf(term, 4)).toBe(shard);
        expect(seen.has(term)).toBe(false);
        seen.set(term, own[at] ?? 0);
      }
    }
    expect(new Map([...seen].sort())).toEqual(new Map([...counts].sort()));
  });

  test("a batch is bounded, and there is none without terms", () => {
    const batches = batchesOf(counts, 1, 30);
    expect(batches.map(({ terms }) => terms.length)).toEqual([30, 30, 30, 10]);
    expect(batches.every(({ terms, counts: own }) => terms.length === own.length)).toBe(true);
    expect(batchesOf(new Map(), 4)).toEqual([]);
    expect(batchesOf(new Map([["one", 1]]), 8)).toHaveLength(1);
  });

  test("shards get about the same number of terms", () => {
    const many = new Map(Array.from({ length: 8000 }, (_, at) => [`word${at}`, 1]));
    for (const { terms } of batchesOf(many, 8)) {
      expect(terms.length).toBeGreaterThan(800);
      expect(terms.length).toBeLessThan(1200);
    }
  });
});
