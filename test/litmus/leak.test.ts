/** Three million messages, calls, births and deaths leave nothing on the heaps. Needs dist/. */

import { expect, test } from "vitest";
import { measureLeak } from "../support/leaks.ts";

/** A leak of one small object per message would be 20 times as much. */
const BYTES_PER_MILLION = 1_000_000;

test("3 M casts, 200 000 calls and 6000 births across threads and on each", async () => {
  const { growth, casts, handled } = await measureLeak([3_000_000, 200_000, 6000], 50_000);
  expect(handled).toBe(casts);
  for (const bytes of growth) expect(bytes).toBeLessThan(BYTES_PER_MILLION);
}, 60_000);
