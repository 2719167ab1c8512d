import { describe, expect, test } from "vitest";
import { explore } from "../../runtime/sim/explore/explore.ts";
import { SurvivalModel } from "../support/survival-model.ts";
import type { Bug, Options } from "../support/survival-state.ts";

const two: Options = { messages: [1, 1], deaths: 1 };
const one: Options = { messages: [2], deaths: 2 };
const calls: Options = { ...one, calls: true };
const mortal: Options = { ...one, producerDeaths: 1 };
const ends: Options = { ...one, deaths: 1, ends: true };
const endsCalled: Options = { ...calls, messages: [1], ends: true };

// Goal: whichever thread dies between whichever two steps, every published message is handled or a
// dead letter, in order, in as many turns as it may have; every call is answered; nobody waits for
// ever.
// Method: all interleavings of the steps of test/support/survival-*.ts; larger ones in
// test/long/survival.model.test.ts.
describe("the protocol is right, in every order of its steps", () => {
  const rows: [name: string, options: Options][] = [
    ["two producers, one death", two],
    ["one producer, two deaths", { ...one, messages: [3] }],
    ["calls, two deaths", calls],
    ["idempotent handlers, two deaths", { ...one, attempts: 2 }],
    ["producers die too", mortal],
    ["the actor ends by itself", ends],
    ["it ends, and there are calls", endsCalled],
  ];
  for (const [name, options] of rows) {
    test(name, () => {
      const { states, ends, violation } = explore(new SurvivalModel(options), { keys: "hashed" });
      console.log(`${name}: ${states} states, ${ends} ends`);
      expect(violation).toBe(undefined);
      expect(ends).toBeGreaterThan(0);
      expect(states).toBeGreaterThan(1000);
    });
  }
});

describe("each way to get it wrong is found", () => {
  const rows: [bug: Bug, options: Options, what: RegExp][] = [
    ["HEAD before the backlog", one, /lost/],
    ["no note of what was seen", one, /begun 2 times/],
    ["lives before it has recovered", one, /lost/],
    ["attempt written after the handler", one, /begun 2 times/],
    ["a cut turn simply waits again", one, /begun 2 times/],
    ["published ones are taken back too", one, /begun 2 times|handled after/],
    ["what comes back stands behind what is held", one, /handled after/],
    ["a send goes past what is held", one, /handled after/],
    ["lanes are sealed after the heir has read them", one, /lost/],
    ["a lane that was made too late is refused", one, /lost/],
    ["a late lane is forgotten once it is handed on", one, /lost/],
    ["lanes of a dead producer are forgotten", mortal, /lost/],
    ["recovery leaves no mark in the lanes", mortal, /begun 2 times|lost/],
    ["what the dead life has seen is not marked first", mortal, /begun 2 times/],
    ["room given back before the answer has left", calls, /never answered/],
    ["what was maybe answered is over at once", calls, /never answered/],
    ["lanes to a dropped mailbox are forgotten", ends, /lost/],
    ["an ended mailbox is left as it is", ends, /lost/],
    ["the backlog is dropped before it is discarded", ends, /lost/],
    ["a discarded call is over at once", endsCalled, /never answered/],
    ["only calls to the dead life itself fail", endsCalled, /never answered/],
  ];
  for (const [bug, options, what] of rows) {
    test(bug, () => {
      const { states, violation } = explore(new SurvivalModel({ ...options, bug }), {
        keys: "hashed",
      });
      console.log(`${bug}: found after ${states} states, ${violation?.trace.length} steps`);
      expect(violation?.what).toMatch(what);
    });
  }
});
