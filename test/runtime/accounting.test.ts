/**
 * Every message is accounted for after a thread has died, whenever that was: sent = handled +
 * dead-lettered + dropped, and no call waits for an answer. Needs dist/.
 */

import { expect, test } from "vitest";
import { runFixture } from "../support/children.ts";

/** Of each way to die, at moments that the seed draws; both threads at once among them. */
const DEATHS = 20;
const SEED = 5;

interface Facts {
  burst: Record<"sent" | "handled" | "deadLettered" | "queued" | "open" | "told", number>;
  ends: { way: string; queued: number; open: number; calls: number }[];
  sent: number;
}

test("nothing is lost, and nothing counted twice, however threads die", async () => {
  const { code, stderr, facts } = await runFixture<Facts>("accounting.mjs", {
    args: [SEED, DEATHS],
    timeoutMs: 60_000,
  });
  expect([code, stderr]).toEqual([0, ""]);
  // The turn in which the thread ended had begun, so it counts as handled.
  const burst = { sent: 200, handled: 50, deadLettered: 150, queued: 0, open: 0, told: 150 };
  expect(facts.burst).toEqual(burst);
  expect(facts.ends).toHaveLength(DEATHS);
  for (const { way, ...rest } of facts.ends) {
    expect({ way, ...rest }).toEqual({ way, queued: 0, open: 0, calls: 0 });
  }
  expect(facts.sent).toBeGreaterThan(10_000);
}, 65_000);
