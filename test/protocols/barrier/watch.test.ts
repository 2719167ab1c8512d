/** Goal: what watch believes of a home that died as soon as it had spoken, and what it does not. */

import { expect, test } from "vitest";
import { checkConfig } from "../../../dist/protocols/barrier/config.js";
import type { Outcome } from "../../../dist/protocols/barrier/spec.js";
import { type BarrierState, homeOf, memberOf } from "../../../dist/protocols/barrier/state.js";
import { watch } from "../../../dist/protocols/barrier/watch.js";

const LIFE = 7;

/** A member that has heard this from home. */
function heard(self: string, outcome: Outcome): [string, BarrierState] {
  const known = { life: LIFE, isDouble: false, isDurable: false, phase: 0, isBroken: false };
  const member = { ...memberOf(1, 0, false), known: { ...known, from: 0 }, last: outcome };
  return [self, { self, member, home: undefined, isRecovered: false }];
}

function home(life: number): [string, BarrierState] {
  const state = homeOf(checkConfig({ count: 2 }), life, false, 0);
  return ["home", { self: "home", member: memberOf(1, 0, true), home: state, isRecovered: false }];
}

const passed = (arrived: number): Outcome => {
  return { type: "passed", phase: 0, arrived, results: [], outcome: undefined };
};

test("what a home has said that was never seen with it is what others hear, too", () => {
  const seen = watch(new Map([heard("a", passed(2))]), undefined);
  watch(new Map([heard("a", passed(2)), heard("b", passed(2))]), seen);
  const other = new Map([heard("a", passed(2)), heard("c", passed(1))]);
  expect(() => watch(other, seen)).toThrow(/phase 0 is .*"arrived":1.* at c, and is not at home/);
});

test("what a home that lives has not said is believed of nobody", () => {
  const all = new Map([home(LIFE), heard("a", passed(2))]);
  expect(() => watch(all, undefined)).toThrow(/phase 0 is .* at a, and is not at home/);
  watch(new Map([home(LIFE + 1), heard("a", passed(2))]), undefined);
});
