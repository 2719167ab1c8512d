/**
 * Goal: of what is sent to mailboxes that survive, nothing is lost, doubled or overtaken, whatever
 * threads are killed and whenever. Method: numbers from main and from actors on threads that are
 * killed themselves, ten a second, and a ledger in shared memory. How long it takes is of no
 * account here, and of some in test/long/massacre.test.ts. Needs dist/.
 */
import { expect, test } from "vitest";
import { expectNothingLost, massacre, printMassacre } from "../support/massacre.ts";

test("ten kills a second for 10 s", { timeout: 120_000 }, async () => {
  const plan = { seconds: 10, plainSeconds: 0.5, blockedMs: 1500, perSecond: 17_000 };
  const facts = await massacre({ ...plan, seed: Date.now() % 10_000, timeoutMs: 110_000 });
  printMassacre(facts);
  expectNothingLost(facts);
  expect(facts.kills.done).toBeGreaterThan(10);
});
