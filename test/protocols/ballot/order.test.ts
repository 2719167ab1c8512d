/**
 * Goal: the order in which votes come, and how often each comes, changes nothing; an outcome is
 * told at the first moment at which it is fixed, and not before.
 * Method: all orders of all votes of up to six members through the member that counts, each vote
 * twice; then random orders of a hundred members.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BallotConfig, checkConfig } from "../../../dist/protocols/ballot/config.js";
import { decisionText, isForced, recount } from "../../../dist/protocols/ballot/recount.js";
import { assignments, Counting, orders } from "./counting.ts";

const ALL = ["accept", "reject", "abstain"];

type Ballots = readonly (readonly [member: string, choice: string])[];

/** Checks one order of votes against the definition, vote by vote. */
function run(config: BallotConfig, ballots: Ballots, forced: (sofar: Ballots) => boolean): string {
  const counting = new Counting(config);
  let seen: Ballots = [];
  for (const [member, choice] of ballots) {
    counting.vote(member, choice);
    if (counting.state.home?.votes.has(member)) seen = [...seen, [member, choice]];
    counting.vote(member, choice);
    const isClosed = counting.outcome !== undefined;
    if (isClosed !== forced(seen)) {
      expect({ seen, isClosed }).toEqual({ seen, isClosed: forced(seen) });
    }
  }
  counting.expire();
  return decisionText(counting.outcome ?? { type: "undecided", reason: "expired" });
}

/** What `isForced` says, remembered: which of equal members have voted makes no difference. */
function remembered(config: BallotConfig): (votes: Ballots) => boolean {
  const checked = checkConfig(config);
  const kinds = new Map<string, number>();
  for (const { member, weight } of checked.electorate) {
    ALL.forEach((choice, place) => {
      // How many there are of each kind, as digits of one number.
      kinds.set(member + choice, 8 ** (3 * (weight % 4) + place));
    });
  }
  const known = new Map<number, boolean>();
  return (votes) => {
    let key = 0;
    for (const [member, choice] of votes) key += kinds.get(member + choice) ?? 0;
    const isFixed = known.get(key) ?? isForced(checked, new Map(votes));
    known.set(key, isFixed);
    return isFixed;
  };
}

/** All orders of these votes come to one outcome, which is what the votes come to. */
function sameInAllOrders(config: BallotConfig, votes: Map<string, string>): void {
  const forced = remembered(config);
  const decision = decisionText(recount(checkConfig(config), votes));
  for (const order of orders([...votes])) {
    const came = run(config, order, forced);
    if (came !== decision) expect({ order, came }).toEqual({ order, came: decision });
  }
}

describe("all orders of all votes", () => {
  test("of six equal members: whoever they are, it is one of 3^6 rows of choices", () => {
    const members = ["a", "b", "c", "d", "e", "f"];
    const approval = { atLeast: "3/5" } as const;
    const config: BallotConfig = { proposal: 1, electorate: members, approval };
    const forced = remembered(config);
    let tried = 0;
    for (const row of assignments(members, ALL)) {
      if (row.size < 6) continue;
      const decision = decisionText(recount(checkConfig(config), row));
      const came = run(config, [...row], forced);
      if (came !== decision) expect({ row, came }).toEqual({ row, came: decision });
      tried += 1;
    }
    expect(tried).toBe(729);
  });

  test("of four members of different weight, some of whom do not vote", () => {
    const electorate = { a: 4, b: 3, c: 2, d: 1 };
    for (const votes of assignments(["a", "b", "c", "d"], ALL)) {
      sameInAllOrders({ proposal: 1, electorate, approval: "plurality", quorum: 2 }, votes);
    }
  });
});

