import { describe, expect, test } from "vitest";
import { checkFootprints } from "../../runtime/sim/explore/check-footprints.ts";
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
// Method: all interleavings of the atomic actions of test/support/wakeup-threads.ts, but for those
// that differ only in actions which do not concern each other (wakeup-footprints.ts).
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
      const { states, ends, violation } = explore(new WakeupModel(options), { keys: "hashed" });
      console.log(`${name}: ${states} states, ${ends} ends`);
      expect(violation).toBe(undefined);
      // A model that goes round in circles, or does nothing, would be right as well.
      expect(ends).toBeGreaterThan(0);
      expect(states).toBeGreaterThan(10_000);
    });
  }
});

// As small as the bugs allow.
const single: Options = { ...wide, sizes: [[1], [1]] };
const uneven: Options = { ...wide, sizes: [[1, 1], [1]], batch: 1 };
const mortal: Options = { ...single, producersDie: true };
const closing: Options = { ...narrow, sizes: [[1, 2], []], consumerDies: true };

const unread = /unread, and nobody wakes the consumer/;
const kept = /overflow, and nobody wakes it/;
const bugs: [bug: Bug, options: Options, what: RegExp][] = [
  ["sleep without looking again", single, unread],
  ["clear the bit after reading the tail", uneven, unread],
  ["set the bit before the tail", single, unread],
  ["notify before taking PARKED", single, unread],
  ["arm a second waiter", single, /two waiters/],
  ["stay armed after a wake-up", single, unread],
  ["forget what a batch left over", uneven, unread],
  ["no ring after a death", mortal, unread],
  ["ring after a death without the bit", mortal, unread],
  ["ring after a death before the bit", mortal, unread],
  ["ring for space only when enough is free", closing, kept],
  ["want space without reading HEAD again", closing, kept],
  ["want space only once", long, kept],
  ["look at WANT before storing HEAD", closing, kept],
  ["wake up in a closed lane and not notice", closing, kept],
];

// A model that cannot fail proves nothing: each bug is planted and must be found, by a shortest
// way, and the same in fewer orders.
describe("each way to get it wrong is found", () => {
  for (const [bug, options, what] of bugs) {
    test(bug, () => {
      const [all, fewer] = [false, true].map((reduce) => {
        const model = new WakeupModel({ ...options, bug });
        const found = explore(model, { keys: "hashed", order: "breadth", reduce });
        expect(found.violation?.what).toMatch(what);
        return { states: found.states, steps: found.violation?.trace.length ?? 0 };
      });
      console.log(
        `${bug}: ${fewer?.steps} steps, ${fewer?.states} instead of ${all?.states} states`,
      );
      expect(all?.steps).toBeGreaterThan(5);
      expect(fewer?.steps).toBe(all?.steps);
      expect(fewer?.states).toBeLessThanOrEqual(all?.states ?? 0);
    });
  }
});

// Goal: walking in fewer orders misses nothing. Method: whatever footprints promise, in each state
// of small models; then both walks side by side.
describe("fewer orders", () => {
  const rows: [name: string, options: Options][] = [
    ["one record each, and producers die", { ...mortal, timers: true }],
    ["one producer, and the consumer dies", closing],
    ["one producer, and threads die", { ...closing, producersDie: true, batch: 1 }],
  ];
  for (const [name, options] of rows) {
    test(name, () => {
      const model = new WakeupModel(options);
      expect(checkFootprints(model, { keys: "hashed" }).violation).toBe(undefined);
      const all = explore(model, { keys: "hashed", reduce: false });
      const fewer = explore(model, { keys: "hashed" });
      console.log(`${name}: ${fewer.states} instead of ${all.states} states, ${all.ends} ends`);
      expect(fewer.violation).toBe(undefined);
      expect(fewer.ends).toBe(all.ends);
      expect(fewer.states).toBeLessThan(all.states);
      expect(fewer.transitions).toBeLessThan(all.transitions);
    });
  }
});
