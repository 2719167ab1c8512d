/**
 * Goal: an outcome is told exactly when no further vote can change it.
 * Method: for up to six members, every partial vote is compared with what all its completions come
 * to. Sizes of quorums are compared with their definition: what any two of them share.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MemberId } from "../../actors/index.ts";
import { InvalidQuorum } from "../../protocols/errors.ts";
import {
  byzantine,
  byzantineOf,
  jointOf,
  majority,
  majorityOf,
  type Outcome,
  outcome,
  type Quorum,
  shareHonest,
  thresholdOf,
  weigh,
  weightedOf,
} from "../../protocols/quorum.ts";

const NAMES = ["a", "b", "c", "d", "e", "f"];

/** Whether a vote in which everybody took part is won, by the definition. */
type Rule = (isYes: (member: MemberId) => boolean) => boolean;

function heavierThan(weights: readonly (readonly [MemberId, number])[], enough: Reaches): Rule {
  const total = weights.reduce((sum, [, weight]) => sum + BigInt(weight), 0n);
  return (isYes) => {
    const yes = weights.filter(([member]) => isYes(member));
    return enough(
      yes.reduce((sum, [, weight]) => sum + BigInt(weight), 0n),
      total,
    );
  };
}

type Reaches = (yes: bigint, total: bigint) => boolean;
const moreThanHalf: Reaches = (yes, total) => 2n * yes > total;
const reaches =
  (numerator: number, denominator: number): Reaches =>
  (yes, total) =>
    yes * BigInt(denominator) >= total * BigInt(numerator);

/** What all ways to go on come to. Members are bits: of `yes`, of `open`, and of complete votes. */
function forced(isWon: readonly boolean[], yes: number, open: number): Outcome {
  const ends = new Set<boolean>();
  // All subsets of the open ones vote yes, one after the other.
  for (let more = open; ; more = (more - 1) & open) {
    ends.add(isWon[yes | more] ?? false);
    if (more === 0) break;
  }
  if (ends.size === 2) return "pending";
  return ends.has(true) ? "won" : "lost";
}

/** Compares all partial votes of these members: yes, no, or not yet. */
function compareAll(members: readonly MemberId[], quorum: Quorum, rule: Rule): void {
  const all = (1 << members.length) - 1;
  const bit = (member: MemberId) => 1 << members.indexOf(member);
  const isWon = Array.from({ length: all + 1 }, (_, yes) =>
    rule((member) => (yes & bit(member)) !== 0),
  );
  for (let cast = 0; cast <= all; cast += 1) {
    for (let yes = cast; ; yes = (yes - 1) & cast) {
      const voters = members.filter((member) => (cast & bit(member)) !== 0);
      const votes = new Map(voters.map((member) => [member, (yes & bit(member)) !== 0]));
      const [got, expected] = [outcome(quorum, votes), forced(isWon, yes, all & ~cast)];
      if (got !== expected) {
        throw new Error(`${got} instead of ${expected} for ${JSON.stringify([...votes])}`);
      }
      if (yes === 0) break;
    }
  }
}

/** How many bits are set. */
const count = (bits: number): number => bits.toString(2).replaceAll("0", "").length;

const equal = (members: readonly MemberId[]) => members.map((member) => [member, 1] as const);

