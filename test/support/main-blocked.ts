/** Main does nothing for a while, and nobody else must notice: for a short and a long test. */

import { expect } from "vitest";
import { runFixture } from "./children.ts";

interface Facts {
  blockedMs: number;
  rounds: number;
  deaths: number;
  reasons: string[];
  backMs: number[];
}

/** Two deaths of a thread, and a game of two actors, all within `ms`. */
export async function expectGoesOn(ms: number): Promise<void> {
  const { facts } = await runFixture<Facts>("main-blocked.mjs", { args: [ms] });
  const { blockedMs, rounds, deaths, reasons, backMs } = facts;
  process.stdout.write(`main blocked: back after ${backMs.join(" and ")} ms, ${rounds} rounds\n`);
  expect(blockedMs).toBeGreaterThanOrEqual(ms);
  expect(reasons).toEqual(["lost", "lost"]);
  expect(deaths).toBe(2);
  expect(rounds).toBeGreaterThan(100);
}
