/** The parts of a look by themselves: order, selection, plain texts, rows. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainText } from "../../runtime/look/plain-text.ts";
import { type Facts, scoreBy, TOP_ORDERS } from "../../runtime/look/trouble.ts";
import { Worst } from "../../runtime/look/worst.ts";
import {
  allocateStatistics,
  LONGEST_BITS,
  LONGEST_MASK,
  ROW_BUSY,
  ROW_LONGEST,
  rowOf,
  Statistics,
} from "../../runtime/statistics.ts";

const NONE: Facts = {
  runningMs: 0,
  queued: 0,
  growth: 0,
  handled: 0,
  turns: 0,
  busyUs: 0,
  longestUs: 0,
  restarts: 0,
  ageMs: 0,
};

describe("trouble", () => {
  test("held-up threads, mailboxes that grow, long ones, slow turns, restarts, work", () => {
    const rows: Partial<Facts>[] = [
      { runningMs: 60_000 },
      { runningMs: 100, queued: 2 ** 24, growth: 2 ** 24 },
      { queued: 2 ** 24, growth: 1 },
      { queued: 10, growth: 1, longestUs: 2 ** 24 },
      { queued: 2 ** 24, growth: -1 },
      { queued: 100 },
      { longestUs: 2 ** 24 - 1, runningMs: 99 },
      { longestUs: 10_000 },
      { restarts: 2 ** 31 - 1 },
      { restarts: 1 },
      { busyUs: 2 ** 32, turns: 2 ** 32, queued: 99 },
      { queued: 9, growth: 9 },
      {},
    ];
    const score = scoreBy("trouble");
    const scores = rows.map((row) => score({ ...NONE, ...row }));
    expect(scores).toEqual([...scores].sort((one, other) => other - one));
    expect(new Set(scores).size).toBe(rows.length);
  });

  test("every order is a number of every actor", () => {
    for (const order of TOP_ORDERS) expect(scoreBy(order)(NONE)).toBe(0);
    expect(scoreBy("mean")({ ...NONE, busyUs: 30, turns: 4 })).toBe(7.5);
  });
});

test("the few largest of many, as a sort would give them", () => {
  const many = fc.array(fc.nat(50), { maxLength: 200 });
  fc.assert(
    fc.property(many, fc.integer({ min: 1, max: 20 }), (scores, max) => {
      const worst = new Worst(max);
      scores.forEach((score, slot) => {
        worst.add(score, slot);
      });
      const slots = worst.slots();
      const sorted = [...scores].sort((one, other) => other - one).slice(0, max);
      expect(slots.map((slot) => scores[slot])).toEqual(sorted);
      expect(new Set(slots).size).toBe(slots.length);
    }),
  );
});

test("plain text holds nothing that a terminal obeys, or that turns a line around", () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there.
  const unfit = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      const plain = plainText(text);
      expect(plain).not.toMatch(unfit);
      expect(plain.isWellFormed()).toBe(true);
      expect(plain.length).toBeLessThanOrEqual(200);
    }),
    { numRuns: 30 },
  );
  const rows: [string, string][] = [
    ["Counter", "Counter"],
    ["größe 漢字 👍", "größe 漢字 👍"],
    ["\u001b]0;title\u0007", "�]0;title�"],
    ["a\r\nb\tc", "a��b�c"],
    ["\u009b2J", "�2J"],
    ["evil\u202etxt.exe", "evil�txt.exe"],
    ["half \ud83d", "half �"],
  ];
  for (const [text, plain] of rows) expect(plainText(text)).toBe(plain);
  expect(plainText("x".repeat(201))).toBe(`${"x".repeat(199)}…`);
});

describe("a row", () => {
  const longest = (statistics: Statistics): number =>
    (statistics.words[rowOf(3) + ROW_LONGEST] ?? 0) & LONGEST_MASK;

  test("keeps the longest turn of a window, and its busy time wraps", () => {
    const statistics = new Statistics(allocateStatistics(8));
    statistics.took(3, 5, 4);
    statistics.took(3, 2 ** 31 - 1, 2);
    expect(longest(statistics)).toBe(4);
    expect((statistics.words[rowOf(3) + ROW_BUSY] ?? 0) >>> 0).toBe(2 ** 31 + 4);
    statistics.turnWindow();
    statistics.took(3, 1, 2);
    expect(longest(statistics)).toBe(2);
    for (let window = 0; window < 2 ** (32 - LONGEST_BITS) - 1; window += 1) {
      statistics.turnWindow();
    }
    statistics.took(3, 1, 2 ** 25);
    expect(longest(statistics)).toBe(LONGEST_MASK);
  });

  test("a viewer with less time does not cut another one's short", () => {
    const statistics = new Statistics(allocateStatistics(8));
    expect(statistics.ask(5000)).toBe(1);
    expect(statistics.ask(3000)).toBe(2);
    expect(statistics.watchedUntil).toBe(5000);
    expect(statistics.asked).toBe(2);
  });
});
