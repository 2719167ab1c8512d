/**
 * Goal: of what is sent to mailboxes that survive, nothing is lost, doubled or overtaken, whatever
 * threads are killed and whenever. Method: numbers from main and from actors on threads that are
 * killed themselves, ten a second, and a ledger in shared memory. Needs dist/.
 */
import { expect, test } from "vitest";
import { expectNothingLost, massacre, printMassacre } from "../support/massacre.ts";

/** A busy machine takes a second for what takes 50 ms; the long test says how fast it is. */
const RATIO_MIN = 0.02;

test("ten kills a second for 10 s, then main is blocked", { timeout: 90_000 }, async () => {
  const plan = { seconds: 10, plainSeconds: 1.5, blockedMs: 1500, perSecond: 17_000 };
  const facts = await massacre({ ...plan, seed: Date.now() % 10_000, timeoutMs: 80_000 });
  printMassacre(facts);
  expectNothingLost(facts);
  expect(facts.rate).toBeGreaterThan(RATIO_MIN * facts.plain);
});
