/** Shard and SearchIndex: built from parts in any order, they hold what one map would hold. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchesOf } from "../../demo/batches.ts";
import { countOf, documentOf, packPosting } from "../../demo/postings.ts";
import { indexOf, mergePages } from "../../demo/searchindex.ts";
import { type Page, Shard } from "../../demo/shard.ts";

function pagesOf(shard: Shard, postingsMax?: number): Page[] {
  const pages: Page[] = [];
  for (let next = 0; next >= 0; ) {
    const page = shard.page(next, postingsMax);
    pages.push(page);
    next = page.next;
  }
  return pages;
}

const pairsOf = (postings: ArrayLike<number>): number[][] =>
  Array.from(postings, (posting) => [documentOf(posting), countOf(posting)]);

describe("shard", () => {
  test("postings are in the order of documents, whatever came first", () => {
    const shard = new Shard();
    shard.add(7, ["actor"], [1]);
    shard.add(2, ["actor", "await"], [3, 1]);
    shard.add(12, ["actor"], [2]);
    expect(pairsOf(shard.postings("actor"))).toEqual([
      [2, 3],
      [7, 1],
      [12, 2],
    ]);
    expect(pairsOf(shard.postings("unknown"))).toEqual([]);
    expect(shard.terms).toBe(2);
  });

  test("pages follow each other, sorted, and what comes later is in the next ones", () => {
    const shard = new Shard();
    shard.add(1, ["c", "a"], [1, 1]);
    expect(pagesOf(shard).flatMap(({ terms }) => terms)).toEqual(["a", "c"]);
    shard.add(2, ["b"], [1]);
    expect(pagesOf(shard).flatMap(({ terms }) => terms)).toEqual(["a", "b", "c"]);
  });

  test("a page ends with the term that fills it; an empty shard has one empty page", () => {
    const shard = new Shard();
    for (const document of [1, 2, 3]) shard.add(document, ["a", "b", "c"], [1, 1, 1]);
    expect(pagesOf(shard, 3).map(({ terms }) => terms)).toEqual([["a"], ["b"], ["c"]]);
    expect(pagesOf(shard, 4).map(({ terms }) => terms)).toEqual([["a", "b"], ["c"]]);
    expect(pagesOf(new Shard())).toMatchObject([{ terms: [], next: -1 }]);
  });
});

describe("index", () => {
  const words = fc.constantFrom("actor", "await", "barrier", "cast", "drain", "été", "日本", "z");
  const counts = fc.dictionary(words, fc.integer({ min: 1, max: 300 }));
  const texts = fc.array(counts, { maxLength: 12 });

  test("merged from shards in any order, it is what one map would be", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 5 }), fc.nat(), (all, shardCount, turn) => {
        const shards = Array.from({ length: shardCount }, () => new Shard());
        const plain = new Map<string, number[]>();
        const order = all.map((_, at) => (at + turn) % all.length);
        for (const document of order) {
          for (const batch of batchesOf(new Map(Object.entries(all[document] ?? {})), shardCount)) {
            shards[batch.shard]?.add(document, batch.terms, batch.counts);
          }
        }
        for (const [document, text] of all.entries()) {
          for (const [term, count] of Object.entries(text)) {
            const postings = plain.get(term) ?? [];
            plain.set(term, [...postings, packPosting(document, count)]);
          }
        }
        const paths = all.map((_, at) => `${at}.md`);
        const lengths = new Uint32Array(all.length);
        const index = mergePages(
          "",
          paths,
          lengths,
          shards.map((shard) => pagesOf(shard, 2)),
        );
        expect(index).toEqual(indexOf("", paths, [...lengths], plain));
        expect(index.terms).toBe(plain.size);
        for (const [term, postings] of plain) expect([...index.postings(term)]).toEqual(postings);
        for (const unknown of ["", "a", "b2", "zz"])
          expect(index.postings(unknown)).toHaveLength(0);
      }),
    );
  });

  test("a term that two shards keep is a mistake that shows", () => {
    const [one, two] = [new Shard(), new Shard()];
    one.add(1, ["actor"], [1]);
    two.add(2, ["actor"], [1]);
    const merge = () =>
      mergePages("", ["", "a", "b"], new Uint32Array(3), [pagesOf(one), pagesOf(two)]);
    expect(merge).toThrow('two shards keep "actor"');
  });

  test("a path that is empty is no document", () => {
    const index = indexOf("", ["a", "", "b"], [10, 0, 20], new Map());
    expect([index.documents, index.lengthTotal]).toEqual([2, 30]);
  });
});
