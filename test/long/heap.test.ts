/** As test/runtime/heap.test.ts, often enough to meet what happens now and then. Needs dist/. */

import { test } from "vitest";
import { expectContained } from "../support/oom.ts";

test("20 times the heap of a thread is used up by small objects: 20 times it is back", async () => {
  await expectContained(20, 300_000);
});
