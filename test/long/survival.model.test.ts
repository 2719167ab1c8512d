/** The model of surviving mailboxes (../runtime/survival.model.test.ts) with more of everything. */

import { expect, test } from "vitest";
import { explore } from "../../runtime/sim/explore/explore.ts";
import { SurvivalModel } from "../support/survival-model.ts";
import type { Options } from "../support/survival-state.ts";

const STATES_MAX = 4_000_000;

const rows: [name: string, options: Options][] = [
  ["two producers, three messages, one death", { messages: [2, 1], deaths: 1 }],
  ["two producers, four messages, one death", { messages: [2, 2], deaths: 1 }],
  ["two producers, two deaths", { messages: [1, 1], deaths: 2 }],
  ["two producers, and they die too", { messages: [1, 1], deaths: 1, producerDeaths: 1 }],
  ["the actor ends; calls", { messages: [1, 1], deaths: 1, calls: true, ends: true }],
];

for (const [name, options] of rows) {
  test(name, () => {
    const { states, ends, violation } = explore(new SurvivalModel(options), {
      statesMax: STATES_MAX,
    });
    console.log(`${name}: ${states} states, ${ends} ends`);
    expect(violation).toBe(undefined);
    expect(states).toBeGreaterThan(300_000);
  });
}
