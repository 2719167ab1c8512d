/** Goal: a vector clock says exactly what could have caused what, and stays within its bound. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ClockFull } from "../../protocols/errors.ts";
import * as vector from "../../protocols/vector-clock.ts";
import { executions, forPairs, isCause, MEMBERS, type Member } from "./executions.ts";

const counters = fc.dictionary(fc.constantFrom(...MEMBERS), fc.nat(3));
const clocks = counters.map((entries) => new Map(Object.entries(entries)));

describe("relation", () => {
  test("is causality, exactly, in every execution", () => {
    const property = fc.property(executions, (happenings) => {
      const owned = new Map<Member, vector.VectorClock>();
      const times: vector.VectorClock[] = [];
      for (const { member, received } of happenings) {
        const clock = owned.get(member) ?? new Map();
        owned.set(member, clock);
        const remote = received === undefined ? undefined : times[received];
        if (remote === undefined) vector.tick(clock, member);
        else expect(vector.tryReceive(clock, remote, member)).toBe(true);
        times.push(new Map(clock));
      }
      forPairs(times.length, (first, second) => {
        const got = vector.compare(times[first] ?? new Map(), times[second] ?? new Map());
        const isBefore = isCause(happenings, first, second);
        const isAfter = isCause(happenings, second, first);
        const expected = isBefore ? "before" : isAfter ? "after" : "concurrent";
        if (got !== (first === second ? "equal" : expected)) throw new Error(`${got}`);
      });
    });
    fc.assert(property);
  });

  test("by the definition, where missing is 0", () => {
    const property = fc.property(clocks, clocks, (a, b) => {
      const entry = (clock: vector.ReadonlyVectorClock, member: string) => clock.get(member) ?? 0;
      const isUpTo = (x: typeof a, y: typeof a) => MEMBERS.every((m) => entry(x, m) <= entry(y, m));
      const names = { "true true": "equal", "true false": "before", "false true": "after" };
      const key = `${isUpTo(a, b)} ${isUpTo(b, a)}` as keyof typeof names;
      expect(vector.compare(a, b)).toBe(names[key] ?? "concurrent");
    });
    fc.assert(property, { numRuns: 500 });
  });

  test("seed-bug-07: a duplicate is equal, and merging it again changes nothing", () => {
    const clock = new Map([["a", 2]]);
    const copy = new Map(clock);
    expect(vector.compare(clock, copy)).toBe("equal");
    vector.merge(clock, copy);
    expect(clock).toEqual(copy);
    expect(vector.compare(new Map(), new Map([["a", 0]]))).toBe("equal");
  });
});

describe("merge", () => {
  const joined = (a: vector.ReadonlyVectorClock, b: vector.ReadonlyVectorClock) => {
    const clock = new Map(a);
    vector.merge(clock, b);
    return clock;
  };

  test("is the least clock that knows both: commutative, associative, idempotent", () => {
    const property = fc.property(clocks, clocks, clocks, (a, b, c) => {
      const same = (x: typeof a, y: typeof a) => expect(vector.compare(x, y)).toBe("equal");
      same(joined(a, b), joined(b, a));
      same(joined(joined(a, b), c), joined(a, joined(b, c)));
      same(joined(a, a), a);
      expect(["after", "equal"]).toContain(vector.compare(joined(a, b), a));
      for (const member of MEMBERS) {
        const most = Math.max(a.get(member) ?? 0, b.get(member) ?? 0);
        expect(joined(a, b).get(member) ?? 0).toBe(most);
      }
    });
    fc.assert(property);
  });

  test("does not change what came", () => {
    const remote = new Map([["b", 1]]);
    expect(vector.tryReceive(new Map([["a", 1]]), remote, "a")).toBe(true);
    expect(remote).toEqual(new Map([["b", 1]]));
  });
});

describe("bound", () => {
  test("a clock that would grow beyond it stays as it is", () => {
    const property = fc.property(
      clocks,
      clocks,
      fc.constantFrom(...MEMBERS),
      fc.nat(4),
      (clock, remote, member, entriesMax) => {
        const before = new Map(clock);
        const free = new Map(clock);
        expect(vector.tryReceive(free, remote, member, 100)).toBe(true);
        const isReceived = vector.tryReceive(clock, remote, member, entriesMax);
        expect(isReceived).toBe(free.size <= entriesMax);
        expect(clock).toEqual(isReceived ? free : before);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  test("has a typed error", () => {
    const clock = new Map([["a", 1]]);
    expect(() => vector.tick(clock, "b", 1)).toThrow(ClockFull);
    expect(() => vector.merge(clock, new Map([["b", 1]]), 1)).toThrow(
      expect.objectContaining({ code: "ERR_CLOCK_FULL", entriesMax: 1 }),
    );
    vector.tick(clock, "a", 1);
    vector.merge(clock, new Map([["b", 0]]), 1);
    expect(clock).toEqual(new Map([["a", 2]]));
  });

  test("prune takes away who has left, and nobody else", () => {
    const clock = new Map([
      ["a", 1],
      ["b", 2],
      ["c", 3],
    ]);
    expect(vector.prune(clock, new Set(["b", "d"]))).toBe(2);
    expect(clock).toEqual(new Map([["b", 2]]));
    expect(vector.prune(clock, new Set(["b"]))).toBe(0);
  });
});

test("what a stranger sent is looked at", () => {
  const table: [value: unknown, isClock: boolean][] = [
    [new Map(), true],
    [new Map([["a", 0]]), true],
    [new Map([["a", 2 ** 52]]), true],
    [new Map([["a", 2 ** 52 + 1]]), false],
    [new Map([["a", -1]]), false],
    [new Map([["a", Number.NaN]]), false],
    [new Map([["a", "1"]]), false],
    [new Map([[1, 1]]), false],
    [new Map(Array.from({ length: 3 }, (_, index) => [`m${index}`, 1])), false],
    [{ a: 1 }, false],
    [[["a", 1]], false],
    [null, false],
  ];
  for (const [value, isClock] of table) expect(vector.isVectorClock(value, 2)).toBe(isClock);
});
