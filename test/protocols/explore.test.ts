/** Goal: a walk through all interleavings proves the toy, and finds its flaws. */

import { expect, test } from "vitest";
import {
  type ExploreProtocolOptions,
  exploreProtocol,
  type ProtocolGroup,
  ProtocolRefuted,
} from "../../actors/sim/index.ts";
import { type Flaw, type Toy, toy } from "./toy.ts";

const three: ExploreProtocolOptions<Toy> = {
  members: { home: { config: { most: 9 } }, a: {}, b: {} },
  clients: [
    { at: "a", commands: [{ type: "add", by: 1 }] },
    { at: "b", commands: [{ type: "add", by: 2 }] },
  ],
  durable: true,
  atEnd(group: ProtocolGroup<Toy>) {
    expect(group.states.get("home")?.total).toBe(3);
  },
};
const two: ExploreProtocolOptions<Toy> = {
  ...three,
  members: { home: { config: { most: 9 } }, a: {} },
  clients: [
    { at: "a", commands: [{ type: "add", by: 1 }] },
    { at: "home", commands: [{ type: "add", by: 2 }] },
  ],
};

/** The failure of a walk. */
function failure(flaw: Flaw, options: ExploreProtocolOptions<Toy>): ProtocolRefuted {
  try {
    exploreProtocol(toy(flaw), options);
  } catch (error) {
    if (error instanceof ProtocolRefuted) return error;
    throw error;
  }
  throw new Error(`"${flaw}" was not found`);
}

test("all interleavings of two commands with a loss or a timer that fires too early", () => {
  expect(exploreProtocol(toy(), { ...three, losses: 1, timers: 1 })).toMatchInlineSnapshot(`
    {
      "cut": 0,
      "deepest": 11,
      "ends": 32,
      "states": 460,
      "transitions": 1068,
    }
  `);
});

test("a crash at any point", () => {
  expect(exploreProtocol(toy(), { ...two, crashes: 1, losses: 1 })).toMatchInlineSnapshot(`
    {
      "cut": 0,
      "deepest": 11,
      "ends": 48,
      "states": 351,
      "transitions": 658,
    }
  `);
});

test("what differs in the end is a state of its own: totals are 1 and 3, or 2 and 3", () => {
  const totals = new Set<string>();
  exploreProtocol(toy(), {
    ...three,
    atEnd: (group) => {
      totals.add(JSON.stringify([group.replies(0), group.replies(1)]));
    },
  });
  expect(totals.size).toBe(2);
});

test.each<[Flaw, Partial<ExploreProtocolOptions<Toy>>, RegExp]>([
  ["speaks early", { crashes: 1 }, /home counts 0, and \d was told/],
  ["counts twice", { timers: 1 }, /expected 4 to be 3/],
  ["asks once", { losses: 1 }, /client 0 of a waits in the end/],
  ["replies twice", {}, /one reply each/],
  ["skips a number", {}, /seq counts up: 1 is next/],
  ["sends to strangers", {}, /sends go to members/],
  ["leaves somebody", {}, /who is over has answered all/],
  ["forgets a field", {}, /added request="0.0" total=3 became/],
])("finds what %s", (flaw, faults, what) => {
  const found = failure(flaw, { ...two, ...faults });
  expect(found.message).toMatch(what);
});

test("tells the shortest path to it, with what each step sets off", () => {
  expect(failure("speaks early", { ...two, crashes: 1 }).trace).toMatchInlineSnapshot(`
    [
      "start home",
      "start a",
      "command a 0.0 add by=1",
      "    a (command) -> home add request="0.0" by=1",
      "    a (command) set 0.0 200 ms",
      "command home 1.0 add by=2",
      "    home (command) persist 1: { request: "1.0", by: 2 }",
      "    home (command) reply 1.0: added total=2",
      "deliver a→home add request="0.0" by=1",
      "    home (message) persist 2: { request: "0.0", by: 1 }",
      "    home (message) -> a added request="0.0" total=3",
      "crash home 0 writes kept",
      "end of faults",
      "start home",
      "deliver home→a added request="0.0" total=3",
      "    a (message) clear 0.0",
      "    a (message) reply 0.0: added total=3",
    ]
  `);
});
