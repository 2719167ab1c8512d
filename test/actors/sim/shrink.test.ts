/** Shrinking against bugs that are known: what a run needs to fail is what is left. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type EntryOf, type Plan, type PlanEntry, sortPlan } from "../../../actors/sim/plan.ts";
import { checkPlan } from "../../../actors/sim/plan-check.ts";
import { drawPlan } from "../../../actors/sim/plan-draw.ts";
import { endings } from "../../../actors/sim/plan-pairs.ts";
import { type Fails, shrinkPlan } from "../../../actors/sim/shrink.ts";
import { simplerNumbers, simplerThan } from "../../../actors/sim/simpler.ts";
import { Random } from "../../../runtime/random.ts";
import { plans, SCOPE } from "./support/plans.ts";

const plan = (...entries: PlanEntry[]): Plan => checkPlan(entries, SCOPE);
const bug =
  (fails: (plan: Plan) => boolean): Fails =>
  (plan) =>
    Promise.resolve(fails(plan));
const nodeOf = (entry: PlanEntry): string | undefined => (entry as { node?: string }).node;
const has = (plan: Plan, type: PlanEntry["type"], node?: string): boolean =>
  plan.some((one) => one.type === type && (node === undefined || nodeOf(one) === node));

describe("endings", () => {
  const partition: PlanEntry = { at: 0, type: "partition", groups: [["a"], ["b"]], name: "p" };
  const fixed = { type: "fixed", ms: 1 } as const;
  const rows: [name: string, entries: PlanEntry[], expected: [number, number[]][]][] = [
    [
      "a restart ends the crash of its node, once",
      [
        { at: 1, type: "crashNode", node: "a" },
        { at: 2, type: "crashNode", node: "b" },
        { at: 3, type: "restartNode", node: "a" },
        { at: 4, type: "restartNode", node: "a" },
      ],
      [[2, [0]]],
    ],
    [
      "a resume ends pauses and no crash",
      [
        { at: 1, type: "crashNode", node: "a" },
        { at: 2, type: "pauseNode", node: "a" },
        { at: 3, type: "pauseNode", node: "a" },
        { at: 4, type: "resumeNode", node: "a" },
      ],
      [[3, [1, 2]]],
    ],
    [
      "a heal with a name ends that partition, one without a name all",
      [
        partition,
        { at: 1, type: "oneWayPartition", from: ["a"], to: ["b"] },
        { at: 2, type: "heal", name: "p" },
        { ...partition, at: 3 },
        { at: 4, type: "heal", name: "q" },
        { at: 5, type: "heal" },
      ],
      [
        [2, [0]],
        [5, [1, 3]],
      ],
    ],
    [
      "no drift ends drifts",
      [
        { at: 1, type: "driftClock", node: "a", ppm: 5 },
        { at: 2, type: "driftClock", node: "a", ppm: -5 },
        { at: 3, type: "driftClock", node: "a", ppm: 0 },
      ],
      [[2, [0, 1]]],
    ],
    [
      "ways are mended in parts",
      [
        { at: 1, type: "link", from: ["a"], lossPercent: 1 },
        { at: 2, type: "mendLink", from: ["b"] },
        { at: 3, type: "mendLink", to: ["a"] },
        { at: 4, type: "mendLink" },
      ],
      [
        [2, [0]],
        [3, [0]],
      ],
    ],
    [
      "a disk is mended of everything but flipped bits",
      [
        { at: 1, type: "slowDisk", node: "a", delay: fixed },
        { at: 2, type: "failSync", node: "a" },
        { at: 3, type: "fillDisk", node: "a", freeBytes: 0 },
        { at: 4, type: "flipBit", node: "a" },
        { at: 5, type: "mendDisk", node: "a", of: "failSync" },
        { at: 6, type: "mendDisk", node: "a" },
      ],
      [
        [4, [1]],
        [5, [0, 2]],
      ],
    ],
  ];
  for (const [name, entries, expected] of rows) {
    test(name, () => expect([...endings(plan(...entries))]).toEqual(expected));
  }
});

describe("what is left", () => {
  const noise = drawPlan(new Random(4), {
    nodes: SCOPE.nodes,
    threads: SCOPE.threads,
    durationMs: 60_000,
    kinds: { kill: 4, pauseNode: 4, link: 3, swizzle: 3, slowDisk: 2, stepClock: 3, failSync: 2 },
  });

  test("is what the failure needs, and what ends it", async () => {
    const needed: PlanEntry[] = [
      { at: 7_321, type: "partition", groups: [["a"], ["b", "c"]], name: "split" },
      { at: 9_876, type: "crashNode", node: "b", unsynced: "torn" },
      { at: 12_345, type: "heal", name: "split" },
      { at: 13_579, type: "restartNode", node: "b" },
    ];
    const all = Object.freeze(sortPlan([...noise, ...needed]));
    const fails = bug((one) => has(one, "crashNode", "b") && cutsOf(one).includes("split"));
    const shrunk = await shrinkPlan(all, fails);
    expect(shrunk).toEqual({
      plan: [
        { at: 0, type: "partition", groups: [["a"], ["c"]], name: "split" },
        { at: 0, type: "crashNode", node: "b" },
        { at: 0, type: "heal" },
        { at: 0, type: "restartNode", node: "b" },
      ],
      runs: expect.any(Number),
      minimal: true,
      reproduced: true,
    });
    expect(all.length).toBeGreaterThan(60);
    expect(shrunk.runs).toBeLessThan(200);
  });
  const cutsOf = (one: Plan): (string | undefined)[] =>
    one.flatMap((entry) => (entry.type === "partition" ? [entry.name] : []));

  test("is nothing, for a program that fails by itself", async () => {
    const shrunk = await shrinkPlan(
      noise,
      bug(() => true),
    );
    expect(shrunk).toEqual({ plan: [], runs: 2, minimal: true, reproduced: true });
  });

  test("is the plan itself, for a failure that does not come again", async () => {
    const shrunk = await shrinkPlan(
      noise,
      bug(() => false),
    );
    expect(shrunk).toEqual({ plan: noise, runs: 1, minimal: false, reproduced: false });
  });

  test("has round numbers, as early as they may be", async () => {
    const kill: PlanEntry = { at: 8_642, type: "kill", node: "a", thread: 2, afterWrites: 1234 };
    const late = bug((one) => one.some((entry) => entry.type === "kill" && entry.at >= 3_333));
    expect((await shrinkPlan(plan(kill), late)).plan).toEqual([
      { at: 5_000, type: "kill", node: "a", thread: 1 },
    ]);
    const writes = (entry: PlanEntry): number => (entry as EntryOf<"kill">).afterWrites ?? 0;
    const deep = bug((one) => one.some((entry) => writes(entry) > 1_200));
    expect((await shrinkPlan(plan(kill), deep)).plan).toEqual([
      { at: 0, type: "kill", node: "a", thread: 1, afterWrites: 1_230 },
    ]);
  });

  test("ends no sooner than it begins, and stays what it was", async () => {
    const late = bug((one) => one.some(({ type, at }) => type === "partition" && at >= 3_000));
    const split = plan(
      { at: 5_000, type: "partition", groups: [["a"], ["b"]] },
      { at: 8_000, type: "heal" },
    );
    expect((await shrinkPlan(split, late)).plan.map(({ at }) => at)).toEqual([5_000, 5_000]);
    const drift = plan({ at: 1, type: "driftClock", node: "a", ppm: -77 });
    const drifts = bug((one) => has(one, "driftClock"));
    expect((await shrinkPlan(drift, drifts)).plan).toEqual([{ ...drift[0], at: 0, ppm: -1 }]);
  });

  test("is smaller still if a simpler entry makes another one needless", async () => {
    const given = plan(
      { at: 5_000, type: "kill", node: "a", thread: 1 },
      { at: 6_000, type: "pauseNode", node: "b" },
    );
    const asked = new Set<string>();
    const fails = bug((one) => {
      expect(asked.has(JSON.stringify(one)), "no plan is run twice").toBe(false);
      asked.add(JSON.stringify(one));
      return one.some(({ type, at }) => type === "kill" && (at < 10 || has(one, "pauseNode")));
    });
    expect((await shrinkPlan(given, fails)).plan).toEqual([
      { at: 0, type: "kill", node: "a", thread: 1 },
    ]);
  });

  test("is not reached when the runs are used up, but fails all the same", async () => {
    const fails = bug((one) => has(one, "pauseNode", "a") && has(one, "failSync"));
    let runs = 0;
    const counted: Fails = (one) => {
      runs += 1;
      return fails(one);
    };
    const shrunk = await shrinkPlan(noise, counted, { runsMax: 10 });
    expect(shrunk).toMatchObject({ runs: 10, minimal: false, reproduced: true });
    expect(runs).toBe(10);
    expect(await fails(shrunk.plan)).toBe(true);
    expect(shrunk.plan.length).toBeLessThan(noise.length);
  });

  test("what the run throws is thrown, and bounds are checked", async () => {
    const broken: Fails = () => Promise.reject(new Error("no run"));
    await expect(shrinkPlan(noise, broken)).rejects.toThrow("no run");
    await expect(shrinkPlan(noise, broken, { runsMax: 0 })).rejects.toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTIONS" }),
    );
  });

  test("of any plan: a plan that fails too, of which no fault can be left out", async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.array(fc.nat(30), { maxLength: 3 }), async (entries, some) => {
        const given = checkPlan(entries, SCOPE);
        // The failure needs some faults of the plan, told by what no simplifying changes.
        const mark = (entry: PlanEntry): string => `${entry.type} ${nodeOf(entry)}`;
        const ends = endings(given);
        const faults = given.filter((_, index) => !ends.has(index));
        const needed = new Set(
          some.flatMap((index) => faults[index % faults.length] ?? []).map(mark),
        );
        let minimal = true;
        const fails = (one: Plan): boolean => {
          const marks = new Set(one.map(mark));
          return [...needed].every((each) => marks.has(each));
        };
        const shrunk = await shrinkPlan(given, bug(fails), { runsMax: 5_000 });
        expect(checkPlan(shrunk.plan, SCOPE)).toStrictEqual(shrunk.plan);
        expect(fails(shrunk.plan)).toBe(true);
        const left = endings(shrunk.plan);
        for (const index of shrunk.plan.keys()) {
          if (left.has(index)) continue;
          const less = shrunk.plan.filter(
            (_, other) => other !== index && !isOnly(left.get(other), index),
          );
          minimal &&= !fails(less);
        }
        expect(shrunk.minimal && minimal).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
  const isOnly = (begun: readonly number[] | undefined, index: number): boolean =>
    begun?.every((one) => one === index) ?? false;
});

describe("simpler", () => {
  test("numbers", () => {
    expect(simplerNumbers(0, 0)).toEqual([]);
    expect(simplerNumbers(1, 0)).toEqual([0]);
    expect(simplerNumbers(3, 1)).toEqual([1, 2]);
    expect(simplerNumbers(137, 0)).toEqual([0, 1, 2, 5, 10, 20, 50, 100, 130]);
    expect(simplerNumbers(-12, 0)).toEqual([0, -1, -2, -5, -10]);
    expect(simplerNumbers(2.5, 0)).toEqual([0, 1, 2]);
  });

  test("any entry has simpler forms that are entries, and no form for ever", () => {
    fc.assert(
      fc.property(plans, fc.nat(), (entries, choice) => {
        for (const entry of checkPlan(entries, SCOPE)) {
          let current = entry;
          let steps = 0;
          for (; steps < 500; steps += 1) {
            const forms = simplerThan(current);
            if (forms.length === 0) break;
            const [form] = checkPlan([forms[(choice + steps) % forms.length]], SCOPE);
            expect(form?.type).toBe(entry.type);
            current = form as PlanEntry;
          }
          expect(steps).toBeLessThan(500);
        }
      }),
      { numRuns: 60 },
    );
  });
});
