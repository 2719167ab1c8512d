/** As test/litmus/leak.test.ts, for so long that a slow leak shows. Needs dist/. */

import { expect, test } from "vitest";
import { measureLeak } from "../support/leaks.ts";

const BYTES_PER_MILLION = 50_000;

test("50 M casts, 2 M calls and 50 000 births across threads and on each", async () => {
  const { growth, casts, handled } = await measureLeak([50_000_000, 2_000_000, 50_000], 580_000);
  process.stdout.write(`growth per million casts: ${growth.map(Math.round).join(", ")} bytes\n`);
  expect(handled).toBe(casts);
  for (const bytes of growth) expect(bytes).toBeLessThan(BYTES_PER_MILLION);
});
