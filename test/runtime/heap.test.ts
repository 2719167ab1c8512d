/** Goal: a thread that uses its heap up costs that thread. Needs dist/. */

import { expect, test } from "vitest";
import { runFixture } from "../support/children.ts";
import { expectContained } from "../support/oom.ts";

test("a heap used up by small objects ends its thread only, which is back each time", async () => {
  await expectContained(3, 25_000);
});

// Node ends the process, whatever the limit of the thread is: the README says so. If this fails,
// Node has changed, and the README may promise more.
test("one allocation that the heap does not hold is not contained", async () => {
  const run = runFixture("oom.mjs", { args: ["huge", 1] });
  await expect(run).rejects.toThrow(/ended \((SIGABRT|134)\) without its facts[\s\S]*FATAL ERROR/);
});
