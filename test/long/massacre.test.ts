/**
 * As test/long/kills.test.ts, for longer, and with times: those of a machine that has nothing
 * else to do. Needs dist/.
 */
import { expect, test } from "vitest";
import { expectNothingLost, massacre, percentile, printMassacre } from "../support/massacre.ts";

const RESTART_MS = 100;
const RATIO_MIN = 0.5;

test("ten kills a second for 60 s, a million messages", { timeout: 300_000 }, async () => {
  const plan = { seconds: 60, plainSeconds: 60, blockedMs: 5000, perSecond: 17_000 };
  const facts = await massacre({ ...plan, seed: 1, timeoutMs: 280_000 });
  printMassacre(facts);
  expectNothingLost(facts);
  expect(facts.sent).toBeGreaterThan(1_000_000);
  expect(facts.rate).toBeGreaterThan(RATIO_MIN * facts.plain);
  const restarts = facts.restarts.map(({ fromDeath }) => fromDeath);
  expect(percentile(restarts, 0.99)).toBeLessThan(RESTART_MS);
});
