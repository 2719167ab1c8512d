/** The explorer of pure programs against plain enumeration, and what each of its options does. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkFootprints } from "../../runtime/sim/explore/check-footprints.ts";
import { TooManyStates } from "../../runtime/sim/explore/errors.ts";
import { type ExploreOptions, explore } from "../../runtime/sim/explore/explore.ts";
import type { Sink } from "../../runtime/sim/explore/known.ts";
import type { Footprint, Footprints, Program } from "../../runtime/sim/explore/program.ts";
import { philosophers } from "../support/philosophers.ts";
import {
  type Instruction,
  OBJECTS,
  type Rule,
  reached,
  type State,
  TinyProgram,
  tinyPrograms,
} from "../support/tiny-programs.ts";

const RUNS = { numRuns: 150, seed: 1 };
const ORDERS = ["depth", "breadth"] as const;

/** A walk that also says at which states the program ended. */
function walk(program: TinyProgram, options: ExploreOptions, footprints?: Footprints<State>) {
  const ends = new Set<string>();
  const watched: Program<State> = {
    initial: program.initial,
    steps: (state) => program.steps(state),
    invariant: (state) => program.invariant(state),
    terminalCheck: (state) => {
      ends.add(program.key(state));
      return undefined;
    },
    key: (state) => program.key(state),
    write: (state, into) => program.write(state, into),
    footprints: footprints ?? program.footprints,
  };
  return { ...explore(watched, options), endKeys: [...ends].sort() };
}

/** Takes the steps of a trace, and says what is wrong where it ends. */
function replay(program: TinyProgram, trace: readonly string[]): string | undefined {
  let state = program.initial;
  for (const label of trace) {
    const step = program.steps(state).find((one) => one.label === label);
    if (step === undefined) throw new Error(`no step ${label}`);
    state = step.next;
  }
  return program.invariant(state);
}

// Goal: nothing is missed and nothing is invented, in any order, with any keys, in all or in fewer
// orders of steps. Method: random programs, against a walk by layers with a map.
describe("against plain enumeration", () => {
  test("all orders: each state once, each end, and a shortest trace", () => {
    const check = (program: TinyProgram): void => {
      const all = reached(program);
      for (const order of ORDERS) {
        for (const keys of ["exact", "hashed"] as const) {
          const found = walk(program, { order, keys, reduce: false });
          expect(found.violation !== undefined).toBe(all.violations.size > 0);
          if (found.violation !== undefined) {
            expect(replay(program, found.violation.trace)).toBe(found.violation.what);
            if (order === "breadth") expect(found.violation.trace.length).toBe(all.nearest);
            continue;
          }
          expect(found).toMatchObject({ states: all.distances.size, reduced: 0, cut: 0 });
          expect(found.endKeys).toEqual([...all.ends].sort());
          const far = Math.max(...all.distances.values());
          if (order === "breadth") expect(found.deepest).toBe(far);
        }
      }
    };
    fc.assert(fc.property(tinyPrograms(), check), RUNS);
  });

  test("fewer orders: a violation if there is one, else every end", () => {
    let [states, all, circles] = [0, 0, 0];
    const check = (program: TinyProgram): void => {
      const plain = reached(program);
      for (const order of ORDERS) {
        const found = walk(program, { order, keys: "hashed" });
        expect(found.violation !== undefined).toBe(plain.violations.size > 0);
        if (found.violation === undefined) {
          expect(found.endKeys).toEqual([...plain.ends].sort());
          expect(found.states).toBeLessThanOrEqual(plain.distances.size);
          states += found.states;
          all += plain.distances.size;
          if (plain.ends.size === 0) circles += 1;
        } else {
          expect(replay(program, found.violation.trace)).toBe(found.violation.what);
        }
      }
    };
    fc.assert(fc.property(tinyPrograms(), check), { ...RUNS, numRuns: 1200 });
    console.log(`${states} of ${all} states, ${circles} programs without an end`);
    expect(states).toBeLessThan(all * 0.8);
    expect(circles).toBeGreaterThan(0);
  });

  test("each order of steps by itself: as many ways as recursion finds", () => {
    const check = (program: TinyProgram): void => {
      const keys = new Set<string>();
      const go = (state: State): void => {
        keys.add(program.key(state));
        if (program.invariant(state) !== undefined) return;
        for (const { next } of program.steps(state)) go(next);
      };
      go(program.initial);
      expect([...reached(program).distances.keys()].sort()).toEqual([...keys].sort());
    };
    const short = tinyPrograms(true).filter(({ processes }) => processes.flat().length < 8);
    fc.assert(fc.property(short, check), RUNS);
  });
});

