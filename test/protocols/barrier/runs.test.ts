/** Goal: whatever is lost, cut off or killed, all are told the same, and everybody is told. */

import { expect, test } from "vitest";
import { checkProtocol } from "../../../dist/actors/sim/index.js";
import { barrier } from "../../../dist/protocols/barrier/index.js";
import { atEnd, draw } from "./drawn.ts";

// A client asks for four things in a row, each of which may wait for a minute.
const SETTLE_MS = 400_000;

test("random histories", () => {
  const runs = checkProtocol(barrier, {
    scenario: draw,
    crashes: 2,
    runs: 150,
    settleMs: SETTLE_MS,
    atEnd,
  });
  expect(runs).toMatchObject({ runs: 150 });
  expect(runs.answered).toBeGreaterThan(1000);
  expect(runs.crashes).toBeGreaterThan(100);
});
