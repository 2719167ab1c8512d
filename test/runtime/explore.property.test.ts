/** The explorer of pure programs, and the check of footprints, against plain enumeration. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkFootprints } from "../../runtime/sim/explore/check-footprints.ts";
import { type ExploreOptions, explore } from "../../runtime/sim/explore/explore.ts";
import type { Footprint, Footprints, Program } from "../../runtime/sim/explore/program.ts";
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
