import { describe, expect, test } from "vitest";
import { TooManyStates } from "../../runtime/sim/explore/errors.ts";
import { explore } from "../../runtime/sim/explore/explore.ts";
import { WakeupModel } from "../support/wakeup-model.ts";
import type { Bug, Options } from "../support/wakeup-state.ts";

/** Lanes that are never full: two records from each of two producers. */
const wide: Options = {
  sizes: [
    [1, 1],
    [1, 1],
  ],
  capacity: 4,
  ringUnits: 1,
  batch: 9,
};

/** Lanes that fill up: the second record of producer 1 needs all of its lane. */
const narrow: Options = { sizes: [[1, 2], [1]], capacity: 2, ringUnits: 2, batch: 9 };

/** More in the overflow than fits at once, and a consumer that stops in the middle of a lane. */
const long: Options = { sizes: [[1, 1, 2, 1], []], capacity: 2, ringUnits: 2, batch: 1 };

const deaths = { producersDie: true, consumerDies: true };

// Goal: in no end is a published record unread while nobody wakes the consumer, nor a record kept
// in an overflow while nobody wakes its producer, and no thread ever has two waiters.
// Method: all interleavings of the atomic actions of test/support/wakeup-threads.ts.
describe("the protocol is right, in every order of its steps", () => {
  const rows: [name: string, options: Options][] = [
    ["lanes that are never full", { ...wide, timers: true }],
    ["the same, one record at a time, and threads die", { ...wide, ...deaths, batch: 1 }],
    ["lanes that fill up", { ...narrow, timers: true }],
    ["lanes that fill up, and producers die", { ...narrow, producersDie: true }],
    ["lanes that fill up, and the consumer dies", { ...narrow, consumerDies: true }],
    ["a long overflow, and threads die", { ...long, ...deaths, timers: true }],
  ];
  for (const [name, options] of rows) {
    test(name, () => {
      const { states, ends, violation } = explore(new WakeupModel(options));
      console.log(`${name}: ${states} states, ${ends} ends`);
      expect(violation).toBe(undefined);
      // A model that goes round in circles, or does nothing, would be right as well.
      expect(ends).toBeGreaterThan(0);
      expect(states).toBeGreaterThan(10_000);
    });
  }
});

// A model that cannot fail proves nothing: each bug is planted, and must be found.
describe("each way to get it wrong is found", () => {
  const consumer = /unread, and nobody wakes the consumer/;
  const producer = /overflow, and nobody wakes it/;
  const rows: [bug: Bug, options: Options, what: RegExp][] = [
    ["sleep without looking again", wide, consumer],
    ["clear the bit after reading the tail", wide, consumer],
    ["set the bit before the tail", wide, consumer],
    ["notify before taking PARKED", wide, consumer],
    ["arm a second waiter", wide, /two waiters/],
    ["stay armed after a wake-up", wide, consumer],
    ["forget what a batch left over", { ...wide, batch: 1 }, consumer],
    ["no ring after a death", { ...wide, producersDie: true }, consumer],
    ["ring after a death without the bit", { ...wide, producersDie: true }, consumer],
    ["ring after a death before the bit", { ...wide, producersDie: true }, consumer],
    ["ring for space only when enough is free", narrow, producer],
    ["want space without reading HEAD again", narrow, producer],
    ["want space only once", long, producer],
    ["look at WANT before storing HEAD", narrow, producer],
    ["wake up in a closed lane and not notice", { ...narrow, consumerDies: true }, producer],
  ];
  for (const [bug, options, what] of rows) {
    test(bug, () => {
      const { states, violation } = explore(new WakeupModel({ ...options, bug }));
      console.log(`${bug}: found after ${states} states, ${violation?.trace.length} steps`);
      expect(violation?.what).toMatch(what);
      expect(violation?.trace.length).toBeGreaterThan(5);
    });
  }
});

test("the explorer: all orders of two counters, each state once, and the bound", () => {
  const counters = (limit: number) => ({
    initial: [0, 0],
    steps: ([a = 0, b = 0]: number[]) => [
      ...(a < limit ? [{ label: "a", next: [a + 1, b] }] : []),
      ...(b < limit ? [{ label: "b", next: [a, b + 1] }] : []),
    ],
    invariant: ([a = 0, b = 0]: number[]) => (a === 2 && b === 1 ? "2, 1" : undefined),
    terminalCheck: (): undefined => undefined,
    key: (state: number[]) => state.join(),
  });
  const { violation } = explore(counters(3));
  expect(violation?.what).toBe("2, 1");
  expect([...(violation?.trace ?? [])].sort()).toEqual(["a", "a", "b"]);

  const free = { ...counters(3), invariant: (): undefined => undefined };
  expect(explore(free)).toMatchObject({ states: 16, ends: 1 });
  expect(() => explore(free, { statesMax: 15 })).toThrow(TooManyStates);

  const stuck = { ...free, terminalCheck: () => "the end" };
  expect(explore(stuck).violation).toMatchObject({ what: "the end" });
  // Where only optional steps are left the program may have ended, and goes on as well.
  const optional = {
    ...free,
    steps: (state: number[]) => free.steps(state).map((step) => ({ ...step, optional: true })),
  };
  expect(explore(optional)).toMatchObject({ states: 16, ends: 16 });
});
