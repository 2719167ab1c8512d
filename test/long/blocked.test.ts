/** As in test/runtime/keeper.test.ts, for longer than any time-out of a message. Needs dist/. */

import { test } from "vitest";
import { expectGoesOn } from "../support/main-blocked.ts";

test("main is blocked for 6 s: the others go on, and deaths there are handled", () =>
  expectGoesOn(6000));
