/** What the explorer of pure programs counts, refuses and bounds, where one can count by hand. */

import { describe, expect, test } from "vitest";
import { checkFootprints } from "../../runtime/sim/explore/check-footprints.ts";
import { TooManyStates } from "../../runtime/sim/explore/errors.ts";
import { explore } from "../../runtime/sim/explore/explore.ts";
import type { Sink } from "../../runtime/sim/explore/known.ts";
import type { Footprints } from "../../runtime/sim/explore/program.ts";
import { philosophers } from "../support/philosophers.ts";

const ORDERS = ["depth", "breadth"] as const;

const FREE: Footprints<number[]> = {
  processes: 2,
  watched: [],
  next: () => ({ reads: 0, writes: 0 }),
  future: () => ({ reads: 0, writes: 0 }),
};

const counters = (limit: number) => ({
  initial: [0, 0],
  steps: ([a = 0, b = 0]: number[]) => [
    ...(a < limit ? [{ label: "a", next: [a + 1, b] }] : []),
    ...(b < limit ? [{ label: "b", next: [a, b + 1] }] : []),
  ],
  invariant: ([a = 0, b = 0]: number[]) => (a === 2 && b === 1 ? "2, 1" : undefined),
  terminalCheck: (): string | undefined => undefined,
  key: (state: number[]) => state.join(),
});

describe("two counters", () => {
  const free = { ...counters(3), invariant: (): undefined => undefined };

  test("all orders, each state once", () => {
    for (const order of ORDERS) {
      const { violation } = explore(counters(3), { order });
      expect(violation?.what).toBe("2, 1");
      expect([...(violation?.trace ?? [])].sort()).toEqual(["a", "a", "b"]);
      const whole = { states: 16, transitions: 24, ends: 1, deepest: 6, reduced: 0, cut: 0 };
      expect(explore(free, { order })).toEqual(whole);
    }
  });

  test("an end that is wrong, and steps that need not be", () => {
    const stuck = { ...free, terminalCheck: () => "the end" };
    expect(explore(stuck).violation).toMatchObject({ what: "the end" });
    // Where only optional steps are left the program may have ended, and goes on as well.
    const optional = {
      ...free,
      steps: (state: number[]) => free.steps(state).map((step) => ({ ...step, optional: true })),
    };
    expect(explore(optional)).toMatchObject({ states: 16, ends: 16 });
  });

  test("bounds", () => {
    for (const order of ORDERS) {
      expect(explore(free, { order, statesMax: 16 }).states).toBe(16);
      expect(() => explore(free, { order, statesMax: 15 })).toThrow(TooManyStates);
      try {
        explore(free, { order, statesMax: 15 });
      } catch (error) {
        const { trace } = error as TooManyStates;
        expect(error).toMatchObject({ code: "ERR_TOO_MANY_STATES", statesMax: 15 });
        expect(trace.length).toBeGreaterThan(0);
        expect((error as Error).message).toMatch(/more than 15 states .*: .*[ab].*raise statesMax/);
      }
    }
    // Within two steps lie 0,0 and 0,1 and 1,0, and three more that are cut: 0,2 and 1,1 and 2,0.
    const near = explore(free, { order: "breadth", depthMax: 2 });
    expect(near).toMatchObject({ states: 6, deepest: 2, cut: 3, ends: 0 });
    expect(explore(free, { depthMax: 6 }).cut).toBe(0);
  });

  test("a step must say whose it is", () => {
    const program = counters(2);
    const footprints = { ...FREE, processes: 1 };
    const { violation } = checkFootprints({ ...program, footprints });
    expect(violation?.what).toMatch(/is a step of process undefined, and there are 1/);
    expect(() => explore({ ...program, footprints })).toThrow(/whose step is it/);
    expect(() => explore({ ...program, footprints: { ...FREE, processes: 32 } })).toThrow(
      /footprints.processes is 32; it must be a whole number from 1 to 31/,
    );
  });

  test("options that make no sense", () => {
    for (const options of [{ statesMax: 0 }, { statesMax: 1.5 }, { depthMax: -1 }]) {
      expect(() => explore(free, options)).toThrow(/Max is .* it must be a whole number from/);
    }
  });

  test("a program that has other steps when asked again", () => {
    let asked = 0;
    const drifting = {
      ...counters(1),
      steps: (state: number[]) => (asked++ < 2 ? counters(1).steps(state) : []),
      invariant: ([a = 0]: number[]) => (a === 1 ? "a" : undefined),
    };
    expect(() => explore(drifting, { order: "breadth" })).toThrow(
      /choice 0 .* was a step 0 of the same state, and is 0 steps/,
    );
  });

  test("a wrong start has no trace", () => {
    for (const order of ORDERS) {
      const wrong = { ...free, invariant: () => "wrong" };
      expect(explore(wrong, { order }).violation).toEqual({ what: "wrong", trace: [] });
    }
  });

  test("numbers of all sizes tell states apart, as text and as hashes", () => {
    const sizes = [0, 1, 65_535, 65_536, 65_537, 131_072, 2 ** 31 - 1, -(2 ** 31), -65_536, -1];
    const { key: _, ...rest } = counters(sizes.length - 1);
    const write = (state: number[], into: Sink): void => {
      for (const place of state) into.put(sizes[place] ?? 0);
    };
    for (const keys of ["exact", "hashed"] as const) {
      const { states } = explore({ ...rest, invariant: () => undefined, write }, { keys });
      expect(states).toBe(sizes.length ** 2);
    }
    expect(() => explore({ ...rest })).toThrow(/nothing tells states apart/);
  });

  test("hashes take no two of many states for one", () => {
    const size = 450;
    const write = ([a = 0, b = 0]: number[], into: Sink): void => {
      into.put(a);
      into.put(b);
    };
    const { states } = explore(
      { ...counters(size - 1), invariant: () => undefined, write },
      { keys: "hashed" },
    );
    expect(states).toBe(size * size);
  });

  test("hashes need numbers", () => {
    expect(() => explore(free, { keys: "hashed" })).toThrow(/the program has no write/);
  });
});

// Of n philosophers at a table all orders of steps grow with 3 ** n and more; those that matter do
// not: neighbours alone share a fork.
describe("philosophers", () => {
  test("their deadlock is found, with far fewer states", () => {
    for (const order of ORDERS) {
      const all = explore(philosophers(7, "left first"), { order, reduce: false });
      const fewer = explore(philosophers(7, "left first"), { order });
      console.log(`${order}: ${fewer.states} instead of ${all.states} states`);
      expect(all.violation?.what).toBe("7 wait for each other");
      expect(fewer.violation?.what).toBe("7 wait for each other");
    }
  });

  test("where one of them is left-handed nobody waits for ever", () => {
    const all = explore(philosophers(7, "one right first"), { reduce: false });
    const fewer = explore(philosophers(7, "one right first"));
    console.log(`${fewer.states} instead of ${all.states} states`);
    expect(all.violation).toBe(undefined);
    expect(fewer.violation).toBe(undefined);
    expect(fewer.ends).toBe(all.ends);
    expect(fewer.states * 4).toBeLessThan(all.states);
    expect(checkFootprints(philosophers(4, "one right first")).violation).toBe(undefined);
  });
});