test("random orders of many members, some votes repeated much later", () => {
  const members = Array.from({ length: 60 }, (_, index) => `m${index}`);
  const config: BallotConfig = { proposal: 1, electorate: members, approval: { atLeast: 0.6 } };
  const vote = fc.record({
    index: fc.nat(59),
    choice: fc.constantFrom("accept", "accept", "reject", "abstain"),
  });
  fc.assert(
    fc.property(fc.array(vote, { maxLength: 150 }), (list) => {
      // The first vote of each counts, whatever it says later.
      const votes = new Map<string, string>();
      for (const { index, choice } of list) {
        if (!votes.has(`m${index}`)) votes.set(`m${index}`, choice);
      }
      const counting = new Counting(config);
      for (const { index, choice } of list) counting.vote(`m${index}`, choice);
      counting.expire();
      const decision = decisionText(recount(checkConfig(config), votes));
      expect(counting.outcome).toMatchObject({ epoch: 1 });
      expect(decisionText(counting.outcome as never)).toBe(decision);
    }),
    { numRuns: 300 },
  );
});

describe("seed-bug-02: shares of the votes so far made the outcome depend on their order", () => {
  const named = (accept: number, reject: number): Map<string, string> =>
    new Map(
      Array.from({ length: accept + reject }, (_, index) => [
        `agent${index}`,
        index < accept ? "accept" : "reject",
      ]),
    );
  const approval = { atLeast: "3/5" } as const;

  test("3 for and 2 against of five are accepted in each of 120 orders", () => {
    const votes = named(3, 2);
    const config: BallotConfig = { proposal: 1, electorate: [...votes.keys()], approval };
    expect(decisionText(recount(checkConfig(config), votes))).toBe("accepted accept");
    sameInAllOrders(config, votes);
  });

  test("6 for and 4 against of ten are accepted in each of 210 orders", () => {
    const members = Array.from({ length: 10 }, (_, index) => `agent${index}`);
    const config: BallotConfig = { proposal: 1, electorate: members, approval };
    let tried = 0;
    for (let set = 0; set < 1024; set += 1) {
      const against = members.filter((_, index) => (set >> index) & 1);
      if (against.length !== 4) continue;
      const counting = new Counting(config);
      members.forEach((member, index) => {
        counting.vote(member, (set >> index) & 1 ? "reject" : "accept");
      });
      expect(counting.outcome).toMatchObject({ type: "accepted", closedBy: "votes" });
      tried += 1;
    }
    expect(tried).toBe(210);
  });

  test("2 for and 3 against of five are rejected, as soon as 3 are against", () => {
    const votes = named(2, 3);
    const config: BallotConfig = { proposal: 1, electorate: [...votes.keys()], approval };
    expect(decisionText(recount(checkConfig(config), votes))).toBe("rejected");
    sameInAllOrders(config, votes);
  });
});

describe("seed-bug-03: 0.67 is not two thirds", () => {
  const outcome = (atLeast: number | string, members: number, accept: number) => {
    const names = Array.from({ length: members }, (_, index) => `v${index}`);
    const counting = new Counting({ proposal: 1, electorate: names, approval: { atLeast } });
    names.forEach((name, index) => {
      counting.vote(name, index < accept ? "accept" : "reject");
    });
    return counting.outcome?.type;
  };

  test("2 of 3 are two thirds, and less than 67 of a hundred", () => {
    expect(outcome("2/3", 3, 2)).toBe("accepted");
    expect(outcome(0.67, 3, 2)).toBe("rejected");
    expect(outcome(0.67, 3, 3)).toBe("accepted");
    expect(outcome(0.67, 100, 67)).toBe("accepted");
    expect(outcome(0.67, 100, 66)).toBe("rejected");
  });

  test("one vote of a hundred is one vote of a hundred", () => {
    const names = Array.from({ length: 100 }, (_, index) => `v${index}`);
    const counting = new Counting({ proposal: 1, electorate: names, approval: { atLeast: 0.67 } });
    counting.vote("v0", "accept");
    expect(counting.outcome).toBeUndefined();
    counting.expire();
    expect(counting.outcome).toMatchObject({ type: "undecided", reason: "no-quorum" });
  });
});