describe("outcome", () => {
  test("majorities and parts of up to six members", () => {
    for (let count = 1; count <= NAMES.length; count += 1) {
      const members = NAMES.slice(0, count);
      compareAll(members, majorityOf(members), heavierThan(equal(members), moreThanHalf));
      for (const [numerator, denominator] of [
        [1, 10],
        [1, 2],
        [3, 5],
        [67, 100],
        [2, 3],
        [3, 4],
        [1, 1],
      ] as const) {
        const quorum = thresholdOf(members, { numerator, denominator });
        compareAll(members, quorum, heavierThan(equal(members), reaches(numerator, denominator)));
      }
    }
  });

  test("weights, also those whose sum is the largest exact number", () => {
    const weight = fc.oneof(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: Math.floor(Number.MAX_SAFE_INTEGER / NAMES.length) }),
    );
    const some = fc.array(weight, { minLength: 1, maxLength: NAMES.length });
    const part = fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }));
    const property = fc.property(some, fc.option(part), (heavy, between) => {
      const weights = heavy.map((each, index) => [NAMES[index] ?? "", each] as const);
      const members = weights.map(([member]) => member);
      if (between === null) {
        return compareAll(members, weightedOf(weights), heavierThan(weights, moreThanHalf));
      }
      const [numerator, denominator] = between.toSorted((a, b) => a - b) as [number, number];
      const quorum = weightedOf(weights, { numerator, denominator });
      compareAll(members, quorum, heavierThan(weights, reaches(numerator, denominator)));
    });
    fc.assert(property, { numRuns: 40 });
  });

  test("joint majorities, for all ways in which two electorates of six can overlap", () => {
    for (let first = 1; first <= NAMES.length; first += 1) {
      for (let from = 0; from <= first; from += 1) {
        for (let to = from + 1; to <= NAMES.length; to += 1) {
          const [before, after] = [NAMES.slice(0, first), NAMES.slice(from, to)];
          const members = NAMES.slice(0, Math.max(first, to));
          const rules = [before, after].map((each) => heavierThan(equal(each), moreThanHalf));
          const quorum = jointOf(majorityOf(before), majorityOf(after));
          compareAll(members, quorum, (isYes) => rules.every((rule) => rule(isYes)));
        }
      }
    }
  });

  test("once told it stays, whatever comes later, and a complete vote has one", () => {
    const property = fc.property(
      fc.shuffledSubarray(NAMES, { minLength: 6 }),
      fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      fc.integer({ min: 1, max: 6 }),
      (order, yes, sixths) => {
        const quorum = thresholdOf(NAMES, `${sixths}/6`);
        const votes = new Map<MemberId, boolean>();
        const told = order.map((member, index) => {
          votes.set(member, yes[index] ?? false);
          return outcome(quorum, votes);
        });
        const first = told.findIndex((each) => each !== "pending");
        expect(new Set(told.slice(first)).size).toBe(1);
        expect(told.at(-1)).not.toBe("pending");
      },
    );
    fc.assert(property);
  });

  test("strangers do not count", () => {
    const votes = new Map([
      ["x", true],
      ["y", true],
      ["a", true],
    ]);
    expect(outcome(majorityOf(["a", "b", "c"]), votes)).toBe("pending");
  });

  test("weigh says the same from sums", () => {
    const table: [needed: number, total: number, yes: number, no: number, outcome: Outcome][] = [
      [2, 3, 0, 0, "pending"],
      [2, 3, 1, 1, "pending"],
      [2, 3, 2, 0, "won"],
      [2, 3, 0, 2, "lost"],
      [3, 3, 2, 0, "pending"],
      [3, 3, 0, 1, "lost"],
      [1, 3, 0, 2, "pending"],
      [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1, 1, "lost"],
    ];
    for (const [needed, total, yes, no, expected] of table) {
      expect(weigh(needed, total, yes, no), String([needed, total, yes, no])).toBe(expected);
    }
  });
});

describe("sizes", () => {
  test("a majority is the smallest size of which two groups share a member", () => {
    for (let members = 1; members <= 200; members += 1) {
      const size = majority(members);
      expect([2 * size > members, 2 * (size - 1) > members]).toEqual([true, false]);
    }
    expect(majority(Number.MAX_SAFE_INTEGER)).toBe(2 ** 52);
  });

  test("a Byzantine quorum is the smallest that shares an honest one, and is in reach", () => {
    for (let members = 1; members <= 50; members += 1) {
      for (let faults = 0; 3 * faults < members; faults += 1) {
        const size = byzantine(members, faults);
        // By the definition: two groups of `size` have at least 2 · size - members in common.
        expect(2 * size - members).toBeGreaterThanOrEqual(faults + 1);
        expect(2 * (size - 1) - members).toBeLessThan(faults + 1);
        expect(size).toBeLessThanOrEqual(members - faults);
        expect(shareHonest(size, members, faults)).toBe(true);
        expect(shareHonest(size - 1, members, faults)).toBe(false);
      }
      expect(byzantine(members)).toBe(byzantine(members, Math.floor((members - 1) / 3)));
    }
  });

  test("by brute force: all pairs of groups of up to six members, and all who may lie", () => {
    const groups = (size: number, members: number) =>
      Array.from({ length: 1 << members }, (_, bits) => bits).filter(
        (bits) => count(bits) === size,
      );
    for (let members = 1; members <= NAMES.length; members += 1) {
      const faults = Math.floor((members - 1) / 3);
      const size = byzantine(members);
      // Those who lie are in as many groups as they can be.
      const liars = groups(faults, members);
      const isShared = (wanted: number) =>
        groups(wanted, members).every((a) =>
          groups(wanted, members).every((b) => liars.every((lying) => (a & b & ~lying) !== 0)),
        );
      expect([isShared(size), isShared(size - 1)]).toEqual([true, false]);
    }
  });

  test("the largest numbers stay exact", () => {
    const whole = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
    const property = fc.property(whole, (members) => {
      const faults = Math.floor((members - 1) / 3);
      const exact = (BigInt(members) + BigInt(faults) + 2n) / 2n;
      expect(BigInt(byzantine(members))).toBe(exact);
      expect(shareHonest(Number(exact), members, faults)).toBe(true);
      expect(shareHonest(Number(exact) - 1, members, faults)).toBe(false);
    });
    fc.assert(property);
  });
});

