/** 100 000 wake-ups at all moments on real threads, and not one may get lost. Needs dist/. */

import { expect, test } from "vitest";
import { patchedBuild, runFixture } from "../support/children.ts";

const ROUNDS = 100_000;

interface Facts {
  hang: boolean;
  ms: number;
  passed: number[];
}

test(`${ROUNDS} messages between sleepy threads, and nobody to make up for a loss`, async () => {
  const deaf = {
    file: "runtime/keeper.js",
    find: "this.#rounds.begin();",
    put: "",
  };
  const build = patchedBuild([deaf]);
  try {
    const options = { args: [ROUNDS], build, timeoutMs: 55_000 };
    const { facts, code } = await runFixture<Facts>("wake-ups.mjs", options);
    expect(facts.hang).toBe(false);
    expect(code).toBe(0);
    const sum = facts.passed.reduce((all, one) => all + one, 0);
    expect(sum).toBeGreaterThanOrEqual(ROUNDS);
    for (const one of facts.passed) expect(one).toBeGreaterThan(ROUNDS / 10);
  } finally {
    build.remove();
  }
}, 60_000);
