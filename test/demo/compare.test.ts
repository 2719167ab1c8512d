/** Plain and Compare: the plain count finds what a deliberately wrong index has wrong. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { compare, DIFFERENCES_TOLD_MAX } from "../../demo/compare.ts";
import { countPlainly, mixPosting, type ReadDocument } from "../../demo/plain.ts";
import { packPosting } from "../../demo/postings.ts";
import { indexOf, type SearchIndex } from "../../demo/searchindex.ts";
import { readSourceSync } from "../../demo/source.ts";
import { countTerms } from "../../demo/terms.ts";

const TEXTS = ["to be or not to be", "be here", "nothing here", "not here to be"];
const signal = new AbortController().signal;
let folder = "";
let documents: ReadDocument[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sabeam-compare-"));
  documents = TEXTS.map((text, document) => {
    const path = join(folder, `${document}.md`);
    writeFileSync(path, text);
    const source = readSourceSync(path);
    const fingerprint = source.type === "text" ? source.fingerprint : "";
    return { document, path, fingerprint, length: countTerms(text).length };
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The index of the texts, with whatever is done to its terms before it is built. */
function built(
  corrupt: (terms: Map<string, number[]>, lengths: number[]) => void = () => undefined,
): SearchIndex {
  const terms = new Map<string, number[]>();
  const lengths = TEXTS.map((text) => countTerms(text).length);
  for (const [document, text] of TEXTS.entries()) {
    for (const [term, count] of countTerms(text).counts) {
      terms.set(term, [...(terms.get(term) ?? []), packPosting(document, count)]);
    }
  }
  corrupt(terms, lengths);
  return indexOf(
    folder,
    TEXTS.map((_, at) => `${at}.md`),
    lengths,
    terms,
  );
}

test("compare: the right index is identical, with the numbers", async () => {
  const plain = await countPlainly(documents, signal);
  expect(compare(built(), plain)).toEqual({
    identical: true,
    terms: 6,
    documents: 4,
    postings: 12,
    changed: 0,
    changedTold: [],
    differences: 0,
    told: [],
  });
});

describe("compare: a wrong index", () => {
  type Corrupt = Parameters<typeof built>[0];
  const table: readonly [name: string, corrupt: Corrupt, told: string][] = [
    [
      "a posting is missing",
      (terms) => terms.get("be")?.pop(),
      '"be" is in 2 documents of the index, in 3 plainly counted',
    ],
    [
      "a posting too many",
      (terms) => terms.get("nothing")?.push(packPosting(3, 1)),
      '"nothing" is in 2 documents of the index, in 1 plainly counted',
    ],
    [
      "a term is missing",
      (terms) => terms.delete("or"),
      '"or" is in 0 documents of the index, in 1 plainly counted',
    ],
    [
      "a term too many",
      (terms) => terms.set("ghost", [packPosting(1, 1)]),
      '"ghost" is in 1 documents of the index, in 0 plainly counted',
    ],
    [
      "the posting of another document",
      (terms) => terms.set("or", [packPosting(1, 1)]),
      '"or" has other documents or counts than plainly counted',
    ],
    [
      "another count",
      (terms) => terms.set("or", [packPosting(0, 2)]),
      '"or" has other documents or counts than plainly counted',
    ],
    [
      "one of several postings of another document",
      (terms) => terms.get("be")?.splice(2, 1, packPosting(2, 1)),
      '"be" has other documents or counts than plainly counted',
    ],
    ["another length", (_, lengths) => lengths.fill(99), "0.md has 99 terms in the index"],
  ];
  for (const [name, corrupt, told] of table) {
    test(name, async () => {
      const index = built(corrupt);
      // The actors say what length they found; the index has the same.
      const said = documents.map((read) => ({
        ...read,
        length: index.lengths[read.document] ?? 0,
      }));
      const comparison = compare(index, await countPlainly(said, signal));
      expect(comparison.identical).toBe(false);
      expect(comparison.told[0]).toBe(told);
    });
  }

  test("a document that nobody reported", async () => {
    const comparison = compare(built(), await countPlainly(documents.slice(1), signal));
    expect(comparison.identical).toBe(false);
    expect(comparison.told).toContain("4 documents in the index, 3 plainly counted");
  });

  test("each difference is told once", async () => {
    const index = built((terms) => {
      terms.get("be")?.pop();
      terms.delete("or");
    });
    const comparison = compare(index, await countPlainly(documents, signal));
    expect(comparison.differences).toBe(2);
    expect(comparison.told.map((line) => line.split(" ")[0])).toEqual(['"be"', '"or"']);
  });

  test("many differences are counted, and the first few told", async () => {
    const index = built((terms) => terms.clear());
    const comparison = compare(index, await countPlainly(documents, signal));
    expect(comparison.differences).toBe(6);
    expect(comparison.told).toHaveLength(DIFFERENCES_TOLD_MAX);
  });
});

describe("compare: files that change between the two", () => {
  const change: readonly [name: string, change: (path: string) => void][] = [
    ["written anew", (path) => writeFileSync(path, "something else entirely")],
    ["other bytes of the same number", (path) => writeFileSync(path, "ot eb ro ton ot eb")],
    ["gone", (path) => rmSync(path)],
    ["binary now", (path) => writeFileSync(path, "\0")],
  ];
  for (const [name, act] of change) {
    test(`${name}: taken out of both, and counted`, async () => {
      act(documents[0]?.path ?? "");
      const comparison = compare(built(), await countPlainly(documents, signal));
      expect(comparison).toMatchObject({
        identical: true,
        documents: 3,
        changed: 1,
        changedTold: ["0.md"],
        differences: 0,
      });
    });
  }

  test("they do not hide what is wrong with the others", async () => {
    writeFileSync(documents[0]?.path ?? "", "changed");
    const index = built((terms) => terms.get("here")?.pop());
    const comparison = compare(index, await countPlainly(documents, signal));
    expect(comparison).toMatchObject({ identical: false, changed: 1 });
  });

  test("a file written again with the same bytes has not changed", async () => {
    writeFileSync(documents[0]?.path ?? "", TEXTS[0] ?? "");
    expect((await countPlainly(documents, signal)).changed.size).toBe(0);
  });
});

test("plain: it reports how far it is and ends when it is interrupted", async () => {
  const path = join(folder, "large.md");
  writeFileSync(path, "word ".repeat(300_000));
  const source = readSourceSync(path);
  const fingerprint = source.type === "text" ? source.fingerprint : "";
  const large = { document: 9, path, fingerprint, length: 300_000 };
  const interrupt = new AbortController();
  const seen: number[] = [];
  const counting = countPlainly([large, large, large], interrupt.signal, (done) => {
    seen.push(done);
    if (done === 2) interrupt.abort(new Error("enough"));
  });
  await expect(counting).rejects.toThrow("enough");
  expect(seen).toEqual([1, 2]);
});

test("plain: the mix tells postings apart", () => {
  const mixes = new Set<number>();
  for (let document = 0; document < 100; document += 1) {
    for (let count = 1; count <= 100; count += 1) mixes.add(mixPosting(document, count));
  }
  expect(mixes.size).toBe(10_000);
});