describe("seed bugs", () => {
  test("seed-bug-03: 0.67 of the electorate is not 2f + 1", () => {
    const votes = new Map(NAMES.slice(0, 2).map((member) => [member, true]));
    const three = NAMES.slice(0, 3);
    expect(outcome(thresholdOf(three, 0.67), votes)).toBe("pending");
    expect(outcome(thresholdOf(three, "2/3"), votes)).toBe("won");
    // From n = 103 on 0.67 asks for more than 2f + 1 of 3f + 1; the Byzantine quorum never does.
    for (let faults = 1; faults <= 100; faults += 1) {
      const members = 3 * faults + 1;
      const names = Array.from({ length: members }, (_, index) => String(index));
      const { needed } = thresholdOf(names, 0.67) as { needed: number };
      expect(needed > 2 * faults + 1, `${members} members`).toBe(members >= 103);
      expect(byzantine(members)).toBe(2 * faults + 1);
    }
  });

  test("seed-bug-03: a part is one of the electorate, not of the votes cast", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => String(index));
    expect(outcome(thresholdOf(hundred, 0.67), new Map([["7", true]]))).toBe("pending");
    expect(outcome(thresholdOf(hundred, 0.67), new Map())).toBe("pending");
  });

  test("seed-bug-04: quorums of 2f + 1 need not share an honest member", () => {
    expect(shareHonest(3, 5, 1)).toBe(false);
    expect(shareHonest(3, 6, 1)).toBe(false);
    expect(shareHonest(3, 4, 1)).toBe(true);
    const sizes = [3, 4, 5, 6, 7, 8, 9, 10].map((members) => byzantine(members));
    expect(sizes).toEqual([2, 3, 4, 4, 5, 6, 6, 7]);
  });

  test("seed-bug-04: three members stand no liar, and one of them decides nothing", () => {
    expect(() => byzantine(3, 1)).toThrow(/^faults must be a whole number from 0 to 0, for 3 mem/);
    expect(outcome(byzantineOf(["a", "b", "c"]), new Map([["a", true]]))).toBe("pending");
  });
});

describe("bad input", () => {
  const wrong: [what: string, make: () => unknown, part: string][] = [
    ["nobody", () => majorityOf([]), "members"],
    ["nobody, by threshold", () => thresholdOf([], "1/2"), "members"],
    ["nobody, by weight", () => weightedOf(new Map()), "members"],
    ["nobody, Byzantine", () => byzantineOf([]), "members"],
    ["somebody twice", () => majorityOf(["a", "b", "a"]), "members"],
    ["no text", () => majorityOf([1 as never]), "a member"],
    ["threshold 0", () => thresholdOf(["a"], 0), "threshold"],
    ["threshold NaN", () => thresholdOf(["a"], Number.NaN), "threshold"],
    ["threshold above 1", () => thresholdOf(["a"], 1.01), "threshold"],
    ["weight 0", () => weightedOf([["a", 0]]), 'weights["a"]'],
    ["weight below 0", () => weightedOf([["a", -1]]), 'weights["a"]'],
    ["weight NaN", () => weightedOf([["a", Number.NaN]]), 'weights["a"]'],
    ["weight 1.5", () => weightedOf([["a", 1.5]]), 'weights["a"]'],
    ["weight 2^53", () => weightedOf([["a", 2 ** 53]]), 'weights["a"]'],
    [
      "sum 2^53",
      () =>
        weightedOf([
          ["a", Number.MAX_SAFE_INTEGER],
          ["b", 1],
        ]),
      "the sum of weights",
    ],
    ["0 members", () => majority(0), "members"],
    ["1.5 members", () => byzantine(1.5), "members"],
    ["too many liars", () => byzantine(6, 2), "faults"],
    ["-1 liars", () => byzantine(6, -1), "faults"],
    ["NaN liars", () => byzantine(6, Number.NaN), "faults"],
  ];
  for (const [what, make, part] of wrong) {
    test(what, () => {
      expect(make).toThrow(InvalidQuorum);
      expect(make).toThrow(expect.objectContaining({ code: "ERR_INVALID_QUORUM", part }));
    });
  }

  test("a sum that is too large is refused, whatever the threshold", () => {
    const max = Number.MAX_SAFE_INTEGER;
    for (const weights of [
      [max, 1],
      [max, max],
      [1, max],
      [max, max, 1],
    ]) {
      const heavy = weights.map((weight, index) => [NAMES[index] ?? "", weight] as const);
      expect(() => weightedOf(heavy, 1)).toThrow(/^the sum of weights must be at most 9007199254/);
    }
  });
});
