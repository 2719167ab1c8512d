/** Goal: what a barrier cannot be created with is refused, with the part that is wrong. */

import { describe, expect, test } from "vitest";
import { barrier } from "../../../dist/protocols/barrier/index.js";

describe("refused", () => {
  test.each<[string, unknown, RegExp]>([
    ["config", undefined, /an object with some of count/],
    ["config", {}, /either count or members/],
    ["config", { count: 2, members: ["a", "b"] }, /either count or members/],
    ["config", { count: 2, colour: "red" }, /an object with some of .*got "colour"/],
    ["count", { count: 0 }, /whole number from 1 to 65536; got 0/],
    ["count", { count: -3 }, /got -3/],
    ["count", { count: 1.5 }, /got 1.5/],
    ["count", { count: "3" }, /got "3"/],
    ["members", { members: [] }, /a list of 1 to 65536 member ids; got \[\]/],
    ["members", { members: "abc" }, /a list/],
    ["members[1]", { members: ["a", "a/b"] }, /without a slash; got "a\/b"/],
    ["members[0]", { members: ["x".repeat(65)] }, /1 to 64 bytes/],
    ["members[2]", { members: ["a", "b", "a"] }, /not in the list already; got "a"/],
    ["membership", { count: 1, membership: "open" }, /one of fixed, changing/],
    ["kind", { count: 1, kind: "triple" }, /one of cyclic, double/],
    ["onDown", { count: 1, onDown: "wait" }, /one of break, deregister/],
    ["timeoutMs", { count: 1, timeoutMs: 0 }, /from 1 to 2147483647; got 0/],
    ["timeoutMs", { count: 1, timeoutMs: -1 }, /got -1/],
    ["timeoutMs", { count: 1, timeoutMs: Number.NaN }, /got NaN/],
    ["timeoutMs", { count: 1, timeoutMs: Number.POSITIVE_INFINITY }, /got Infinity/],
    ["valueBytesMax", { count: 1, valueBytesMax: -1 }, /got -1/],
    ["valueBytesMax", { count: 1000, valueBytesMax: 1024 }, /at most 235 with 1000 members/],
    ["firstPhase", { count: 1, firstPhase: -1 }, /got -1/],
    ["firstPhase", { count: 1, firstPhase: 1, kind: "double" }, /even for a double barrier/],
    ["onAdvance", { count: 1, onAdvance: "yes" }, /true or false/],
  ])("%s of %j", (part, config, message) => {
    const check = () => barrier.check(config);
    expect(check).toThrow(expect.objectContaining({ code: "ERR_INVALID_BARRIER", part }));
    expect(check).toThrow(message);
  });
});

test("the defaults", () => {
  expect(barrier.check({ count: 3 })).toEqual({
    count: 3,
    members: undefined,
    membership: "fixed",
    kind: "cyclic",
    onDown: "break",
    timeoutMs: 30_000,
    valueBytesMax: 1024,
    partiesMax: 384,
    firstPhase: 0,
    onAdvance: false,
  });
});

test("many members may bring little each, and nothing if they are very many", () => {
  expect(barrier.check({ count: 1000 }).valueBytesMax).toBe(235);
  expect(barrier.check({ count: 65_536 })).toMatchObject({ valueBytesMax: 0, partiesMax: 65_536 });
});
