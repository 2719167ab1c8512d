/** What may stand in a fault plan, what is told of the rest, and that nothing of it is lost. */

import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lastFaultAt, type Plan, type PlanEntry } from "../../../actors/sim/plan.ts";
import { checkPlan } from "../../../actors/sim/plan-check.ts";
import { InvalidPlan } from "../../../actors/sim/plan-error.ts";
import { PLAN_TYPES } from "../../../actors/sim/plan-fields.ts";
import { formatPlan, parsePlan } from "../../../actors/sim/plan-text.ts";
import { plans, SCOPE } from "./support/plans.ts";

/** One of each type, with all of its fields. */
const EVERY: Plan = [
  { at: 0, type: "crash", node: "a", actor: "app/counter" },
  { at: 1, type: "stall", node: "a", actor: "counter", forMs: 7 },
  { at: 2, type: "slow", node: "a", actor: "c d", delay: { type: "fixed", ms: 0.5 }, forMs: 9 },
  { at: 3, type: "kill", node: "b", thread: 2, afterWrites: 17 },
  { at: 4, type: "crashNode", node: "a", unsynced: "torn" },
  { at: 5, type: "restartNode", node: "a" },
  { at: 6, type: "pauseNode", node: "a" },
  { at: 7, type: "resumeNode", node: "a" },
  { at: 8, type: "stepClock", node: "c", byMs: -1000 },
  { at: 9, type: "driftClock", node: "c", ppm: -200 },
  { at: 10, type: "partition", groups: [["a"], ["b", "c"]], name: "split", inFlight: "lost" },
  { at: 11, type: "oneWayPartition", from: ["a"], to: ["b"], name: "one", inFlight: "delivered" },
  { at: 12, type: "partialPartition", pairs: [["a", "b"]], name: "part", inFlight: "lost" },
  { at: 13, type: "heal", name: "split" },
  {
    at: 14,
    type: "link",
    from: ["a"],
    to: ["b", "c"],
    delay: { type: "uniform", minMs: 1, maxMs: 20 },
    lossPercent: 12.5,
    duplicatePercent: 1,
    fifo: true,
  },
  { at: 15, type: "mendLink", from: ["a"], to: ["b"] },
  {
    at: 16,
    type: "slowDisk",
    node: "a",
    delay: { type: "table", rows: [{ weight: 9, minMs: 0, maxMs: 1 }] },
  },
  { at: 17, type: "failSync", node: "a", times: 2 },
  { at: 18, type: "fillDisk", node: "a", freeBytes: 4096 },
  { at: 19, type: "flipBit", node: "a", file: "log/1", offset: 77, bit: 3 },
  { at: 20, type: "mendDisk", node: "a", of: "fillDisk" },
];

function refusal(act: () => unknown): InvalidPlan {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidPlan) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("what is right", () => {
  test("every type with every field, as it was given", () => {
    expect(EVERY.map(({ type }) => type)).toEqual(PLAN_TYPES);
    expect(checkPlan(EVERY, SCOPE)).toStrictEqual(EVERY);
    expect(checkPlan(JSON.parse(JSON.stringify(EVERY)), SCOPE)).toStrictEqual(EVERY);
  });

  test("the order is that of times, then that of the list", () => {
    const given = [5, 3, 5, 0, 3].map((at, index) => ({ at, type: "heal", name: `n${index}` }));
    const names = checkPlan(given, SCOPE).map((entry) => "name" in entry && entry.name);
    expect(names).toEqual(["n3", "n1", "n4", "n0", "n2"]);
  });

  test("undefined is left out, and what comes from another realm is plain too", () => {
    const given = [{ at: 1, type: "kill", node: "a", thread: 1, afterWrites: undefined }];
    expect(checkPlan(given, SCOPE)).toStrictEqual([{ at: 1, type: "kill", node: "a", thread: 1 }]);
    const foreign = runInNewContext('[{ at: 1, type: "partition", groups: [["a"], ["b"]] }]');
    expect(checkPlan([...foreign], SCOPE)).toHaveLength(1);
  });

  test("what was checked does not change with what was given", () => {
    const groups = [["a"], ["b"]];
    const plan = checkPlan([{ at: 1, type: "partition", groups }], SCOPE);
    groups[0]?.push("nobody");
    expect(plan).toEqual([{ at: 1, type: "partition", groups: [["a"], ["b"]] }]);
    const entry = plan[0] as unknown as { at: number; groups: string[][] };
    expect(() => entry.groups[0]?.push("c")).toThrow(TypeError);
    expect(() => (entry.at = 2)).toThrow(TypeError);
  });
});