describe("footprints", () => {
  test("those of the random programs are right", () => {
    const check = (program: TinyProgram): void => {
      expect(checkFootprints(program).violation).toBe(undefined);
    };
    fc.assert(fc.property(tinyPrograms(), check), RUNS);
  });

  // Goal: where the check finds nothing, fewer orders do lose nothing. Method: one object is left
  // out of one footprint or of what is watched; whatever then gets lost, the check has found.
  test("whatever loses something is found", () => {
    let [found, lost] = [0, 0];
    const kind = fc.constantFrom("reads", "writes", "future", "watched");
    const check = (program: TinyProgram, what: string, process: number, object: number): void => {
      const lies = lessThan(program.footprints, what, process, 1 << object);
      const lying = {
        initial: program.initial,
        steps: (state: State) => program.steps(state),
        invariant: (state: State) => program.invariant(state),
        terminalCheck: () => undefined,
        key: (state: State) => program.key(state),
        footprints: lies,
      };
      const isFound = checkFootprints(lying).violation !== undefined;
      const plain = reached(program);
      for (const order of ORDERS) {
        const { violation, endKeys } = walk(program, { order }, lies);
        const same =
          violation === undefined
            ? plain.violations.size === 0 && endKeys.join() === [...plain.ends].sort().join()
            : plain.violations.size > 0;
        if (!same) lost += 1;
        expect(same || isFound).toBe(true);
      }
      if (isFound) found += 1;
    };
    const processes = fc.nat(3);
    fc.assert(fc.property(tinyPrograms(), kind, processes, fc.nat(OBJECTS - 1), check), {
      ...RUNS,
      numRuns: 1000,
    });
    console.log(`${found} found, ${lost} of them lose something`);
    expect(lost).toBeGreaterThan(10);
  });

  // Each by itself, since the others would find most of them too.
  test("each kind of lie has its words", () => {
    const text = (op: Instruction["op"], object: number, value: number): Instruction[] => {
      return [{ op, object, value, optional: false }];
    };
    const nothing = { reads: 0, writes: 0 };
    const is = (process: number, one: number, footprint: Footprint, other: Footprint) =>
      process === one ? footprint : other;
    const [setX, addX, setY] = [text("set", 0, 1), text("add", 0, 0), text("set", 1, 1)];
    const sum: Rule[] = [{ objects: [0, 1], sum: 1 }];
    const rows: [processes: Instruction[][], Rule[], Partial<Footprints<State>>, RegExp][] = [
      [[setX], [], { future: () => nothing }, /next writes 1: what its future does not/],
      [
        [[...setX, ...setY]],
        [],
        { future: ([, , , at]) => ({ reads: 0, writes: [1, 2, 0][at ?? 0] ?? 0 }) },
        /after "0@0: set 0 1" the future of process 0 writes 10: what it did not before/,
      ],
      [
        [setX, addX],
        [],
        { next: (s, one) => is(one, 1, nothing, { reads: 0, writes: s[3] === 0 ? 1 : 0 }) },
        /"0@0: set 0 1" and "1@0: add 0 0" do not clash, and their order matters/,
      ],
      [
        [setX, text("await", 0, 1)],
        [],
        { next: (_, one) => is(one, 1, nothing, { reads: 0, writes: 1 }) },
        /"0@0: set 0 1" changes what process 1 can do/,
      ],
      [
        [text("await", 0, 0), setX],
        [],
        { next: (_, one) => is(one, 0, nothing, { reads: 0, writes: 1 }) },
        /"1@0: set 0 1" takes "0@0: await 0 0" away/,
      ],
      [
        [setX, setY],
        [],
        {
          next: (s, one) => is(one, 0, { reads: 0, writes: 1 }, { reads: 0, writes: s[0] ? 2 : 0 }),
        },
        /after "0@0: set 0 1" next of process 1 writes 10: more/,
      ],
      [
        [setX, text("set", 1, 2)],
        sum,
        { watched: [1, 2] },
        /"1@0: set 1 2" hides what "0@0: set 0 1" does to the invariant/,
      ],
    ];
    for (const [processes, rules, lies, what] of rows) {
      const program = new TinyProgram(processes, rules);
      expect(checkFootprints(program).violation).toBe(undefined);
      const lying = {
        initial: program.initial,
        steps: (state: State) => program.steps(state),
        invariant: (state: State) => program.invariant(state),
        terminalCheck: () => undefined,
        key: (state: State) => program.key(state),
        footprints: { ...program.footprints, future: () => ({ reads: 7, writes: 7 }), ...lies },
      };
      expect(checkFootprints(lying).violation?.what).toMatch(what);
    }
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
});

/** Footprints of which one process, or the watch, leaves something out. */
function lessThan(
  { processes, watched, next, future }: Footprints<State>,
  what: string,
  process: number,
  mask: number,
): Footprints<State> {
  const less = { reads: what === "reads" ? ~mask : -1, writes: what === "writes" ? ~mask : -1 };
  return {
    processes,
    watched: what === "watched" ? watched.map((one) => one & ~mask) : watched,
    next: (state, one) => {
      const { reads, writes } = next(state, one);
      return one !== process
        ? { reads, writes }
        : { reads: reads & less.reads, writes: writes & less.writes };
    },
    future: (state, one) => {
      const { reads, writes } = future(state, one);
      const rest = what === "future" ? ~mask : -1;
      return one !== process ? { reads, writes } : { reads: reads & rest, writes: writes & rest };
    },
  };
}

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
