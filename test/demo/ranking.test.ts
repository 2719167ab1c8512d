/** Ranking: one score worked out by hand, and what must hold for all. */
import { expect, test } from "vitest";
import { packPosting } from "../../demo/postings.ts";
import { rank } from "../../demo/ranking.ts";

const of = (...pairs: [document: number, count: number][]): number[] =>
  pairs.map(([document, count]) => packPosting(document, count));

const collection = { lengths: [100, 100, 200, 100], documents: 4, lengthTotal: 500 };

test("ranking: the score is that of the formula", () => {
  // idf = ln(1 + 3.5 / 1.5); weight = 2 · 2.2 / (2 + 1.2 · (0.25 + 0.75 · 100 / 125))
  const idf = Math.log(1 + 3.5 / 1.5);
  const weight = (2 * 2.2) / (2 + 1.2 * (0.25 + (0.75 * 100) / 125));
  const [hit] = rank([of([1, 2])], collection, 10);
  expect(hit?.document).toBe(1);
  expect(hit?.score).toBeCloseTo(idf * weight, 12);
});

test("ranking: more often, shorter, rarer and more terms are better", () => {
  const best = (...lists: number[][]) => rank(lists, collection, 10).map((hit) => hit.document);
  expect(best(of([0, 1], [1, 3]))).toEqual([1, 0]);
  expect(best(of([1, 2], [2, 2]))).toEqual([1, 2]);
  expect(best(of([0, 1], [1, 1], [3, 1]), of([3, 1]))).toEqual([3, 0, 1]);
  expect(best(of([0, 1], [1, 1]), of([2, 1], [3, 1]), of([2, 1]))[0]).toBe(2);
  const rare = rank([of([0, 1]), of([1, 1], [2, 1], [3, 1])], collection, 1);
  expect(rare[0]?.document).toBe(0);
});

test("ranking: equal scores are in the order of documents, and there is a bound", () => {
  const list = of([0, 1], [1, 1], [3, 1]);
  expect(rank([list], collection, 2).map((hit) => hit.document)).toEqual([0, 1]);
  const others = rank([of([3, 1]), of([0, 1])], collection, 2);
  expect(others.map((hit) => hit.document)).toEqual([0, 3]);
});

test("ranking: even a term of every document adds something", () => {
  const list = of([0, 1], [1, 1], [2, 1], [3, 1]);
  for (const hit of rank([list], collection, 10)) expect(hit.score).toBeGreaterThan(0);
});

test("ranking: nothing in, nothing out; and an empty collection is no division by zero", () => {
  expect(rank([], collection, 10)).toEqual([]);
  expect(rank([[]], { lengths: [], documents: 0, lengthTotal: 0 }, 10)).toEqual([]);
  const [hit] = rank([of([0, 1])], { lengths: [0], documents: 1, lengthTotal: 0 }, 10);
  expect(hit?.score).toBeGreaterThan(0);
});