describe("what is refused, with its place", () => {
  const circle: { at: number; type: string; groups: unknown[] } = {
    at: 0,
    type: "partition",
    groups: [],
  };
  circle.groups.push(circle.groups);
  const deep = JSON.parse(`${"[".repeat(500)}${"]".repeat(500)}`);
  class Heal {
    at = 0;
    type = "heal";
  }
  const accessor = {
    type: "heal",
    get at() {
      return 0;
    },
  };
  const kill = { at: 1, type: "kill", node: "a", thread: 1 };
  const link = (delay: unknown) => ({ at: 1, type: "link", delay });

  const rows: [name: string, entry: unknown, field: string, allowed: RegExp, got?: string][] = [
    // Cannot be written down.
    ["a function", { at: 1, type: "heal", name: () => "x" }, "name", /a text, number/],
    ["a symbol as name", { at: 1, type: "heal", [Symbol("s")]: 1 }, "Symbol(s)", /plain property/],
    ["a bigint", { at: 1n, type: "heal" }, "at", /a text, number/, "1"],
    ["a circle", circle, "groups[0]", /free of circles/],
    ["a deep list", { at: 0, type: "partition", groups: deep }, `groups${"[0]".repeat(6)}`, /deep/],
    ["an instance", new Heal(), "", /a plain object/],
    ["a Map", { at: 0, type: "heal", name: new Map() }, "name", /a plain object/],
    ["a getter", accessor, "at", /a plain property/],
    ["NaN", { at: Number.NaN, type: "heal" }, "at", /finite/, "NaN"],
    ["Infinity inside", link({ type: "fixed", ms: 1 / 0 }), "delay.ms", /finite/, "Infinity"],
    ["a hole", { at: 0, type: "partition", groups: new Array(2) }, "groups[0]", /a text, number/],
    ["__proto__", JSON.parse('{"at":1,"type":"heal","__proto__":{}}'), "__proto__", /left out/],
    // Times.
    ["a negative time", { at: -5, type: "heal" }, "at", /whole number from 0/, "-5"],
    ["a fraction", { at: 1.5, type: "heal" }, "at", /whole number/, "1.5"],
    ["a time as text", { at: "5", type: "heal" }, "at", /whole number/, '"5"'],
    ["a time beyond", { at: 2 ** 32, type: "heal" }, "at", /to 4294967295/, "4294967296"],
    ["no time", { type: "heal" }, "at", /whole number/, "undefined"],
    ["negative duration", { ...kill, type: "stall", actor: "x", forMs: -1 }, "forMs", /from 0/],
    // Types and fields.
    ["no entry", 7, "", /an object \{ at, type/, "7"],
    ["a list as entry", [1], "", /an object/, "a list of 1"],
    [
      "an unknown type",
      { at: 1, type: "explode" },
      "type",
      /crash, stall, .*mendDisk$/,
      '"explode"',
    ],
    ["a type of Object", { at: 1, type: "toString" }, "type", /a type: /, '"toString"'],
    ["no type", { at: 1 }, "type", /a type: /, "undefined"],
    ["an unknown field", { ...kill, treads: 2 }, "treads", /left out: "kill" has at, type, node/],
    ["a field missing", { at: 1, type: "kill", node: "a" }, "thread", /from 1 to 2/, "undefined"],
    // Nodes, threads, actors.
    ["an unknown node", { ...kill, node: "d" }, "node", /one of "a", "b", "c"$/, '"d"'],
    ["a node inside", { at: 1, type: "partition", groups: [["a"], ["x"]] }, "groups[1][0]", /"a"/],
    ["thread 0", { ...kill, thread: 0 }, "thread", /from 1 to 2/, "0"],
    ["thread 3 of 2", { ...kill, thread: 3 }, "thread", /from 1 to 2/, "3"],
    ["an empty name", { at: 1, type: "crash", node: "a", actor: "" }, "actor", /1 to 1000/],
    // Shapes of partitions.
    ["one group", { at: 1, type: "partition", groups: [["a"]] }, "groups", /a list of 2/],
    ["an empty group", { at: 1, type: "partition", groups: [["a"], []] }, "groups[1]", /list of 1/],
    [
      "a node in two",
      { at: 1, type: "partition", groups: [["a"], ["b", "a"]] },
      "groups[1][1]",
      /in one group only/,
    ],
    ["nobody", { at: 1, type: "oneWayPartition", from: [], to: ["a"] }, "from", /list of 1/],
    ["itself", { at: 1, type: "partialPartition", pairs: [["a", "a"]] }, "pairs[0]", /two diff/],
    ["three", { at: 1, type: "partialPartition", pairs: [["a", "b", "c"]] }, "pairs[0]", /two/],
    ["one", { at: 1, type: "partialPartition", pairs: [["a"]] }, "pairs[0]", /a list of 2/],
    ["in flight", { ...kill, type: "heal" }, "node", /left out: "heal" has at, type, name/],
    // Numbers.
    ["loss", { at: 1, type: "link", lossPercent: 101 }, "lossPercent", /0 to 100/, "101"],
    ["drift", { at: 1, type: "driftClock", node: "a", ppm: 600_000 }, "ppm", /500000/],
    ["a bit", { at: 1, type: "flipBit", node: "a", bit: 8 }, "bit", /0 to 7/],
    ["unsynced", { at: 1, type: "crashNode", node: "a", unsynced: "half" }, "unsynced", /"torn"/],
    // Delays.
    ["a delay type", link({ type: "normal" }), "delay", /a delay with type "fixed"/],
    ["a delay of null", link(null), "delay", /a delay with type/, "null"],
    ["a delay field", link({ type: "fixed", ms: 1, m: 2 }), "delay.m", /left out/],
    ["a delay backwards", link({ type: "uniform", minMs: 5, maxMs: 4 }), "delay.maxMs", /from 5/],
    ["no rows", link({ type: "table", rows: [] }), "delay.rows", /1 to 64 rows/],
    [
      "no weight",
      link({ type: "table", rows: [{ weight: 0, minMs: 0, maxMs: 1 }] }),
      "delay.rows[0].weight",
      /from 1/,
    ],
  ];
  for (const [name, entry, field, allowed, got] of rows) {
    test(name, () => {
      const heal = { at: 1, type: "heal" };
      const error = refusal(() => checkPlan([heal, entry, heal], SCOPE));
      expect(error).toMatchObject({ code: "ERR_INVALID_PLAN", index: 1, field });
      expect(error.allowed).toMatch(allowed);
      if (got !== undefined) expect(error.got).toBe(got);
    });
  }

  test("what is no list, with the whole of it as the place", () => {
    for (const value of [undefined, null, {}, "heal", new Array(100_001)]) {
      expect(refusal(() => checkPlan(value, SCOPE))).toMatchObject({ index: -1, field: "" });
    }
    expect(refusal(() => checkPlan({}, SCOPE)).message).toMatch(/^the plan must be a list of at/);
    expect(refusal(() => checkPlan([{ ...kill, node: "d" }], SCOPE)).message).toBe(
      'plan[0].node must be the name of a node, one of "a", "b", "c"; got "d"',
    );
  });

  test("a thread where there are none, and many nodes in few words", () => {
    const none = refusal(() => checkPlan([kill], { nodes: ["a"], threads: 0 }));
    expect(none.message).toMatch(/plan\[0\]\.thread must be of a node with worker threads/);
    const nodes = Array.from({ length: 1000 }, (_, index) => `n${index}`);
    const many = refusal(() => checkPlan([kill], { nodes, threads: 1 }));
    expect(many.message).toMatch(/"n9", … \(1000 in all\); got "a"$/);
  });
});

describe("as text", () => {
  test("of every type", async () => {
    await expect(`${formatPlan(EVERY)}\n`).toMatchFileSnapshot("testdata/plan.txt");
    expect(parsePlan(formatPlan(EVERY), SCOPE)).toStrictEqual(EVERY);
    expect(parsePlan("", SCOPE)).toEqual([]);
    expect(formatPlan([])).toBe("");
  });

  test("any plan comes back from lines and from JSON", () => {
    fc.assert(
      fc.property(plans, (entries) => {
        const plan = checkPlan(entries, SCOPE);
        const lines = formatPlan(plan);
        expect(lines === "" ? [] : lines.split("\n")).toHaveLength(plan.length);
        expect(parsePlan(lines, SCOPE)).toStrictEqual(plan);
        expect(parsePlan(JSON.stringify(plan), SCOPE)).toStrictEqual(plan);
        expect(checkPlan(plan, SCOPE)).toStrictEqual(plan);
      }),
      { numRuns: 100 },
    );
  });

  test("texts that look like something else", () => {
    const names = ["true", "null", "7", "-1", "[", "a b", "a\nb", "a\u2028b", "x=y", "#", '"', "é"];
    const plan: PlanEntry[] = names.map((name) => ({ at: 0, type: "heal", name }));
    expect(parsePlan(formatPlan(plan), SCOPE)).toEqual(plan);
  });

  test("comments, empty lines and any white space", () => {
    const text = "\n# all of them\n  5\theal   name=x \r\n\n 3 heal\n";
    expect(parsePlan(text, SCOPE)).toEqual([
      { at: 3, type: "heal" },
      { at: 5, type: "heal", name: "x" },
    ]);
  });

  const rows: [text: string, line: number, field: string, allowed: RegExp][] = [
    ["5 heal\n\n7 kill node=a thread=9", 3, "thread", /from 1 to 2/],
    ["soon heal", 1, "at", /whole number/],
    ["-5 heal", 1, "at", /whole number/],
    ["5", 1, "type", /a type: /],
    ["5 heal split", 1, "", /<ms> <type> field=value/],
    ["5 heal =x", 1, "", /field=value/],
    ["5 heal name=x name=y", 1, "name", /given once/],
    ["5 heal at=6", 1, "at", /given once/],
    ["5 heal name=[", 1, "name", /JSON without spaces/],
    ["5 heal __proto__={}", 1, "__proto__", /left out/],
  ];
  for (const [text, line, field, allowed] of rows) {
    test(`refused: ${text}`, () => {
      const error = refusal(() => parsePlan(text, SCOPE));
      expect(error).toMatchObject({ line, field });
      expect(error.allowed).toMatch(allowed);
    });
  }

  test("refused: broken JSON, without the whole of it in the message", () => {
    const error = refusal(() => parsePlan(`[{"at":1${" ".repeat(10_000)}`, SCOPE));
    expect(error.message.length).toBeLessThan(300);
  });
});

test("the last fault is over when its time is", () => {
  expect(lastFaultAt([])).toBe(0);
  expect(lastFaultAt(EVERY)).toBe(20);
  const stall: PlanEntry = { at: 3, type: "stall", node: "a", actor: "x", forMs: 100 };
  expect(lastFaultAt([stall, { at: 20, type: "heal" }])).toBe(103);
});
