/**
 * Goal: threads that die and are replaced leave nothing behind. Method: traffic, births and a death
 * per second, for 2 minutes or as many as SABEAM_GROWTH_MINUTES says (in 30, what leaks a little
 * shows); what is held after each round, and the slope of it. Needs dist/.
 */
import { expect, test } from "vitest";
import { expectFlat, measureGrowth } from "../support/growth.ts";

const MINUTES = Number(process.env.SABEAM_GROWTH_MINUTES ?? 2);
const WARM_UP = 30;
/** Per round. Not 0, since what V8 knows of the code that runs grows for a while yet. */
const NOISE = {
  "heap of main": 500,
  "heap of a thread": 500,
  "heap of the keeper": 500,
  rss: 10_000,
  fds: 0.02,
  "lanes on main": 0.02,
  "lanes on a thread": 0.02,
};

test(`a death per second for ${MINUTES} min leaves nothing behind`, {
  timeout: (MINUTES + 10) * 120_000,
}, async () => {
  const rounds = Math.max(60, MINUTES * 60 - WARM_UP);
  const timeoutMs = (MINUTES + 9) * 120_000;
  const growth = await measureGrowth({ rounds, warmUp: WARM_UP, roundMs: 1000, timeoutMs });
  // What varies from round to round hides a slope where there are few.
  const scale = Math.max(1, 1800 / rounds);
  expectFlat(
    growth,
    Object.fromEntries(Object.entries(NOISE).map(([name, most]) => [name, most * scale])),
  );
});

/** Lanes a round, with so few of them. */
const LANES_MAX = 0.2;

test("a lane that is kept after each death is seen", { timeout: 70_000 }, async () => {
  const plan = { rounds: 5, warmUp: 1, roundMs: 0, timeoutMs: 60_000 };
  const { slopes } = await measureGrowth(plan, [
    {
      file: "runtime/thread.js",
      find: "this.#producers[to] = undefined;",
      put: "(globalThis.sabeamKept ??= []).push(producer);\nthis.#producers[to] = undefined;",
    },
  ]);
  for (const name of ["lanes on main", "lanes on a thread"] as const) {
    const { perSample = 0, upper = 0 } = slopes.get(name) ?? {};
    process.stdout.write(`planted, ${name}: ${perSample.toFixed(2)} a round\n`);
    expect(perSample).toBeGreaterThan(LANES_MAX);
    expect(upper).toBeGreaterThan(LANES_MAX);
  }
});
