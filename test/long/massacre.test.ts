/**
 * Goal: of what is sent to mailboxes that survive, nothing is lost, doubled or overtaken, whatever
 * threads are killed and whenever. Method: numbers from main and from actors on threads that are
 * killed themselves, ten a second, and a ledger in shared memory. The times are those of a machine
 * that has nothing else to do. Needs dist/.
 */
import { expect, test } from "vitest";
import { expectNothingLost, massacre, percentile, printMassacre } from "../support/massacre.ts";

const RESTART_MS = 100;
const RATIO_MIN = 0.5;

test("ten kills a second for 10 s", { timeout: 120_000 }, async () => {
  const plan = { seconds: 10, plainSeconds: 1.5, blockedMs: 1500, perSecond: 17_000 };
  const facts = await massacre({ ...plan, seed: Date.now() % 10_000, timeoutMs: 110_000 });
  printMassacre(facts);
  expectNothingLost(facts);
});

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
