/** Plans from seeds: right, healed, the same everywhere, and each part for itself. */

import { describe, expect, test } from "vitest";
import { lastFaultAt, type Plan, type PlanEntry } from "../../../actors/sim/plan.ts";
import { checkPlan } from "../../../actors/sim/plan-check.ts";
import { DEFAULT_KINDS, type DrawOptions, drawPlan } from "../../../actors/sim/plan-draw.ts";
import { PLAN_TYPES } from "../../../actors/sim/plan-fields.ts";
import { PLAN_KINDS, type PlanKind } from "../../../actors/sim/plan-kinds.ts";
import { endings } from "../../../actors/sim/plan-pairs.ts";
import { formatEntry, formatPlan } from "../../../actors/sim/plan-text.ts";
import { hashText } from "../../../runtime/hash.ts";
import { Random } from "../../../runtime/random.ts";

const OPTIONS: DrawOptions = {
  nodes: ["a", "b", "c", "d", "e"],
  threads: 3,
  durationMs: 90_000,
  actors: ["counter", "app/worker"],
};
const ALL = { ...DEFAULT_KINDS, flipBit: 1 };

const draw = (seed: number, changes: Partial<DrawOptions> = {}): Plan =>
  drawPlan(new Random(seed), { ...OPTIONS, kinds: ALL, ...changes });
const lines = (plan: Plan): string[] => plan.map(formatEntry);

/** The kinds that have begun the entries of a plan; those that end them do not count. */
function kindsOf(plan: Plan): Set<string> {
  const ends = endings(plan);
  const kinds = new Set<string>();
  for (const [index, entry] of plan.entries()) {
    if (ends.has(index)) continue;
    const swizzled = "name" in entry && entry.name?.startsWith("swizzle");
    kinds.add(swizzled ? "swizzle" : entry.type);
  }
  return kinds;
}

// Whoever changes how plans are drawn makes recorded seeds worthless: this says so.
test("the plans of a seed are the same everywhere and for ever", () => {
  const hashes = [1, 2, 3].map((seed) => hashText(formatPlan(draw(seed))).toString(16));
  const defaults = [1, 2, 3].map((seed) => {
    const plan = drawPlan(new Random(seed), OPTIONS);
    return hashText(JSON.stringify(plan)).toString(16);
  });
  expect([hashes, defaults]).toMatchInlineSnapshot(`
    [
      [
        "8d6f1993",
        "3e5cbc11",
        "2b5fda24",
      ],
      [
        "55341dc8",
        "4425fcd5",
        "34f35d93",
      ],
    ]
  `);
});

test("a drawn plan is a plan, and quiet when it should be", () => {
  const types = new Set<string>();
  for (let seed = 0; seed < 60; seed += 1) {
    const plan = draw(seed);
    expect(checkPlan(plan, OPTIONS)).toStrictEqual(plan);
    expect(lastFaultAt(plan)).toBeLessThanOrEqual(60_000);
    for (const { type } of plan) types.add(type);
    // Whatever can be ended is ended: without its endings, nothing is left that could be.
    const ended = new Set([...endings(plan).values()].flat());
    const left = plan.filter((entry, index) => !ended.has(index) && HEALED.includes(entry.type));
    expect(left.filter((entry) => entry.type !== "driftClock" || entry.ppm !== 0)).toEqual([]);
  }
  expect([...types].sort()).toEqual([...PLAN_TYPES].sort());
});
const HEALED = [
  ...["crashNode", "pauseNode", "partition", "oneWayPartition", "partialPartition", "link"],
  ...["slowDisk", "failSync", "fillDisk", "driftClock"],
];

describe("what is left out changes nothing else", () => {
  test("a kind", () => {
    for (let seed = 0; seed < 5; seed += 1) {
      const whole = lines(draw(seed));
      const parts = PLAN_KINDS.map((kind) => draw(seed, { kinds: { [kind]: ALL[kind] } }));
      expect(parts.flatMap(lines).sort()).toEqual([...whole].sort());
      for (const [index, part] of parts.entries()) {
        for (const kind of kindsOf(part)) expect(kind).toBe(PLAN_KINDS[index]);
      }
    }
  });

  test("a node, for what befalls nodes", () => {
    const kinds = { kill: 4, crashNode: 2, pauseNode: 2, stepClock: 1, slow: 1 };
    const whole = draw(7, { kinds });
    const without = draw(7, { kinds, nodes: ["a", "b", "d", "e"] });
    const expected = whole.filter((entry) => !("node" in entry && entry.node === "c"));
    expect(without).toEqual(expected);
    expect(without.length).toBeLessThan(whole.length);
  });

  test("time", () => {
    const quietAfterMs = 40_000;
    const isEarly = ({ at }: PlanEntry): boolean => at < quietAfterMs - 20_000;
    const long = draw(8, { kinds: { kill: 9, crashNode: 9, partition: 9 } });
    const short = draw(8, { kinds: { kill: 9, crashNode: 9, partition: 9 }, quietAfterMs });
    expect(short.filter(isEarly)).toEqual(long.filter(isEarly));
    expect(short.length).toBeGreaterThan(10);
  });

  test("what an incident needed to draw, for the times of the next", () => {
    const times = (nodes: string[]): number[] => {
      const plan = draw(8, { kinds: { partition: 4, partialPartition: 4 }, nodes });
      return plan.flatMap(({ at, type }) => (type === "heal" ? [] : [at]));
    };
    expect(times(["a", "b"])).toEqual(times(["a", "b", "c", "d", "e", "f", "g"]));
  });

  test("another kind, for its times", () => {
    const times = (kind: PlanKind): number[] =>
      draw(8, { kinds: { [kind]: 5 } }).map(({ at }) => at);
    const kills = new Set(times("kill"));
    expect(times("stepClock").filter((at) => kills.has(at)).length).toBeLessThan(3);
  });

  test("numbers that were drawn before", () => {
    const random = new Random(9);
    const before = drawPlan(random, OPTIONS);
    random.int(7);
    expect(drawPlan(random, OPTIONS)).toEqual(before);
  });
});

