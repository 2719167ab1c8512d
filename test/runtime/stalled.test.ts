/** Goal: the keeper needs nobody to end a turn that stalls, and ends none that is inspected. */

import { expect, test } from "vitest";
import { runFixture } from "../support/children.ts";

interface Facts {
  seen: { type: string; cause: string };
  spared: boolean;
}

test("while main is blocked, and not while an inspector is attached", async () => {
  const { code, stderr, facts } = await runFixture<Facts>("stalled.mjs");
  expect(code).toBe(0);
  expect(facts.seen.type).toBe("lost");
  expect(facts.seen.cause).toMatch(/^stalled for \d+\.\d s, by Looper<[\d.]+> in loop$/);
  expect(facts.spared).toBe(true);
  // Main could not write it.
  expect(stderr).toMatch(/^sabeam warn: a turn .* turn="Looper<[\d.]+> in loop on thread 1 for /m);
  expect(stderr).toMatch(/^sabeam warn: main is blocked/m);
});
