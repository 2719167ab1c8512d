/** A million messages, and calls, births and deaths leave nothing on the heaps. Needs dist/. */

import { expect, test } from "vitest";
import { measureLeak } from "../support/leaks.ts";

/** A leak of one small object per message would be 20 times as much. */
const BYTES_PER_MILLION = 1_000_000;

test("1.2 M casts, 80 000 calls and 2400 births across threads and on each", async () => {
  const { growth, casts, handled } = await measureLeak([1_200_000, 80_000, 2400], 50_000);
  expect(handled).toBe(casts);
  for (const bytes of growth) expect(bytes).toBeLessThan(BYTES_PER_MILLION);
}, 60_000);