test("each kind of the default is in about half of the plans", () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 100; seed += 1) {
    for (const kind of kindsOf(drawPlan(new Random(seed), OPTIONS))) {
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
  }
  const kinds = PLAN_KINDS.filter((kind) => kind !== "flipBit");
  expect([...counts.keys()].sort()).toEqual([...kinds].sort());
  for (const count of counts.values()) expect(Math.abs(count - 45)).toBeLessThan(25);
});

test("there are about as many incidents as were asked for", () => {
  let kills = 0;
  for (let seed = 0; seed < 50; seed += 1) kills += draw(seed, { kinds: { kill: 6 } }).length;
  // Five nodes for a minute each.
  expect(kills / 50).toBeGreaterThan(25);
  expect(kills / 50).toBeLessThan(35);
});

test("nothing befalls what there is not", () => {
  const kinds = kindsOf(draw(1, { nodes: ["a"], threads: 0, actors: [] }));
  const network = ["partition", "oneWayPartition", "partialPartition", "swizzle", "link"];
  for (const kind of ["crash", "stall", "slow", "kill", ...network])
    expect(kinds).not.toContain(kind);
  expect(kinds).toContain("pauseNode");
});

describe("swizzling", () => {
  const incidents = Array.from({ length: 40 }, (_, seed) => draw(seed, { kinds: { swizzle: 2 } }))
    .flatMap((plan) => [...new Set(plan.map(incidentOf))].map((name) => ({ plan, name })))
    .map(({ plan, name }) => plan.filter((entry) => incidentOf(entry) === name));
  const isCut = ({ type }: PlanEntry): boolean => type !== "heal";

  function incidentOf(entry: PlanEntry): string {
    const [kind, counter] = ("name" in entry ? (entry.name ?? "") : "").split("-");
    return `${kind}-${counter}`;
  }
  const namesOf = (entries: PlanEntry[]): string[] =>
    entries.map((entry) => ("name" in entry ? (entry.name ?? "") : ""));

  test("all are cut one by one before the first is healed, and all are healed", () => {
    for (const entries of incidents) {
      const cuts = entries.filter(isCut);
      expect(entries.slice(0, cuts.length)).toEqual(cuts);
      expect(namesOf(entries.slice(cuts.length)).sort()).toEqual(namesOf(cuts).sort());
    }
    const isSpread = (part: PlanEntry[]): boolean =>
      new Set(part.map(({ at }) => at)).size === part.length;
    const spread = incidents.filter(
      (entries) =>
        isSpread(entries.filter(isCut)) && isSpread(entries.filter((one) => !isCut(one))),
    );
    expect(spread.length).toBeGreaterThan(incidents.length * 0.8);
  });

  test("nodes and single ways, few and many, are cut and healed in different orders", () => {
    const several = incidents.filter((entries) => entries.length >= 6);
    const sameOrder = several.filter((entries) => {
      const names = namesOf(entries);
      const half = names.length / 2;
      return names.slice(0, half).join() === names.slice(half).join();
    });
    expect(several.length).toBeGreaterThan(20);
    expect(sameOrder.length).toBeLessThan(several.length / 3);
    const sizes = new Set(incidents.map((entries) => entries.length / 2));
    expect([1, 2, 3, 4, 5].every((size) => sizes.has(size))).toBe(true);
    const isolated = incidents
      .flat()
      .flatMap((one) => (one.type === "partition" ? one.groups[0] : []));
    for (const node of OPTIONS.nodes) {
      const share = isolated.filter((one) => one === node).length / (isolated.length / 5);
      expect(Math.abs(share - 1)).toBeLessThan(0.3);
    }
    const types = new Set(incidents.flat().map(({ type }) => type));
    expect([...types].sort()).toEqual(["heal", "oneWayPartition", "partition"]);
  });
});

describe("refused", () => {
  const rows: [name: string, changes: object, message: RegExp][] = [
    ["no time", { durationMs: 0 }, /^durationMs must be a whole number from 1/],
    ["quiet after the end", { quietAfterMs: 90_001 }, /^quietAfterMs must be .*0 to 90000/],
    ["an unknown kind", { kinds: { meteor: 1 } }, /^kinds must be one of "crash".*got "meteor"/],
    ["a negative rate", { kinds: { kill: -1 } }, /^kinds\.kill must be 0 or a number from 0\.001/],
    ["a rate beyond", { kinds: { kill: 601 } }, /^kinds\.kill must be .* to 600/],
    ["too many", { kinds: { kill: 600 }, durationMs: 4_000_000_000 }, /about 10000 incidents/],
  ];
  for (const [name, changes, message] of rows) {
    test(name, () => expect(() => draw(1, changes)).toThrow(message));
  }
});

test("a rate for every kind", () => {
  expect(Object.keys(DEFAULT_KINDS)).toEqual([...PLAN_KINDS] satisfies PlanKind[]);
});
