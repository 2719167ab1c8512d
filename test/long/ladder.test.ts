/** The stories of test/actors/supervision/ladder-state.test.ts, many more of them. */
import { expect, test } from "vitest";
import { tellStories } from "../actors/supervision/ladder-stories.ts";

test("10 000 stories of ladders", { timeout: 600_000 }, () => {
  const { climbs, renewals } = tellStories(10_000);
  expect(climbs).toBeGreaterThan(1000);
  expect(renewals).toBeGreaterThan(100);
});
