/** Lanes between real threads whose memory somebody overwrites. Needs dist/. */

import { expect, test } from "vitest";
import { patchedBuild, runFixture } from "../support/children.ts";

interface Facts {
  rounds: number;
  otherHurt: number;
  triesMax: number | null;
  generations: number[];
  badLanes: number;
  logged: number;
}

test("calls end, no thread dies, the others do not notice, and messages flow again", async () => {
  const keep = "(globalThis.sabeamLanes ??= []).push";
  const build = patchedBuild([
    {
      file: "runtime/thread.js",
      find: "this.#options.link.offerLane({",
      put: `${keep}({ memory, from, to });\nthis.#options.link.offerLane({`,
    },
    {
      file: "runtime/thread.js",
      find: "    acceptLane(lane) {\n",
      put: `    acceptLane(lane) {\n${keep}(lane);\n`,
    },
  ]);
  try {
    const { facts, code, stderr } = await runFixture<Facts>("scribbles.mjs", { build });
    expect([code, stderr]).toEqual([0, ""]);
    expect(facts.triesMax).toBeLessThanOrEqual(5);
    expect([facts.rounds, facts.otherHurt]).toEqual([60, 0]);
    expect(facts.generations).toEqual([1, 1, 1]);
    expect(facts.badLanes).toBeGreaterThan(0);
    expect(facts.logged).toBeGreaterThan(0);
  } finally {
    build.remove();
  }
});
