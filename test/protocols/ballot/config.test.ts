/**
 * Goal: what cannot be a ballot is refused with an error that names what is wrong.
 * Method: a table.
 */
import { describe, expect, test } from "vitest";
import { checkConfig, termsOf } from "../../../dist/protocols/ballot/config.js";

const good = { proposal: { learningRate: 0.1 }, electorate: ["a", "b", "c"] };
const circle: unknown[] = [];
circle.push(circle, circle);

describe("what is wrong is named", () => {
  const invalid: [what: string, config: unknown, part: string][] = [
    ["no object", undefined, "config"],
    ["a key that is none", { ...good, quorom: 0 }, "config"],
    ["a list", [1], "config"],
    [
      "a key of a member",
      { ...good, electorate: [{ member: "a", weight: 1, x: 1 }] },
      "electorate[0]",
    ],
    ["a key of approval", { ...good, approval: { atLeast: "2/3", off: "cast" } }, "approval"],
    ["no electorate", { proposal: 1 }, "electorate"],
    ["nobody", { ...good, electorate: [] }, "electorate"],
    ["nobody, as an object", { ...good, electorate: {} }, "electorate"],
    ["too many", { ...good, electorate: Array.from({ length: 4097 }, String) }, "electorate"],
    ["somebody twice", { ...good, electorate: ["a", "b", "a"] }, "electorate"],
    ["a member without a name", { ...good, electorate: ["a", ""] }, "electorate[1].member"],
    ["a long name", { ...good, electorate: ["x".repeat(65)] }, "electorate[0].member"],
    ["a member that is none", { ...good, electorate: [7] }, "electorate[0].member"],
    ["null", { ...good, electorate: [null] }, "electorate[0].member"],
    ["weight NaN", { ...good, electorate: { a: Number.NaN } }, "electorate[0].weight"],
    ["weight 0", { ...good, electorate: { a: 0 } }, "electorate[0].weight"],
    ["a negative weight", { ...good, electorate: { a: 1, b: -1 } }, "electorate[1].weight"],
    ["a fraction as weight", { ...good, electorate: { a: 0.5 } }, "electorate[0].weight"],
    ["weight ∞", { ...good, electorate: { a: 1 / 0 } }, "electorate[0].weight"],
    [
      "weights whose sum is not exact",
      { ...good, electorate: { a: Number.MAX_SAFE_INTEGER, b: 1 } },
      "the weight of all electorate",
    ],
    ["epoch 0", { ...good, epoch: 0 }, "epoch"],
    ["epoch 1.5", { ...good, epoch: 1.5 }, "epoch"],
    ["no options", { ...good, options: [] }, "options"],
    ["an option twice", { ...good, options: ["x", "x"] }, "options"],
    ["too many options", { ...good, options: Array.from({ length: 33 }, String) }, "options"],
    ["an option that everybody has", { ...good, options: ["accept", "reject"] }, "options"],
    ["an option that is none", { ...good, options: [""] }, "options[0]"],
    ["an unknown approval", { ...good, approval: "most" }, "approval"],
    ["an approval without a part", { ...good, approval: { of: "cast" } }, "approval"],
    ["a part of what?", { ...good, approval: { atLeast: 0.5, of: "all" } }, "approval"],
    ["quorum 0", { ...good, quorum: 0 }, "quorum"],
    ["more than there are", { ...good, quorum: 4 }, "quorum"],
    ["quorum NaN", { ...good, quorum: Number.NaN }, "quorum"],
    ["no time", { ...good, timeoutMs: 0 }, "timeoutMs"],
    ["negative time", { ...good, timeoutMs: -1 }, "timeoutMs"],
    ["time for ever", { ...good, timeoutMs: 1 / 0 }, "timeoutMs"],
    ["retry at once", { ...good, retryMs: 0 }, "retryMs"],
    ["no linger", { ...good, lingerMs: 0 }, "lingerMs"],
    ["votes that are neither", { ...good, votes: "open" }, "votes"],
    ["a function", { ...good, proposal: () => 1 }, "proposal"],
    ["a map", { ...good, proposal: new Map() }, "proposal"],
    ["a member with a slash", { ...good, electorate: ["a/b"] }, "electorate[0].member"],
    ["a circle", { ...good, proposal: circle }, "proposal"],
    ["a long text", { ...good, proposal: "x".repeat(22_000) }, "proposal"],
  ];
  test.each(invalid)("%s", (_, config, part) => {
    expect(() => checkConfig(config)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_BALLOT", part }),
    );
  });

  test.each([0, -0.5, 1.01, Number.NaN, 1 / 3, "1/0", "3/2", ""])("threshold %s", (atLeast) => {
    expect(() => checkConfig({ ...good, approval: { atLeast } })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_QUORUM" }),
    );
  });
});

describe("what is left out", () => {
  test("is filled in, the same each time", () => {
    const checked = checkConfig(good);
    expect(checked).toMatchObject({
      electorate: [
        { member: "a", weight: 1 },
        { member: "b", weight: 1 },
        { member: "c", weight: 1 },
      ],
      options: ["accept"],
      approval: "majority",
      epoch: 1,
      quorum: 2,
      votes: "final",
      timeoutMs: 30_000,
    });
    expect(checkConfig(checked)).toEqual(checked);
  });

  test("the electorate is in the order of names, however it was written", () => {
    const { weights, total } = termsOf({
      proposal: 1,
      electorate: { b: 2, "10": 1, a: 3, "9": 1 },
    });
    expect([...weights.keys()]).toEqual(["10", "9", "a", "b"]);
    expect(total).toBe(7);
    const config = { proposal: 1, electorate: ["b", { member: "a", weight: 2 }] };
    expect(checkConfig(config).electorate.map(({ weight }) => weight)).toEqual([2, 1]);
  });

  test("names of Object's own properties are names like others", () => {
    const electorate = ["__proto__", "constructor", "toString"];
    expect(termsOf({ proposal: 1, electorate }).weights.get("__proto__")).toBe(1);
  });
});
